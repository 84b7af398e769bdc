//! Contacts: all of them, newest first, with a search.

use domain::{access::Verb, contact::Contact, page::Page};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::words::consent_badge;
use crate::{
    address::query,
    components::{
        Button, Column, EmptyState, Glyph, LinkButton, Look, PageHead, Panel, SearchField, Table, format::count,
    },
    error::Answer,
    load::load,
    paging::{Place, Rows},
    session::may,
    when::{Day, note},
};

/// A page of contacts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    /// The page.
    pub page: Page<Contact>,
    /// How many contacts there are in all, counted up to 1,001.
    pub total: u64,
}

#[server(prefix = "/_fn", endpoint = "contacts")]
pub async fn get_contacts(search: String, cursor: String) -> Answer<Found> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let query = PageQuery { cursor: Some(cursor), search: Some(search), ..Default::default() };
    let page = engine::audience::list(&mut tx, &query).await?;
    let total = engine::audience::count_some(&mut tx).await?.unsigned_abs();
    Ok(Found { page, total })
}

/// All contacts.
#[component]
pub fn Contacts() -> impl IntoView {
    let (search, place) = (query("q"), Place::here());
    let found =
        Resource::new(move || (search.get(), place.get().cursor), |(search, cursor)| get_contacts(search, cursor));
    let add = || {
        may(Verb::EditContacts)
            .then(|| view! { <LinkButton href="/contacts/new" look=Look::Primary glyph=Glyph::Plus>"New contact"</LinkButton> })
    };
    view! {
        <Title text="Contacts"/>
        <PageHead title="Contacts" actions=add>"The people you may write to, newest first."</PageHead>
        <div class="stack stack--m">
            <SearchPeople action="/contacts" value=search.get_untracked()/>
            {load(found, move |found| all(found, &search.get_untracked(), &place.get_untracked()))}
        </div>
    }
}

/// A search by the beginning of an address or a name, whose result is the page itself.
#[component]
pub(super) fn SearchPeople(
    /// The page.
    #[prop(into)]
    action: String,
    /// What is searched for now.
    value: String,
) -> impl IntoView {
    view! {
        <form action=action method="get">
            <div class="row">
                <SearchField label="Search people" value placeholder="Beginning of an e-mail address or a name"/>
                <Button>"Search"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn all(found: Found, search: &str, place: &Place) -> AnyView {
    let Found { page, total } = found;
    if page.data.is_empty() {
        return nobody(search);
    }
    let searched = !search.is_empty();
    let of = (!searched).then(|| if total > 1000 { "more than 1,000".to_owned() } else { count(total) });
    let foot = place.pager("/contacts", &[("q", search)], &Rows::from(&page), of, &note());
    let columns =
        vec![Column::new("Name"), Column::new("Marketing by e-mail"), Column::new("Phone"), Column::new("Added")];
    let rows = page.data.into_iter().map(row).collect_view();
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption="Contacts, newest first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(contact: Contact) -> AnyView {
    let label = contact.label();
    let email = contact.email.filter(|email| *email != label);
    let below = [email, Some(contact.business_name).filter(|name| !name.is_empty() && *name != label)];
    let below = below.into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/contacts/{}", contact.id)>{label}</a>
                <small>{below}</small>
            </td>
            <td data-label="Marketing">{consent_badge(contact.email_consent)}</td>
            <td data-label="Phone"><span class="one-line">{contact.phone.unwrap_or_else(|| "—".into())}</span></td>
            <td data-label="Added"><span class="one-line"><Day at=contact.created_at/></span></td>
        </tr>
    }
    .into_any()
}

fn nobody(search: &str) -> AnyView {
    if !search.is_empty() {
        let text = format!("No e-mail address and no name begins with “{search}”.");
        return view! {
            <Panel>
                <EmptyState
                    title="Nobody found"
                    text
                    glyph=Glyph::Search
                    action=|| view! { <LinkButton href="/contacts" attr:rel="external">"Show all contacts"</LinkButton> }
                />
            </Panel>
        }
        .into_any();
    }
    let first = || {
        may(Verb::EditContacts).then(|| {
            view! {
                <LinkButton href="/contacts/new" look=Look::Primary glyph=Glyph::Plus>"Add the first contact"</LinkButton>
            }
        })
    };
    view! {
        <Panel>
            <EmptyState
                title="No contacts yet"
                text="A contact is a person with an e-mail address or a phone number, and what they agreed to. \
                      Add one here, or many through the API."
                glyph=Glyph::People
                action=first
            />
        </Panel>
    }
    .into_any()
}
