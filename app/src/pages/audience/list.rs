//! A list: who is on it and who is not any more, since when and by whom.

use domain::{
    access::Verb,
    list::{List, Member, MemberStatus},
    page::Page,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    members::{self, PutBack, RemoveMember},
    words::member_word,
};
use crate::{
    address::{Done, href, param, query},
    components::{
        Button, Crumb, ErrorSummary, FilterChips, Glyph, Link, LinkButton, Look, Notice, PageHead, SearchField, Tone,
        format::plural,
    },
    error::Answer,
    form::form_state,
    load::load,
    paging::Place,
    session::may,
};

/// A list with a page of its members.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListWithMembers {
    /// The list.
    pub list: List,
    /// Whether people of a campaign are still being put on it.
    pub filling: bool,
    /// The page.
    pub members: Page<Member>,
}

/// What of a list is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    /// Members in this state.
    pub(super) status: MemberStatus,
    /// Whose address or name begins so.
    pub(super) search: String,
    pub(super) place: Place,
}

impl Asked {
    /// What narrows the list, for addresses.
    pub(super) fn kept(&self) -> [(&'static str, &str); 2] {
        let status = if self.status == MemberStatus::Active { "" } else { self.status.word() };
        [("status", status), ("q", &self.search)]
    }
}

#[server(prefix = "/_fn", endpoint = "list")]
pub async fn get_list(
    list: String,
    status: String,
    #[server(default)] search: String,
    #[server(default)] cursor: String,
) -> Answer<ListWithMembers> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let list = engine::lists::get(&mut tx, crate::address::id(&list)?).await?;
    let query = PageQuery { cursor: Some(cursor), search: Some(search), status: Some(status), ..Default::default() };
    let members = engine::lists::members(&mut tx, list.id, &query).await?;
    let filling = engine::reports::is_filling(&mut tx, list.id).await?;
    Ok(ListWithMembers { list, filling, members })
}

/// The page.
#[component]
pub fn ListPage() -> impl IntoView {
    let (list, status, search, place) = (param("id"), query("status"), query("q"), Place::here());
    let (remove, back) = (ServerAction::<RemoveMember>::new(), ServerAction::<PutBack>::new());
    let (not_removed, not_back) = (form_state(remove).summary(), form_state(back).summary());
    let errors = Signal::derive(move || [not_removed.get(), not_back.get()].concat());
    let asked = Memo::new(move |_| Asked {
        status: status.with(|word| MemberStatus::from_word(word)).unwrap_or(MemberStatus::Active),
        search: search.get(),
        place: place.get(),
    });
    let found = Resource::new(
        move || (list.get(), asked.get(), remove.version().get(), back.version().get()),
        |(list, asked, ..)| get_list(list, asked.status.word().into(), asked.search, asked.place.cursor),
    );
    load(found, move |ListWithMembers { list, filling, members }| {
        let asked = asked.get_untracked();
        view! {
            <Title text=list.name.clone()/>
            {head(&list)}
            <div class="stack stack--m">
                <Done words=done/>
                <ErrorSummary errors title="This was not done"/>
                {filling.then(still_filling)}
                {(list.total > 0).then(|| filters(&list, &asked))}
                {members::panel(&list, members, &asked, remove, back)}
            </div>
        }
        .into_any()
    })
}

fn done(word: &str, number: u64) -> Option<String> {
    match (word, number) {
        ("made", _) => Some("The list is made. Now put people on it".into()),
        ("of_campaign", _) => Some("The list is made, with everybody who was found".into()),
        ("filling", _) => Some("The list is made; the rest of its people follow in the background".into()),
        ("changed", _) => Some("Saved".into()),
        ("removed", _) => Some("Taken off the list. The contact itself is kept".into()),
        ("back", _) => Some("Put back on the list".into()),
        ("added", 0) => Some("All of them were on the list already".into()),
        ("added", new) => Some(format!("{} put on the list", plural(new, "person", "people"))),
        _ => None,
    }
}

/// Its numbers grow yet: whoever sends to it now leaves somebody out.
fn still_filling() -> AnyView {
    view! {
        <Notice tone=Tone::Info title="People are still being put on this list">
            "More of the campaign’s recipients follow in the background. Load the page again to see how far it is."
        </Notice>
    }
    .into_any()
}

fn head(list: &List) -> AnyView {
    let path = format!("/lists/{}", list.id);
    let (add, edit, export) = (format!("{path}/add"), format!("{path}/edit"), format!("{path}/export"));
    let some = list.total > 0;
    let actions = move || {
        let edits = may(Verb::EditLists);
        view! {
            {some.then(|| view! { <LinkButton href=export glyph=Glyph::Download attr:rel="external">"Export"</LinkButton> })}
            {edits.then(|| view! { <LinkButton href=edit glyph=Glyph::Pencil>"Edit"</LinkButton> })}
            {edits.then(|| view! { <LinkButton href=add look=Look::Primary glyph=Glyph::Plus>"Add people"</LinkButton> })}
        }
    };
    let people = plural(list.active.unsigned_abs(), "active person", "active people");
    let line = if list.description.is_empty() { people } else { format!("{people}. {}", list.description) };
    view! {
        <PageHead title=list.name.clone() crumbs=vec![Crumb::link("Lists", "/lists")] actions>{line}</PageHead>
    }
    .into_any()
}

fn filters(list: &List, asked: &Asked) -> AnyView {
    let path = format!("/lists/{}", list.id);
    let link = |status: MemberStatus| {
        let asked = Asked { status, search: asked.search.clone(), place: Place::default() };
        href(&path, &asked.kept())
    };
    let links = MemberStatus::ALL.iter().map(|status| {
        let (glyph, word) = member_word(*status);
        Link::new(word, link(*status)).glyph(glyph).count(list.count(*status).unsigned_abs())
    });
    let (links, current, search) = (links.collect(), link(asked.status), asked.search.clone());
    let status = asked.kept()[0].1.to_owned();
    view! {
        <FilterChips label="State" links current/>
        <form class="row" method="get" action=path.clone() role="search">
            {(!status.is_empty()).then(|| view! { <input type="hidden" name="status" value=status/> })}
            <SearchField label="Search people on this list" placeholder="Beginning of an e-mail address or a name" value=search/>
            <Button>"Search"</Button>
        </form>
    }
    .into_any()
}
