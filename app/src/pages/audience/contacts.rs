//! Contacts: all of them, newest first, with a search and filters; tags for those that are ticked.

use domain::{access::Verb, contact::Contact, list::List, page::Page, stage::Stage};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    contact_filters::{Filters, filters},
    words::consent_badge,
};
use crate::{
    address::Done,
    components::{
        Badge, Button, Choice, Column, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, SearchField,
        SelectField, Table, TextField, Tone,
        format::{count, plural},
    },
    error::Answer,
    form::{FormState, form_state},
    load::load,
    paging::{Place, Rows},
    session::may,
    when::{Day, note},
};

/// A page of contacts, and what they can be filtered by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    /// The page.
    pub page: Page<Contact>,
    /// How many fit in all, counted up to 1,001.
    pub total: u64,
    /// The pipeline.
    pub stages: Vec<Stage>,
    /// All lists.
    pub lists: Vec<List>,
}

#[server(prefix = "/_fn", endpoint = "contacts")]
pub async fn get_contacts(filters: Filters, cursor: String) -> Answer<Found> {
    let mut tx = crate::request::begin().await?;
    let query = filters.query(cursor);
    let page = engine::audience::find(&mut tx, &query).await?;
    let total = engine::audience::count_found(&mut tx, &query).await?.unsigned_abs();
    let stages = engine::audience::stages(&mut tx).await?;
    Ok(Found { page, total, stages, lists: engine::lists::list(&mut tx).await? })
}

/// `what` is `add` or `remove`; `next` is the page to go on with.
#[server(prefix = "/_fn", endpoint = "tag-contacts")]
pub async fn tag_contacts(
    #[server(default)] contact_ids: Vec<String>,
    #[server(default)] tags: String,
    what: String,
    next: String,
) -> Answer<()> {
    let (add, remove) = if what == "remove" { (vec![], vec![tags]) } else { (vec![tags], vec![]) };
    let mut tx = crate::request::begin().await?;
    let changed =
        engine::audience::tag(&mut tx, &domain::contact::tag::NewTagging { contact_ids, add, remove }).await?;
    tx.commit().await?;
    let next = crate::pages::sign_in::local_path(&next);
    let sign = if next.contains('?') { '&' } else { '?' };
    crate::request::go(&format!("{next}{sign}done=tagged&n={changed}"));
    Ok(())
}

/// All contacts.
#[component]
pub fn Contacts() -> impl IntoView {
    let (asked, place) = (Filters::here(), Place::here());
    let tag = ServerAction::<TagContacts>::new();
    let form = form_state(tag);
    let found = Resource::new(
        move || (asked.get(), place.get().cursor, tag.version().get()),
        |(asked, cursor, _)| get_contacts(asked, cursor),
    );
    let add = || {
        may(Verb::EditContacts)
            .then(|| view! { <LinkButton href="/contacts/new" look=Look::Primary glyph=Glyph::Plus>"New contact"</LinkButton> })
    };
    view! {
        <Title text="Contacts"/>
        <PageHead title="Contacts" actions=add>"The people you may write to, newest first."</PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            {load(found, move |found| {
                let (asked, place) = (asked.get_untracked(), place.get_untracked());
                view! {
                    {filters(&asked, &found.stages, &found.lists)}
                    {all(found, &asked, &place, tag, form)}
                }
                .into_any()
            })}
        </div>
    }
}

