//! A list's name and description, and its end.

use domain::{
    access::Verb,
    id::ListId,
    list::{List, ListChange},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::new_list::fields;
use crate::{
    address::param,
    ask::Ask,
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, Section, Size, format::plural},
    error::{Answer, AppError},
    form::form_state,
    load::{Trouble, load},
    session::may,
};

#[server(prefix = "/_fn", endpoint = "list-alone")]
pub async fn get_one_list(list: String) -> Answer<List> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::lists::get(&mut tx, crate::address::id(&list)?).await?)
}

#[server(prefix = "/_fn", endpoint = "update-list")]
pub async fn update_list(list: ListId, #[server(flatten)] change: ListChange) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::lists::update(&mut tx, list, &change).await?;
    tx.commit().await?;
    crate::request::go(&format!("/lists/{list}?done=changed"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "delete-list")]
pub async fn delete_list(list: ListId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::lists::delete(&mut tx, list).await?;
    tx.commit().await?;
    crate::request::go("/lists?done=deleted");
    Ok(())
}

/// The page.
#[component]
pub fn EditList() -> impl IntoView {
    let list = param("id");
    let (update, delete) = (ServerAction::<UpdateList>::new(), ServerAction::<DeleteList>::new());
    let found = Resource::new(move || list.get(), get_one_list);
    if !may(Verb::EditLists) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |list| {
        let title = format!("Edit {}", list.name);
        let crumbs =
            vec![Crumb::link("Lists", "/lists"), Crumb::link(list.name.clone(), format!("/lists/{}", list.id))];
        view! {
            <Title text=title.clone()/>
            <PageHead title crumbs/>
            <div class="stack">
                {change(&list, update)}
                {end(&list, delete)}
            </div>
        }
        .into_any()
    })
}

fn change(list: &List, action: ServerAction<UpdateList>) -> AnyView {
    let form = form_state(action);
    let (fields, id) = (fields(form, &list.name, &list.description), list.id);
    view! {
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary()/>
                <input type="hidden" name="list" value=id.to_string()/>
                <Panel>{fields}</Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Save"</Button>
                    <LinkButton href=format!("/lists/{id}") look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn end(list: &List, action: ServerAction<DeleteList>) -> AnyView {
    let form = form_state(action);
    let members = plural(list.total.unsigned_abs(), "person", "people");
    let (id, name) = (list.id, list.name.clone());
    view! {
        <Section title="Delete" id="delete">
            <Panel>
                <ErrorSummary errors=form.summary() title="Not deleted"/>
                <p class="small muted">
                    {format!("The list with {members} who are or were on it goes for good. The people stay contacts, and campaigns \
                              that were sent to it keep their figures. A list that a campaign still needs cannot be deleted.")}
                </p>
                <Ask question="Delete this list…" about=name.clone()>
                    <ActionForm action>
                        <input type="hidden" name="list" value=id.to_string()/>
                        <Button look=Look::Danger size=Size::Small busy=action.pending()>{format!("Delete “{name}” for good")}</Button>
                    </ActionForm>
                </Ask>
            </Panel>
        </Section>
    }
    .into_any()
}
