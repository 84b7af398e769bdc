//! A new user: their sign-in and what they may do.

use domain::access::{Role, Verb};
use leptos::prelude::*;
use leptos_meta::Title;

use super::roles;
use crate::{
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, NewPasswordField, PageHead, Panel, TextField},
    error::{Answer, AppError},
    form::form_state,
    load::Trouble,
    session::may,
};

#[server(prefix = "/_fn", endpoint = "create-user")]
pub async fn create_user(
    email: String,
    #[server(default)] name: String,
    password: String,
    #[server(default)] roles: Vec<String>,
) -> Answer<()> {
    let new = domain::account::NewUser { email, name, password, roles };
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    engine::accounts::users::create(&engine, &mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/users?done=added");
    Ok(())
}

/// The page.
#[component]
pub fn NewUserPage() -> impl IntoView {
    let action = ServerAction::<CreateUser>::new();
    let form = form_state(action);
    if !may(Verb::ManageUsers) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Users", "/settings/users")];
    view! {
        <Title text="Add user"/>
        <PageHead title="Add user" crumbs>"Give them the password yourself; they can change it under Your account."</PageHead>
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="The user could not be added"/>
                <Panel>
                    <div class="cols">
                        <TextField label="E-mail" name="email" kind="email" value=form.value("email", "") error=form.error("email")
                            required=true autocomplete="off"
                            hint="They sign in with it. Who has an account here already keeps name and password."/>
                        <TextField label="Name" name="name" value=form.value("name", "") error=form.error("name") optional=true
                            autocomplete="off" hint="How colleagues see them."/>
                    </div>
                    <NewPasswordField label="First password" name="password" error=form.error("password")/>
                    {roles::boxes(form, &[Role::Marketer])}
                </Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Add user"</Button>
                    <LinkButton href="/settings/users" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}
