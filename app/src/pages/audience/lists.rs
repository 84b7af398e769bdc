//! Lists: all of them, with a form for a new one.

use domain::{access::Verb, list::List};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{
        Button, Column, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, Section, Table, TextField,
        format::count,
    },
    error::Answer,
    form::form_state,
    load::load,
    session::may,
    when::{Day, note},
};

#[server(prefix = "/_fn", endpoint = "lists")]
pub async fn get_lists() -> Answer<Vec<List>> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::lists::list(&mut tx).await?)
}

#[server(prefix = "/_fn", endpoint = "create-list")]
pub async fn create_list(name: String, #[server(default)] description: String) -> Answer<()> {
    let new = domain::list::NewList { name, description, ..Default::default() };
    let mut tx = crate::request::begin().await?;
    let list = engine::lists::create(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go(&format!("/lists/{}?done=made", list.id));
    Ok(())
}

/// All lists.
#[component]
pub fn Lists() -> impl IntoView {
    let lists = Resource::new(|| (), |()| get_lists());
    view! {
        <Title text="Lists"/>
        <PageHead title="Lists">"Named sets of people that campaigns are sent to."</PageHead>
        <div class="stack">
            {load(lists, all)}
            {may(Verb::EditLists).then(|| view! { <NewListForm/> })}
        </div>
    }
}

fn all(lists: Vec<List>) -> AnyView {
    if lists.is_empty() {
        let first = || {
            may(Verb::EditLists).then(|| {
                view! { <LinkButton href="#name" look=Look::Primary glyph=Glyph::Plus attr:rel="external">"Make the first list"</LinkButton> }
            })
        };
        return view! {
            <Panel>
                <EmptyState
                    title="No lists yet"
                    text="A list is a set of people who belong together, as the readers of a newsletter. Campaigns are sent to lists."
                    glyph=Glyph::List
                    action=first
                />
            </Panel>
        }
        .into_any();
    }
    let columns = vec![Column::new("List"), Column::number("People"), Column::new("Made")];
    let rows = lists.into_iter().map(row).collect_view();
    view! {
        <Panel flush=true foot=note>
            <Table caption="Lists, by name" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(list: List) -> AnyView {
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/lists/{}", list.id)>{list.name}</a>
                <p class="small dim">{list.description}</p>
            </td>
            <td class="r" data-label="People">{count(list.active.unsigned_abs())}</td>
            <td data-label="Made"><span class="one-line"><Day at=list.created_at/></span></td>
        </tr>
    }
    .into_any()
}

#[component]
fn NewListForm() -> impl IntoView {
    let action = ServerAction::<CreateList>::new();
    let form = form_state(action);
    view! {
        <Section title="New list" id="new">
            <Panel>
                <ActionForm action>
                    <div class="stack stack--m">
                        <ErrorSummary errors=form.summary()/>
                        <div class="cols">
                            <TextField label="Name" name="name" value=form.value("name", "") error=form.error("name")
                                required=true autocomplete="off"/>
                            <TextField label="Description" name="description" optional=true value=form.value("description", "")
                                error=form.error("description") autocomplete="off"/>
                        </div>
                        <div><Button look=Look::Primary busy=action.pending()>"Make list"</Button></div>
                    </div>
                </ActionForm>
            </Panel>
        </Section>
    }
}
