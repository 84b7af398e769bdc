//! A contact: who it is, what they agreed to, the lists they are on, everything that was sent to them and what they did,
//! and what is planned.

use domain::{
    access::Verb,
    contact::{Contact, ContactDetail, Happening, ListRef, Upcoming},
    country,
    custom_field::CustomField,
    page::Page,
    stage::Stage,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    consent,
    contact_fields::written,
    contact_switches::{SetSwitch, TagContact, switches, tags},
    history::{history, planned},
    words::suppressed,
};
use crate::{
    address::{Done, param},
    components::{
        Avatar, Badge, Crumb, Dl, Fact, Glyph, LinkButton, Look, Notice, PageHead, Panel, Tone, format::initials,
    },
    error::Answer,
    load::load,
    paging::Place,
    session::may,
    when::Day,
};

/// A contact's page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContactView {
    detail: ContactDetail,
    events: Page<Happening>,
    upcoming: Vec<Upcoming>,
    stages: Vec<Stage>,
    fields: Vec<CustomField>,
}

#[server(prefix = "/_fn", endpoint = "contact")]
pub async fn get_contact(contact: String, cursor: String) -> Answer<ContactView> {
    use domain::page::PageQuery;
    let id: domain::id::ContactId = crate::address::id(&contact)?;
    let mut tx = crate::request::begin().await?;
    let detail = engine::audience::get(&mut tx, id).await?;
    if detail.contact.id != id {
        crate::request::go(&format!("/contacts/{}", detail.contact.id));
    }
    let query = PageQuery { cursor: Some(cursor), ..Default::default() };
    Ok(ContactView {
        events: engine::audience::events(&mut tx, id, &query).await?,
        upcoming: engine::audience::upcoming(&mut tx, id).await?,
        stages: engine::audience::stages(&mut tx).await?,
        fields: engine::audience::fields(&mut tx).await?,
        detail,
    })
}

/// The page.
#[component]
pub fn ContactPage() -> impl IntoView {
    let (contact, place) = (param("id"), Place::here());
    let (tag, switch) = (ServerAction::<TagContact>::new(), ServerAction::<SetSwitch>::new());
    let changed = move || tag.version().get() + switch.version().get();
    let found = Resource::new(
        move || (contact.get(), place.get().cursor, changed()),
        |(contact, cursor, _)| get_contact(contact, cursor),
    );
    load(found, move |ContactView { detail, events, upcoming, stages, fields }| {
        let ContactDetail { contact, consents: entries, lists, suppressed: reason, .. } = detail;
        let (who, title) = (contact.id, contact.label());
        view! {
            <Title text=title/>
            {head(&contact)}
            <div class="cols cols--main">
                <div class="stack">
                    <Done words=done/>
                    {warnings(&contact, reason)}
                    {consent::panel(who, entries)}
                    {planned(upcoming)}
                    {history(who, events, &place.get_untracked())}
                </div>
                <div class="stack">
                    {profile(&contact, lists, &stages, &fields)} {tags(&contact, tag)} {switches(&contact, switch)}
                </div>
            </div>
        }
        .into_any()
    })
}

fn done(word: &str, _: u64) -> Option<String> {
    match word {
        "added" => Some("The contact is added".into()),
        "changed" => Some("Saved".into()),
        "consent" => Some("Recorded".into()),
        "tags" => Some("The tags are changed".into()),
        "merged" => Some("The two are one now".into()),
        "stopped" => Some("No message goes to this person any more, on any channel".into()),
        "allowed" => Some("Messages go to this person again where they agreed to them".into()),
        "test" => Some("Marked as a test contact".into()),
        "real" => Some("No test contact any more".into()),
        _ => None,
    }
}

fn head(contact: &Contact) -> AnyView {
    let (title, path) = (contact.label(), format!("/contacts/{}", contact.id));
    let letters = initials(&title);
    let facts = [contact.email.clone(), contact.phone.clone()];
    let facts = facts.into_iter().flatten().filter(|fact| *fact != title).collect::<Vec<_>>().join(", ");
    let (stopped, test) = (contact.do_not_contact, contact.test);
    let actions = move || {
        may(Verb::EditContacts).then(|| {
            view! {
                <LinkButton href=format!("{path}/merge") look=Look::Quiet>"Merge…"</LinkButton>
                <a class="btn btn--quiet" href=format!("{path}/export") rel="external" download="">"Export"</a>
                <LinkButton href=format!("{path}/erase") look=Look::Quiet>"Erase…"</LinkButton>
                <LinkButton href=format!("{path}/edit") look=Look::Primary glyph=Glyph::Pencil>"Change"</LinkButton>
            }
        })
    };
    view! {
        <PageHead
            title
            crumbs=vec![Crumb::link("Contacts", "/contacts")]
            mark=move || view! { <Avatar initials=letters large=true/> }
            badge=move || {
                view! {
                    {stopped.then(|| view! { <Badge tone=Tone::Danger glyph=Glyph::Slash text="Do not contact"/> })}
                    {test.then(|| view! { <Badge tone=Tone::Info text="Test"/> })}
                }
            }
            actions
        >
            {facts}
        </PageHead>
    }
    .into_any()
}

