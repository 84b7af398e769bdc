//! A list: who is on it, since when and by whom; people are added and taken off.

use domain::{
    access::Verb,
    id::{ContactId, ListId},
    list::{List, Member},
    page::Page,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::words::{added_by, member_badge};
use crate::{
    address::{Done, param},
    ask::Ask,
    components::{
        Button, Column, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, Size, Table,
        format::{count, plural},
    },
    error::Answer,
    form::form_state,
    load::load,
    paging::{Place, Rows},
    session::may,
    when::{Day, note},
};

/// A list with a page of its members.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListWithMembers {
    /// The list.
    pub list: List,
    /// The page.
    pub members: Page<Member>,
}

#[server(prefix = "/_fn", endpoint = "list")]
pub async fn get_list(list: String, cursor: String) -> Answer<ListWithMembers> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let list = engine::lists::get(&mut tx, crate::address::id(&list)?).await?;
    let query = PageQuery { cursor: Some(cursor), ..Default::default() };
    let members = engine::lists::members(&mut tx, list.id, &query).await?;
    Ok(ListWithMembers { list, members })
}

#[server(prefix = "/_fn", endpoint = "remove-member")]
pub async fn remove_member(list: ListId, contact: ContactId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::lists::remove_member(&mut tx, list, contact).await?;
    tx.commit().await?;
    crate::request::go(&format!("/lists/{list}?done=removed"));
    Ok(())
}

/// The page.
#[component]
pub fn ListPage() -> impl IntoView {
    let (list, place) = (param("id"), Place::here());
    let remove = ServerAction::<RemoveMember>::new();
    let form = form_state(remove);
    let found = Resource::new(
        move || (list.get(), place.get().cursor, remove.version().get()),
        |(list, cursor, _)| get_list(list, cursor),
    );
    load(found, move |ListWithMembers { list, members }| {
        view! {
            <Title text=list.name.clone()/>
            {head(&list)}
            <div class="stack stack--m">
                <Done words=done/>
                <ErrorSummary errors=form.summary() title="Not taken off the list"/>
                {people(&list, members, remove, &place.get_untracked())}
            </div>
        }
        .into_any()
    })
}

fn done(word: &str, number: u64) -> Option<String> {
    match (word, number) {
        ("made", _) => Some("The list is made. Now put people on it".into()),
        ("removed", _) => Some("Taken off the list. The contact itself is kept".into()),
        ("added", 0) => Some("All of them were on the list already".into()),
        ("added", new) => Some(format!("{} put on the list", plural(new, "person", "people"))),
        _ => None,
    }
}

fn head(list: &List) -> AnyView {
    let add = format!("/lists/{}/add", list.id);
    let add = move || {
        may(Verb::EditLists)
            .then(|| view! { <LinkButton href=add look=Look::Primary glyph=Glyph::Plus>"Add people"</LinkButton> })
    };
    let people = plural(list.active.unsigned_abs(), "person", "people");
    let line = if list.description.is_empty() { people } else { format!("{people}. {}", list.description) };
    view! {
        <PageHead title=list.name.clone() crumbs=vec![Crumb::link("Lists", "/lists")] actions=add>{line}</PageHead>
    }
    .into_any()
}

fn people(list: &List, members: Page<Member>, remove: ServerAction<RemoveMember>, place: &Place) -> AnyView {
    let path = format!("/lists/{}", list.id);
    if members.data.is_empty() && place.cursor.is_empty() {
        let add = format!("{path}/add");
        let add = move || {
            may(Verb::EditLists)
                .then(|| view! { <LinkButton href=add look=Look::Primary glyph=Glyph::Plus>"Add people"</LinkButton> })
        };
        return view! {
            <Panel>
                <EmptyState title="Nobody is on this list yet" text="A campaign sent to it would reach no one."
                    glyph=Glyph::People action=add/>
            </Panel>
        }
        .into_any();
    }
    let foot = place.pager(&path, &[], &Rows::from(&members), Some(count(list.active.unsigned_abs())), &note());
    let edits = may(Verb::EditLists);
    let mut columns = vec![Column::new("Name"), Column::new("Stands"), Column::new("Added")];
    if edits {
        columns.push(Column::unseen("Take off"));
    }
    let list = list.id;
    let (members, remove) = (members.data, edits.then_some((list, remove)));
    let rows = view! { <For each=move || members.clone() key=|member| member.contact_id children=move |member| row(member, remove)/> };
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption="People on this list" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(member: Member, remove: Option<(ListId, ServerAction<RemoveMember>)>) -> AnyView {
    let Member { contact_id: contact, label, email, status, added_by: by, added_at } = member;
    let email = email.filter(|email| *email != label);
    let take_off = remove.map(|(list, remove)| take_off(list, contact, label.clone(), remove));
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/contacts/{contact}")>{label}</a>
                <small>{email}</small>
            </td>
            <td data-label="Stands">{member_badge(status)}</td>
            <td data-label="Added"><span class="one-line"><Day at=added_at/></span><small>{added_by(by)}</small></td>
            {take_off.map(|form| view! { <td class="wide">{form}</td> })}
        </tr>
    }
    .into_any()
}

fn take_off(list: ListId, contact: ContactId, label: String, remove: ServerAction<RemoveMember>) -> AnyView {
    view! {
        <Ask question="Take off…" about=label.clone()>
            <ActionForm action=remove>
                <input type="hidden" name="list" value=list.to_string()/>
                <input type="hidden" name="contact" value=contact.to_string()/>
                <Button look=Look::Danger size=Size::Small busy=remove.pending()>{format!("Take {label} off the list")}</Button>
            </ActionForm>
        </Ask>
    }
    .into_any()
}
