//! A contact: who it is, what they agreed to, the lists they are on, and everything that was sent to them.

use domain::{
    contact::{Contact, ContactDetail, ListRef},
    message::ContactMessage,
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{consent, words::suppressed};
use crate::{
    address::{Done, param},
    components::{
        Avatar, Badge, Column, Crumb, Dl, EmptyState, Fact, Glyph, MessageBadge, Notice, PageHead, Panel, Section,
        Table, Tone, format::initials,
    },
    error::Answer,
    load::load,
    when::{Day, Moment, note},
};

#[server(prefix = "/_fn", endpoint = "contact")]
pub async fn get_contact(contact: String) -> Answer<ContactDetail> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::audience::get(&mut tx, crate::address::id(&contact)?).await?)
}

/// The page.
#[component]
pub fn ContactPage() -> impl IntoView {
    let contact = param("id");
    let found = Resource::new(move || contact.get(), get_contact);
    load(found, move |detail| {
        let ContactDetail { contact, consents: entries, lists, suppressed: reason, messages } = detail;
        let (who, title) = (contact.id, contact.label());
        view! {
            <Title text=title/>
            {head(&contact)}
            <div class="cols cols--main">
                <div class="stack">
                    <Done words=done/>
                    {warnings(&contact, reason)}
                    {consent::panel(who, entries)}
                    {sent(messages)}
                </div>
                <div class="stack">{profile(contact, lists)}</div>
            </div>
        }
        .into_any()
    })
}

fn done(word: &str, _: u64) -> Option<String> {
    match word {
        "added" => Some("The contact is added".into()),
        "consent" => Some("Recorded".into()),
        _ => None,
    }
}

fn head(contact: &Contact) -> AnyView {
    let title = contact.label();
    let letters = initials(&title);
    let facts = [contact.email.clone(), contact.phone.clone(), contact.time_zone.clone()];
    let facts = facts.into_iter().flatten().filter(|fact| *fact != title).collect::<Vec<_>>().join(", ");
    let stopped = contact.do_not_contact;
    view! {
        <PageHead
            title
            crumbs=vec![Crumb::link("Contacts", "/contacts")]
            mark=move || view! { <Avatar initials=letters large=true/> }
            badge=move || {
                stopped.then(|| view! { <Badge tone=Tone::Danger glyph=Glyph::Slash text="Do not contact"/> })
            }
        >
            {facts}
        </PageHead>
    }
    .into_any()
}

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
    view! {
        {stopped}
        {reason}
    }
    .into_any()
}

fn profile(contact: Contact, lists: Vec<ListRef>) -> AnyView {
    let fact = |term: &'static str, value: Option<String>| {
        value.filter(|value| !value.is_empty()).map(|value| view! { <Fact term>{value}</Fact> })
    };
    let name = format!("{} {}", contact.first_name, contact.last_name).trim().to_owned();
    let custom = contact.custom.as_object().cloned().unwrap_or_default().into_iter().map(|(term, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        view! { <Fact term>{value}</Fact> }
    });
    let lists = if lists.is_empty() {
        "None".into_any()
    } else {
        let links =
            lists.into_iter().map(|list| view! { <li><a href=format!("/lists/{}", list.id)>{list.name}</a></li> });
        view! { <ul>{links.collect_view()}</ul> }.into_any()
    };
    view! {
        <Panel title="Profile">
            <Dl>
                {fact("Name", Some(name))}
                {fact("Business", Some(contact.business_name))}
                {fact("Time zone", contact.time_zone)}
                {custom.collect_view()}
                <Fact term="Lists">{lists}</Fact>
                <Fact term="Added"><Day at=contact.created_at/></Fact>
            </Dl>
        </Panel>
    }
    .into_any()
}

fn sent(messages: Vec<ContactMessage>) -> AnyView {
    let body = if messages.is_empty() {
        view! {
            <Panel>
                <EmptyState title="Nothing sent yet" text="Messages of campaigns appear here, each with what became of it."
                    glyph=Glyph::Envelope/>
            </Panel>
        }
        .into_any()
    } else {
        let foot = if messages.len() == 50 { format!("The newest 50. {}", note()) } else { note() };
        let columns = vec![Column::new("Campaign"), Column::new("What became of it"), Column::new("When")];
        let rows = messages.into_iter().map(message).collect_view();
        view! {
            <Panel flush=true foot=move || foot>
                <Table caption="Messages to this person, newest first" columns>{rows}</Table>
            </Panel>
        }
        .into_any()
    };
    view! { <Section title="Messages" id="messages">{body}</Section> }.into_any()
}

fn message(message: ContactMessage) -> AnyView {
    let state = message.status.replace(' ', "_");
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/campaigns/{}", message.campaign_id)>{message.campaign}</a>
            </td>
            <td class="wide">
                <MessageBadge state/>
                {message.reason.map(|reason| view! { <p class="small muted">{reason}</p> })}
            </td>
            <td data-label="When"><span class="one-line"><Moment at=message.at/></span></td>
        </tr>
    }
    .into_any()
}
