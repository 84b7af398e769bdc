//! A new list.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, TextArea, TextField},
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::Trouble,
    session::may,
};

#[server(prefix = "/_fn", endpoint = "create-list")]
pub async fn create_list(name: String, #[server(default)] description: String) -> Answer<()> {
    let new = domain::list::NewList { name, description, ..Default::default() };
    let mut tx = crate::request::begin().await?;
    let list = engine::lists::create(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go(&format!("/lists/{}?done=made", list.id));
    Ok(())
}

/// The page.
#[component]
pub fn NewList() -> impl IntoView {
    let action = ServerAction::<CreateList>::new();
    let form = form_state(action);
    if !may(Verb::EditLists) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    view! {
        <Title text="New list"/>
        <PageHead title="New list" crumbs=vec![Crumb::link("Lists", "/lists")]>
            "A set of people who belong together, as the readers of a newsletter."
        </PageHead>
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary()/>
                <Panel>{fields(form, "", "")}</Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Make list"</Button>
                    <LinkButton href="/lists" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// The fields of a list, with what they hold at first.
pub(super) fn fields(form: FormState, name: &str, description: &str) -> AnyView {
    view! {
        <TextField label="Name" name="name" value=form.value("name", name) error=form.error("name") required=true
            autocomplete="off"/>
        <TextArea label="Description" name="description" rows=2 optional=true value=form.value("description", description)
            error=form.error("description") hint="What it is for, and where its people come from."/>
    }
    .into_any()
}
