//! People for a list: searched among the contacts, ticked, added; or many by their addresses.

use domain::{access::Verb, contact::Contact, id::ListId, list::List, page::Page};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{contacts::SearchPeople, paste_people::PastePeople};
use crate::{
    address::{param, query},
    components::{Button, CheckField, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel},
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::{Trouble, load},
    paging::{Place, Rows},
    session::may,
};

/// A list and the contacts that can be put on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Candidates {
    /// The list.
    pub list: List,
    /// A page of contacts.
    pub contacts: Page<Contact>,
}

#[server(prefix = "/_fn", endpoint = "candidates")]
pub async fn get_candidates(list: String, search: String, cursor: String) -> Answer<Candidates> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let list = engine::lists::get(&mut tx, crate::address::id(&list)?).await?;
    let query = PageQuery { cursor: Some(cursor), search: Some(search), ..Default::default() };
    let contacts = engine::audience::list(&mut tx, &query).await?;
    Ok(Candidates { list, contacts })
}

#[server(prefix = "/_fn", endpoint = "add-members")]
pub async fn add_members(list: ListId, #[server(default)] contact_ids: Vec<String>) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let added = engine::lists::add_members(&mut tx, list, &domain::list::NewMembers { contact_ids }).await?;
    tx.commit().await?;
    crate::request::go(&format!("/lists/{list}?done=added&n={added}"));
    Ok(())
}

/// The page.
#[component]
pub fn AddPeople() -> impl IntoView {
    let (list, search, place) = (param("id"), query("q"), Place::here());
    let action = ServerAction::<AddMembers>::new();
    let form = form_state(action);
    let found = Resource::new(
        move || (list.get(), search.get(), place.get().cursor),
        |(list, search, cursor)| get_candidates(list, search, cursor),
    );
    if !may(Verb::EditLists) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |Candidates { list, contacts }| {
        let (id, search, path) = (list.id, search.get_untracked(), format!("/lists/{}", list.id));
        let title = format!("Add people to {}", list.name);
        let crumbs = vec![Crumb::link("Lists", "/lists"), Crumb::link(list.name, path.clone())];
        let choose = choose(list.id, contacts, &search, &place.get_untracked(), action, form);
        view! {
            <Title text=title.clone()/>
            <PageHead title crumbs>
                "Search by the beginning of an address or a name, tick, and add. Who is on the list already stays as they are."
            </PageHead>
            <div class="stack">
            <div class="stack stack--m">
                <SearchPeople action=format!("{path}/add") value=search/>
                {choose}
            </div>
            <PastePeople list=id/>
            </div>
        }
        .into_any()
    })
}

fn choose(
    list: ListId,
    contacts: Page<Contact>,
    search: &str,
    place: &Place,
    action: ServerAction<AddMembers>,
    form: FormState,
) -> AnyView {
    if contacts.data.is_empty() {
        return nobody(search);
    }
    let path = format!("/lists/{list}");
    let foot = place.pager(
        &format!("{path}/add"),
        &[("q", search)],
        &Rows::from(&contacts),
        None,
        "Ticks count for this page.",
    );
    let ticked = form.values("contact_ids[]", vec![]);
    let people = contacts.data;
    // Each person has a box of their own: a tick must never pass to whoever stands there on the next page.
    let candidate = move |contact| candidate(contact, &ticked);
    let rows = view! { <For each=move || people.clone() key=|contact| contact.id children=candidate/> };
    view! {
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="Nobody was added"/>
                <input type="hidden" name="list" value=list.to_string()/>
                <Panel foot=move || foot>
                    <fieldset id="contact_ids" tabindex="-1">
                        <legend class="sr">"People to add"</legend>
                        {rows}
                    </fieldset>
                </Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Add those ticked"</Button>
                    <LinkButton href=path look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn candidate(contact: Contact, ticked: &[String]) -> AnyView {
    let (value, label) = (contact.id.to_string(), contact.label());
    let id = format!("add-{value}");
    let checked = ticked.contains(&value);
    let hint = [contact.email, contact.phone].into_iter().flatten().filter(|fact| *fact != label);
    let hint = hint.collect::<Vec<_>>().join(", ");
    view! { <CheckField label name="contact_ids[]" id value checked hint/> }.into_any()
}

fn nobody(search: &str) -> AnyView {
    let (title, text) = if search.is_empty() {
        ("No contacts yet", "Add people as contacts first; then they can be put on lists.".to_owned())
    } else {
        ("Nobody found", format!("No e-mail address and no name begins with “{search}”."))
    };
    let new = || {
        may(Verb::EditContacts)
            .then(|| view! { <LinkButton href="/contacts/new" look=Look::Primary glyph=Glyph::Plus>"New contact"</LinkButton> })
    };
    view! { <Panel><EmptyState title text glyph=Glyph::People action=new/></Panel> }.into_any()
}