fn done(word: &str, number: u64) -> Option<String> {
    match word {
        "tagged" => Some(format!("The tags of {} are changed", plural(number, "contact", "contacts"))),
        "erased" => Some("The person is erased".into()),
        _ => None,
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
                <SearchField label="Search people" value placeholder="E-mail, phone or name"/>
                <Button>"Search"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn all(found: Found, asked: &Filters, place: &Place, action: ServerAction<TagContacts>, form: FormState) -> AnyView {
    let Found { page, total, .. } = found;
    if page.data.is_empty() {
        return nobody(asked);
    }
    let of = if total > 1000 { "more than 1,000".to_owned() } else { count(total) };
    let kept = asked.kept();
    let kept: Vec<_> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let foot = place.pager("/contacts", &kept, &Rows::from(&page), Some(of), &note());
    let mut columns = vec![
        Column::new("Name"),
        Column::new("Marketing by e-mail"),
        Column::new("Phone"),
        Column::new("Tags"),
        Column::new("Added"),
    ];
    let may_edit = may(Verb::EditContacts);
    if may_edit {
        columns.insert(0, Column::unseen("Choose"));
    }
    let ticked = form.values("contact_ids[]", vec![]);
    let rows = page.data.into_iter().map(|contact| row(contact, may_edit, &ticked)).collect_view();
    let table = view! {
        <Panel flush=true foot=move || foot>
            <Table caption="Contacts, newest first" columns>{rows}</Table>
        </Panel>
    };
    if !may_edit {
        return table.into_any();
    }
    let next = place.here_at("/contacts", &kept);
    view! {
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="No tags were changed"/>
                <input type="hidden" name="next" value=next/>
                <div id="contact_ids" tabindex="-1">{table}</div>
                {bulk(action, form)}
            </div>
        </ActionForm>
    }
    .into_any()
}

fn bulk(action: ServerAction<TagContacts>, form: FormState) -> AnyView {
    let ways = vec![Choice::new("add", "Add"), Choice::new("remove", "Take away")];
    // What is wrong with tags that are added is told at `add`, with those that are taken away at `remove`.
    let error = Signal::derive(move || form.error("add").get().or_else(|| form.error("remove").get()));
    view! {
        <Panel title="Tags for those ticked">
            <div class="row row--fields">
                <SelectField label="What" name="what" choices=ways value=form.value("what", "add")/>
                <TextField label="Tags" name="tags" id="add" value=form.value("tags", "") error hint="Parted by commas."
                    autocomplete="off"/>
                <Button busy=action.pending()>"Change tags"</Button>
            </div>
        </Panel>
    }
    .into_any()
}

fn row(contact: Contact, may_edit: bool, ticked: &[String]) -> AnyView {
    let (label, id) = (contact.label(), contact.id.to_string());
    let email = contact.email.filter(|email| *email != label);
    let below = [email, Some(contact.business_name).filter(|name| !name.is_empty() && *name != label)];
    let below = below.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let checked = ticked.contains(&id);
    let tick = may_edit.then(|| {
        let name = format!("Choose {label}");
        view! { <td><label class="tick"><input type="checkbox" name="contact_ids[]" value=id.clone() checked=checked aria-label=name/></label></td> }
    });
    let stopped =
        contact.do_not_contact.then(|| view! { <Badge tone=Tone::Danger glyph=Glyph::Slash text="Do not contact"/> });
    let test = contact.test.then(|| view! { <Badge tone=Tone::Info text="Test"/> });
    let tags = contact.tags.join(", ");
    view! {
        <tr>
            {tick}
            <td class="wide">
                <a class="name" href=format!("/contacts/{id}")>{label}</a>
                <small>{below}</small>
            </td>
            <td data-label="Marketing"><span class="row">{consent_badge(contact.email_consent)} {stopped} {test}</span></td>
            <td data-label="Phone"><span class="one-line">{contact.phone.unwrap_or_else(|| "—".into())}</span></td>
            <td data-label="Tags" class="small muted">{if tags.is_empty() { "—".to_owned() } else { tags }}</td>
            <td data-label="Added"><span class="one-line"><Day at=contact.created_at/></span></td>
        </tr>
    }
    .into_any()
}

fn nobody(asked: &Filters) -> AnyView {
    if *asked != Filters::default() {
        let text = match asked.q.as_str() {
            "" => "No contact fits these filters.".to_owned(),
            search => format!("No address, number or name has “{search}” in it, among those that fit the filters."),
        };
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
                <div class="row">
                    <LinkButton href="/imports/new" look=Look::Primary glyph=Glyph::Upload>"Import a file"</LinkButton>
                    <LinkButton href="/contacts/new" glyph=Glyph::Plus>"Add one by hand"</LinkButton>
                </div>
            }
        })
    };
    view! {
        <Panel>
            <EmptyState
                title="No contacts yet"
                text="A contact is a person with an e-mail address or a phone number, and what they agreed to. \
                      Bring many from a file, or add one by hand."
                glyph=Glyph::People
                action=first
            />
        </Panel>
    }
    .into_any()
}
