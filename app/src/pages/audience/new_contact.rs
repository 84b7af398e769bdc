//! A new contact: who it is, what they agreed to, and the lists they go on.

use domain::{access::Verb, list::List};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::contact_fields::{Offered, Typed, groups};
use crate::{
    components::{Button, CheckField, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, TextArea},
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::{Trouble, load},
    session::may,
};

/// What a new contact comes with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Start {
    pub(super) consent: String,
    pub(super) evidence: String,
    pub(super) lists: Vec<String>,
    pub(super) came_back: String,
}

/// What the form offers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FormOffers {
    offered: Offered,
    lists: Vec<List>,
}

#[server(prefix = "/_fn", endpoint = "contact-form")]
pub async fn get_form() -> Answer<FormOffers> {
    let mut tx = crate::request::begin().await?;
    let offered = super::contact_fields::offered(&mut tx).await?;
    Ok(FormOffers { offered, lists: engine::lists::list(&mut tx).await? })
}

#[server(prefix = "/_fn", endpoint = "create-contact")]
pub async fn create_contact(#[server(flatten)] typed: Typed, #[server(flatten)] start: Start) -> Answer<()> {
    let new = super::typed::contact(typed, start)?;
    let mut tx = crate::request::begin().await?;
    let id = engine::audience::create(&crate::request::engine()?, &mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go(&format!("/contacts/{id}?done=added"));
    Ok(())
}

/// The form for a new contact.
#[component]
pub fn NewContact() -> impl IntoView {
    let offers = Resource::new(|| (), |()| get_form());
    let action = ServerAction::<CreateContact>::new();
    let form = form_state(action);
    if !may(Verb::EditContacts) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    view! {
        <Title text="New contact"/>
        <PageHead title="New contact" crumbs=vec![Crumb::link("Contacts", "/contacts")]/>
        {load(offers, move |FormOffers { offered, lists }| {
            view! {
                <ActionForm action>
                    <div class="stack stack--m">
                        <ErrorSummary errors=form.summary() title="The contact could not be added"/>
                        {groups(None, &offered, form)}
                        {agreed(form)}
                        {on_lists(lists, form)}
                        {returned(form)}
                        <div class="row">
                            <Button look=Look::Primary busy=action.pending()>"Add contact"</Button>
                            <LinkButton href="/contacts" look=Look::Quiet>"Cancel"</LinkButton>
                        </div>
                    </div>
                </ActionForm>
            }
            .into_any()
        })}
    }
    .into_any()
}

fn agreed(form: FormState) -> AnyView {
    let consent = form.values("consent", vec![]).iter().any(|value| value == "true");
    view! {
        <Panel title="What they agreed to">
            <CheckField label="They agreed to marketing by e-mail" name="consent" checked=consent error=form.error("consent")
                hint="Without a consent in force no campaign reaches them; it can be recorded later as well."/>
            <TextArea label="Proof of it" name="evidence" rows=2 value=form.value("evidence", "") error=form.error("evidence")
                hint="Needed with the tick: where it was given, when, and in which words."
                placeholder="Paper form at the desk, 14 May 2026: “Send me news by e-mail”"/>
        </Panel>
    }
    .into_any()
}

/// Only who was refused for it needs to know of it.
fn returned(form: FormState) -> AnyView {
    let asked = form.values("came_back", vec![]).iter().any(|value| value == "true");
    let erased = move || form.codes().iter().any(|code| code == "erased");
    let view = move || {
        (asked || erased()).then(|| {
            view! {
                <Panel title="They were erased">
                    <CheckField label="They came back by themselves" name="came_back" checked=asked error=form.error("came_back")
                        hint="Somebody with this address asked to be erased. Add them again only if they asked for that, too."/>
                </Panel>
            }
        })
    };
    view.into_any()
}

fn on_lists(lists: Vec<List>, form: FormState) -> AnyView {
    if lists.is_empty() {
        return ().into_any();
    }
    let chosen = form.values("lists[]", vec![]);
    let boxes = lists
        .into_iter()
        .map(|list| {
            let (value, id) = (list.id.to_string(), format!("list-{}", list.id));
            let checked = chosen.contains(&value);
            view! { <CheckField label=list.name name="lists[]" id value checked/> }
        })
        .collect_view();
    view! {
        <Panel title="Lists">
            <fieldset id="lists" tabindex="-1">
                <legend class="sr">"Lists to put them on"</legend>
                {boxes}
            </fieldset>
        </Panel>
    }
    .into_any()
}
