//! An invitation: whom, and what they may do.

use domain::access::{Role, Verb};
use leptos::prelude::*;
use leptos_meta::Title;

use super::roles;
use crate::{
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, TextField},
    error::{Answer, AppError},
    form::form_state,
    load::Trouble,
    session::may,
};

#[server(prefix = "/_fn", endpoint = "invite")]
pub async fn invite(email: String, #[server(default)] roles: Vec<String>) -> Answer<()> {
    use engine::accounts::invitations;
    let (engine, actor) = (crate::request::engine()?, crate::request::actor()?);
    let new = domain::invitation::NewInvitation { email, roles };
    let mut tx = crate::request::begin().await?;
    let unsent = invitations::create(&engine, &mut tx, &new).await?;
    tx.commit().await?;
    let fresh = invitations::send(&engine, &actor, unsent).await?;
    super::invitations::tell(&fresh).await
}

/// The page.
#[component]
pub fn InvitePage() -> impl IntoView {
    let action = ServerAction::<Invite>::new();
    let form = form_state(action);
    if !may(Verb::ManageUsers) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Users", "/settings/users")];
    view! {
        <Title text="Invite somebody"/>
        <PageHead title="Invite somebody" crumbs>
            "They get a mail with a link, and choose their own password. Who has an account joins with it."
        </PageHead>
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="The invitation was not made"/>
                <Panel>
                    <TextField label="E-mail" name="email" kind="email" value=form.value("email", "") error=form.error("email")
                        required=true autocomplete="off" hint="They will sign in with it."/>
                    {roles::boxes(form, &[Role::Marketer])}
                </Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Send invitation"</Button>
                    <LinkButton href="/settings/users" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}
