//! Two contacts that are one person: the other is looked for, what stays is chosen field by field, then they are merged.

use domain::{
    access::Verb,
    contact::{
        Contact,
        merge::{MergeField, differences},
    },
    id::ContactId,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::contacts::SearchPeople;
use crate::{
    address::{href, param, query},
    components::{
        Button, Column, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, Size, Table,
    },
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::{Trouble, load},
    session::may,
};

/// The contact that stays, and the other one or whom it could be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Merging {
    stays: Contact,
    goes: Option<Contact>,
    found: Vec<Contact>,
}

#[server(prefix = "/_fn", endpoint = "merging")]
pub async fn get_merging(contact: String, other: String, search: String) -> Answer<Merging> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let stays = engine::audience::get(&mut tx, crate::address::id(&contact)?).await?.contact;
    if !other.is_empty() {
        let goes = engine::audience::get(&mut tx, crate::address::id(&other)?).await?.contact;
        return Ok(Merging { stays, goes: Some(goes), found: vec![] });
    }
    let search = if search.is_empty() { stays.last_name.clone() } else { search };
    let query = PageQuery { search: Some(search), limit: Some(20), ..Default::default() };
    let mut found = engine::audience::list(&mut tx, &query).await?.data;
    found.retain(|one| one.id != stays.id);
    Ok(Merging { stays, goes: None, found })
}

/// A field's choice comes under its own name (`choose[email]=theirs`).
#[server(prefix = "/_fn", endpoint = "merge-contacts")]
pub async fn merge_contacts(
    stays: ContactId,
    goes: ContactId,
    #[server(default)] choose: std::collections::BTreeMap<String, String>,
) -> Answer<()> {
    let take = choose.into_iter().filter(|(_, whose)| whose == "theirs").map(|(field, _)| field).collect();
    let new = domain::contact::merge::NewMerge { into: stays.to_string(), take };
    let mut tx = crate::request::begin().await?;
    let contact = engine::audience::merge(&mut tx, goes, &new).await?;
    tx.commit().await?;
    crate::request::go(&format!("/contacts/{}?done=merged", contact.id));
    Ok(())
}

/// The page.
#[component]
pub fn MergeContact() -> impl IntoView {
    let (contact, other, search) = (param("id"), query("with"), query("q"));
    let action = ServerAction::<MergeContacts>::new();
    let form = form_state(action);
    let found = Resource::new(
        move || (contact.get(), other.get(), search.get()),
        |(contact, other, search)| get_merging(contact, other, search),
    );
    if !may(Verb::EditContacts) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |Merging { stays, goes, found }| {
        let (label, path) = (stays.label(), format!("/contacts/{}", stays.id));
        let crumbs = vec![Crumb::link("Contacts", "/contacts"), Crumb::link(label.clone(), path.clone())];
        let title = format!("Merge into {label}");
        let step = match goes {
            Some(goes) => choose(&stays, &goes, action, form),
            None => look(&path, found, &search.get_untracked()),
        };
        view! {
            <Title text=title.clone()/>
            <PageHead title crumbs>
                "For two contacts that are one person. History, consents, lists and tags of both stay, as this one's."
            </PageHead>
            <div class="stack stack--m">{step}</div>
        }
        .into_any()
    })
    .into_any()
}

fn look(path: &str, found: Vec<Contact>, search: &str) -> AnyView {
    let action = format!("{path}/merge");
    let list = if found.is_empty() {
        let text = if search.is_empty() {
            "Search for the other contact by the beginning of an address, a number or a name.".to_owned()
        } else {
            format!("Nobody else has “{search}” in an address, a number or a name.")
        };
        view! { <Panel><EmptyState title="Who is the other one?" text glyph=Glyph::People/></Panel> }.into_any()
    } else {
        let columns = vec![Column::new("Name"), Column::new("E-mail"), Column::new("Phone"), Column::unseen("Choose")];
        let rows = found.into_iter().map(|one| candidate(one, &action)).collect_view();
        view! { <Panel flush=true><Table caption="Contacts that could be the other one" columns>{rows}</Table></Panel> }
            .into_any()
    };
    view! {
        <SearchPeople action value=search.to_owned()/>
        {list}
    }
    .into_any()
}

fn candidate(one: Contact, action: &str) -> AnyView {
    let (label, id) = (one.label(), one.id.to_string());
    let dash = |text: Option<String>| text.unwrap_or_else(|| "—".into());
    view! {
        <tr>
            <td class="wide">{label.clone()}<small>{one.business_name}</small></td>
            <td class="wide" data-label="E-mail">{dash(one.email)}</td>
            <td data-label="Phone"><span class="one-line">{dash(one.phone)}</span></td>
            <td>
                <LinkButton href=href(action, &[("with", &id)]) size=Size::Small>
                    "Choose"<span class="sr">{format!(" {label}")}</span>
                </LinkButton>
            </td>
        </tr>
    }
    .into_any()
}

fn choose(stays: &Contact, goes: &Contact, action: ServerAction<MergeContacts>, form: FormState) -> AnyView {
    let (mine, theirs) = (stays.label(), goes.label());
    let (stays_id, goes_id) = (stays.id.to_string(), goes.id.to_string());
    let clashes = differences(stays, goes);
    let nothing = clashes.is_empty().then(|| {
        view! { <p class="muted">"Nothing to choose: what one of them knows, the other does not contradict."</p> }
    });
    let fields = clashes.into_iter().map(|clash| one_of_two(clash, form)).collect_view();
    let (path, look) = (format!("/contacts/{}", stays.id), format!("/contacts/{}/merge", stays.id));
    view! {
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="Not merged"/>
                <input type="hidden" name="stays" value=stays_id/>
                <input type="hidden" name="goes" value=goes_id/>
                <Panel title="Where they differ">{nothing} {fields}</Panel>
                <Panel title="What happens">
                    <ul class="bullets">
                        <li>{format!("“{theirs}” becomes a part of “{mine}”. This cannot be taken back.")}</li>
                        <li>"What this one does not know it takes from the other; tags and lists of both stay."</li>
                        <li>"Of consents the newest counts. Who was marked do not contact as either of the two stays so."</li>
                        <li>"A campaign that one of them had is not sent to the other."</li>
                    </ul>
                </Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Merge the two"</Button>
                    <LinkButton href=look>"Choose another"</LinkButton>
                    <LinkButton href=path look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn one_of_two((field, mine, theirs): (MergeField, String, String), form: FormState) -> AnyView {
    let name = format!("choose[{}]", field.word());
    let takes = form.value(&name, "ours") == "theirs";
    view! {
        <fieldset class="field">
            <legend>{field.label()}</legend>
            <label class="check">
                <input type="radio" name=name.clone() value="ours" checked=!takes/>
                <span class="break">{mine}</span>
            </label>
            <label class="check">
                <input type="radio" name=name value="theirs" checked=takes/>
                <span class="break">{theirs}</span>
            </label>
        </fieldset>
    }
    .into_any()
}
