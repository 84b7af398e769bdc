//! The page behind the link of an invitation: who has no account makes one; who has one signs in and joins. Looking at it
//! changes nothing.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

use super::settings::role_names;
use crate::{
    address::href,
    components::{
        AuthPage, Button, ErrorSummary, LinkButton, Look, NewPasswordField, Notice, Size, TextField, Theme, Tone,
    },
    error::Answer,
    form::{FormState, plain_form_state},
    load::load,
    session::session,
    when::When,
};

/// An invitation as whoever follows its link sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invited {
    /// The workspace.
    pub workspace: String,
    /// The invitation.
    pub invitation: domain::invitation::Invitation,
    /// Whether there is an account with this address.
    pub has_account: bool,
    /// The address of who is signed in, also when they belong to no workspace yet.
    pub signed_in_as: Option<String>,
}

#[server(prefix = "/_fn", endpoint = "invitation")]
pub async fn get_invitation(token: String) -> Answer<Option<Invited>> {
    let request = crate::request::request()?;
    match engine::accounts::invitations::find(&request.engine, &token).await {
        Ok(found) => {
            let (workspace, invitation, has_account) = (found.workspace, found.invitation, found.has_account);
            let signed_in_as = request.account().await?.map(|account| account.email);
            Ok(Some(Invited { workspace, invitation, has_account, signed_in_as }))
        }
        Err(engine::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[server(prefix = "/_fn", endpoint = "accept-invitation")]
pub async fn accept_invitation(token: String, #[server(default)] name: String, password: String) -> Answer<()> {
    let request = crate::request::request()?;
    let accepted =
        engine::accounts::invitations::accept(&request.engine, &token, &name, &password, request.address.clone());
    let (user, tenant) = accepted.await?;
    request.sign_in(user, Some(tenant)).await?;
    crate::request::go("/");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "join-workspace")]
pub async fn join_workspace(token: String) -> Answer<()> {
    let request = crate::request::request()?;
    let account = request.account().await?.ok_or(crate::error::AppError::SignedOut)?;
    let tenant =
        engine::accounts::invitations::join(&request.engine, &token, &account, request.address.clone()).await?;
    request.show_workspace(tenant).await?;
    crate::request::go("/");
    Ok(())
}

/// The page.
#[component]
pub fn Invitation() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let (accept, join) = (plain_form_state("accept-invitation"), plain_form_state("join-workspace"));
    let (path, sent) = (format!("/invitation/{token}"), token.clone());
    let found = Resource::new(move || token.clone(), get_invitation);
    view! {
        <Title text="Invitation"/>
        <AuthPage title="Invitation" theme=Theme::parse(&session().theme) path=Signal::stored(path)>
            {load(found, move |found| match found {
                None => gone(),
                Some(found) => answer(found, sent.clone(), accept, join),
            })}
        </AuthPage>
    }
}

fn gone() -> AnyView {
    #[cfg(feature = "ssr")]
    crate::request::set_status(404);
    let on = || view! { <LinkButton href="/" size=Size::Small attr:rel="external">"Go to Carillon"</LinkButton> };
    view! {
        <Notice tone=Tone::Warning title="This invitation does not work any more" action=on>
            "It was used, taken back or sent again, or it is older than seven days. Ask who invited you for another."
        </Notice>
    }
    .into_any()
}

fn answer(found: Invited, token: String, accept: FormState, join: FormState) -> AnyView {
    let Invited { workspace, invitation, has_account, signed_in_as } = found;
    let domain::invitation::Invitation { invited_by: by, email, roles, expires_at: until, .. } = invitation;
    let roles = role_names(&roles);
    let way = match (has_account, signed_in_as) {
        (false, _) => new_account(workspace.clone(), email, token, accept),
        (true, None) => sign_in_first(email, token),
        (true, Some(here)) if here.eq_ignore_ascii_case(&email) => join_form(workspace.clone(), email, token, join),
        (true, Some(here)) => other_account(email, here),
    };
    view! {
        <p>{by} " invites you to join " <b>{workspace}</b> " as " {roles} "."</p>
        {way}
        <p class="small muted">"Good until " <When at=until/> "."</p>
    }
    .into_any()
}

fn new_account(workspace: String, email: String, token: String, form: FormState) -> AnyView {
    let username = email.clone();
    view! {
        <form method="post" action="/_fn/accept-invitation">
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary()/>
                <input type="hidden" name="token" value=token/>
                <input type="text" name="username" value=username autocomplete="username" hidden=true/>
                <p class="muted">"You will sign in as " <b>{email}</b> "."</p>
                <TextField label="Your name" name="name" value=form.value("name", "") error=form.error("name") optional=true
                    autocomplete="name" hint="How colleagues see you."/>
                <NewPasswordField label="Password" name="password" error=form.error("password")/>
                <Button look=Look::Primary size=Size::Large>{format!("Join {workspace}")}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn sign_in_first(email: String, token: String) -> AnyView {
    let to = href("/sign-in", &[("next", &format!("/invitation/{token}"))]);
    view! {
        <p class="muted">"You have an account as " <b>{email}</b> ". Sign in with it, and you come back here."</p>
        <div><LinkButton href=to look=Look::Primary size=Size::Large attr:rel="external">"Sign in to join"</LinkButton></div>
    }
    .into_any()
}

fn join_form(workspace: String, email: String, token: String, form: FormState) -> AnyView {
    view! {
        <form method="post" action="/_fn/join-workspace">
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="You have not joined"/>
                <input type="hidden" name="token" value=token/>
                <p class="muted">"You are signed in as " <b>{email}</b> "."</p>
                <Button look=Look::Primary size=Size::Large>{format!("Join {workspace}")}</Button>
            </div>
        </form>
    }
    .into_any()
}

fn other_account(email: String, here: String) -> AnyView {
    let title = format!("This invitation is for {email}");
    view! {
        <Notice tone=Tone::Warning title>
            {format!("You are signed in as {here}. Sign out, and follow the link in the mail again.")}
        </Notice>
        <form method="post" action="/sign-out">
            <Button look=Look::Primary>"Sign out"</Button>
        </form>
    }
    .into_any()
}
