//! Sending a test: of a template, or of what a campaign says. It goes to any address, as any contact would get it, and
//! counts nowhere.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::{
    address::{Done, param},
    components::{
        Button, Choice, Crumb, ErrorSummary, Glyph, LinkButton, Look, Notice, PageHead, Panel, SelectField, TextField,
        Tone,
    },
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::{Trouble, load},
    session::{may, session},
};

/// What is tried out, and from whom it can come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Desk {
    id: String,
    name: String,
    /// Id and label of each sender.
    senders: Vec<(String, String)>,
    /// The one that is chosen at first.
    sender: String,
}

#[server(prefix = "/_fn", endpoint = "try-template-form")]
pub async fn get_template_desk(template: String) -> Answer<Desk> {
    let mut tx = crate::request::begin().await?;
    let found = engine::templates::get(&mut tx, crate::address::id(&template)?).await?;
    desk(&mut tx, template, found.template.name, None).await
}

#[server(prefix = "/_fn", endpoint = "try-campaign-form")]
pub async fn get_campaign_desk(campaign: String) -> Answer<Desk> {
    let mut tx = crate::request::begin().await?;
    let found = engine::campaigns::get(&mut tx, crate::address::id(&campaign)?).await?;
    desk(&mut tx, campaign, found.campaign.name, found.sender_id).await
}

#[cfg(feature = "ssr")]
async fn desk(tx: &mut engine::db::Tx, id: String, name: String, own: Option<domain::id::SenderId>) -> Answer<Desk> {
    tx.allow(Verb::SendCampaigns)?;
    let senders = engine::providers::senders(tx).await?;
    let first = senders.first().map(|sender| sender.id);
    let sender = own.or(first).map(|id| id.to_string()).unwrap_or_default();
    let label = |sender: domain::provider::Sender| match sender.name.as_str() {
        "" => sender.email,
        name => format!("{name} <{}>", sender.email),
    };
    let senders = senders.into_iter().map(|sender| (sender.id.to_string(), label(sender))).collect();
    Ok(Desk { id, name, senders, sender })
}

#[server(prefix = "/_fn", endpoint = "try-template")]
pub async fn try_template(id: String, to: String, sender_id: String, #[server(default)] person: String) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    let new = typed(&mut tx, to, sender_id, &person).await?;
    let ready = engine::templates::ready_trial(&engine, &mut tx, crate::address::id(&id)?, &new).await;
    let ready = ready.map_err(in_form)?;
    tx.commit().await?;
    sent(ready.send().await, &format!("/templates/{id}/test"))
}

#[server(prefix = "/_fn", endpoint = "try-campaign")]
pub async fn try_campaign(id: String, to: String, sender_id: String, #[server(default)] person: String) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    let new = typed(&mut tx, to, sender_id, &person).await?;
    let ready = engine::campaigns::ready_trial(&engine, &mut tx, crate::address::id(&id)?, &new).await;
    let ready = ready.map_err(in_form)?;
    tx.commit().await?;
    sent(ready.send().await, &format!("/campaigns/{id}/test"))
}

#[cfg(feature = "ssr")]
async fn typed(
    tx: &mut engine::db::Tx,
    to: String,
    sender_id: String,
    person: &str,
) -> Answer<domain::template::NewTrial> {
    let contact = super::panel::find_person(tx, person).await?;
    Ok(domain::template::NewTrial { to, contact_id: contact.map(|contact| contact.id.to_string()), sender_id })
}

/// The form names a person, not a contact's id.
#[cfg(feature = "ssr")]
fn in_form(error: engine::Error) -> AppError {
    let mut error = AppError::from(error);
    if let AppError::Invalid(errors) = &mut error {
        for error in errors.0.iter_mut().filter(|error| error.field == "contact_id") {
            error.field = "person".into();
        }
    }
    error
}

#[cfg(feature = "ssr")]
fn sent(trial: domain::template::Trial, page: &str) -> Answer<()> {
    if !trial.ok {
        return Err(AppError::Invalid(domain::error::FieldErrors::one("to", "not_sent", trial.message)));
    }
    crate::request::go(&format!("{page}?done=sent"));
    Ok(())
}

/// The page for a template.
#[component]
pub fn TryTemplate() -> impl IntoView {
    let (id, action) = (param("id"), ServerAction::<TryTemplate>::new());
    let desk = Resource::new(move || id.get(), get_template_desk);
    page(desk, ("Templates", "/templates"), move |desk, back| {
        let fields = fields(desk, form_state(action), action.pending(), back);
        view! { <ActionForm action>{fields}</ActionForm> }.into_any()
    })
}

/// The page for a campaign.
#[component]
pub fn TryCampaign() -> impl IntoView {
    let (id, action) = (param("id"), ServerAction::<TryCampaign>::new());
    let desk = Resource::new(move || id.get(), get_campaign_desk);
    page(desk, ("Campaigns", "/campaigns"), move |desk, back| {
        let fields = fields(desk, form_state(action), action.pending(), back);
        view! { <ActionForm action>{fields}</ActionForm> }.into_any()
    })
}

fn page(
    desk: Resource<Answer<Desk>>,
    above: (&'static str, &'static str),
    form: impl Fn(Desk, String) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    if !may(Verb::SendCampaigns) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(desk, move |desk| {
        let back = format!("{}/{}", above.1, desk.id);
        let crumbs = vec![Crumb::link(above.0, above.1), Crumb::link(desk.name.clone(), back.clone())];
        view! {
            <Title text=format!("Test of {}", desk.name)/>
            <PageHead title="Send a test" crumbs>
                "It goes to any address and counts nowhere. Its subject begins with [Test]."
            </PageHead>
            <div class="stack stack--m">
                <Done words=done/>
                {if desk.senders.is_empty() { no_sender() } else { form(desk, back) }}
            </div>
        }
        .into_any()
    })
}

fn no_sender() -> AnyView {
    let action = || view! { <LinkButton href="/settings/senders" look=Look::Primary>"Add a sender"</LinkButton> };
    view! {
        <Notice tone=Tone::Warning title="There is no sender yet" action=action>
            "A test goes out as your messages do: from a sender, through its provider."
        </Notice>
    }
    .into_any()
}

fn fields(desk: Desk, form: FormState, pending: Memo<bool>, back: String) -> AnyView {
    let own = session().user.map(|user| user.email).unwrap_or_default();
    let choices = desk.senders.into_iter().map(|(id, label)| Choice::new(id, label)).collect();
    view! {
            <Panel>
                <input type="hidden" name="id" value=desk.id/>
                <ErrorSummary errors=form.summary()/>
                <TextField label="To" name="to" kind="email" value=form.value("to", own) error=form.error("to")
                    required=true autocomplete="email"/>
                <TextField label="As" name="person" value=form.value("person", "") error=form.error("person") optional=true
                    autocomplete="off" hint="The address or name of a contact, as whom it is written. Empty: an example."/>
                <SelectField label="From" name="sender_id" choices value=form.value("sender_id", desk.sender)
                    error=form.error("sender_id") required=true/>
                <div class="row">
                    <Button look=Look::Primary glyph=Glyph::Plane busy=pending>"Send the test"</Button>
                    <LinkButton href=back look=Look::Quiet>"Back"</LinkButton>
                </div>
            </Panel>
    }
    .into_any()
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "sent").then(|| "The test is on its way".into())
}