/// Why nothing can be sent, whatever campaigns do.
fn warnings(contact: &Contact, reason: Option<String>) -> AnyView {
    let stopped = contact.do_not_contact.then(|| {
        view! {
            <Notice tone=Tone::Danger title="Nothing is sent to this person">
                "They are marked do not contact, on every channel."
            </Notice>
        }
    });
    let reason = reason.map(|reason| {
        view! {
            <Notice tone=Tone::Warning title="The e-mail address is suppressed">
                {format!("{} No message goes there, whatever the consent says.", suppressed(&reason))}
            </Notice>
        }
    });
    let unwilling = contact.email.is_some() && contact.email_consent != Some(domain::consent::State::Granted);
    let unwilling = unwilling.then(|| {
        view! {
            <Notice title="No campaign by e-mail reaches this person">
                "No consent to marketing by e-mail is in force. Record it below when they give it."
            </Notice>
        }
    });
    view! {
        {stopped}
        {reason}
        {unwilling}
    }
    .into_any()
}

fn profile(contact: &Contact, lists: Vec<ListRef>, stages: &[Stage], fields: &[CustomField]) -> AnyView {
    let known = facts(contact, stages).into_iter().chain(custom(contact, fields));
    let known = known.map(|(term, value)| view! { <Fact term>{value}</Fact> }).collect_view();
    let lists = if lists.is_empty() {
        "None".into_any()
    } else {
        let links = lists
            .into_iter()
            .map(|list| view! { <li><a class="tap" href=format!("/lists/{}", list.id)>{list.name}</a></li> });
        view! { <ul>{links.collect_view()}</ul> }.into_any()
    };
    let (added, active) = (contact.created_at, contact.last_activity_at);
    view! {
        <Panel title="Profile">
            <Dl>
                {known}
                <Fact term="Lists">{lists}</Fact>
                <Fact term="Added"><Day at=added/></Fact>
                {active.map(|at| view! { <Fact term="Last active"><Day at/></Fact> })}
            </Dl>
        </Panel>
    }
    .into_any()
}

/// What is known, in words.
fn facts(contact: &Contact, stages: &[Stage]) -> Vec<(String, String)> {
    let contact = contact.clone();
    let name = format!("{} {}", contact.first_name, contact.last_name).trim().to_owned();
    let stage =
        contact.stage.map(|key| stages.iter().find(|stage| stage.key == key).map_or(key, |stage| stage.name.clone()));
    let country = contact.country.map(|code| country::name(&code).map_or(code.clone(), str::to_owned));
    let place = contact.latitude.zip(contact.longitude).map(|(north, east)| format!("{north}, {east}"));
    let source = contact.source.zip(contact.external_id).map(|(source, id)| format!("{source}, {id}"));
    let known = [
        ("Name", Some(name)),
        ("Business", Some(contact.business_name)),
        ("WhatsApp", contact.whatsapp),
        ("Social", Some(contact.social)),
        ("Birthday", contact.birthday.map(|day| day.format("%-d %b %Y").to_string())),
        ("Language", contact.language),
        ("City", Some(contact.city)),
        ("State or region", Some(contact.state)),
        ("Country", country),
        ("Position", place),
        ("Time zone", contact.time_zone),
        ("Industry", Some(contact.industry)),
        ("Stage", stage),
        ("Lead score", contact.lead_score.map(|score| score.to_string())),
        ("Source", source),
    ];
    let known = known.into_iter().filter_map(|(term, value)| Some((term.to_owned(), value?)));
    known.filter(|(_, value)| !value.is_empty()).collect()
}

/// Custom fields by what people call them.
fn custom(contact: &Contact, fields: &[CustomField]) -> Vec<(String, String)> {
    let has = contact.custom.as_object().cloned().unwrap_or_default();
    let label =
        |key: &str| fields.iter().find(|field| field.key == key).map_or(key.to_owned(), |field| field.label.clone());
    has.into_iter().map(|(key, value)| (label(&key), written(&value))).collect()
}
