//! The page behind the link for who forgot their password: looking at it changes nothing, the form uses the link up.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    components::{AuthPage, Button, ErrorSummary, LinkButton, Look, NewPasswordField, Notice, Size, Theme, Tone},
    error::Answer,
    form::{FormState, plain_form_state},
    load::load,
    session::session,
};

#[server(prefix = "/_fn", endpoint = "password-link")]
pub async fn get_account(token: String) -> Answer<Option<String>> {
    let engine = crate::request::engine()?;
    match engine::accounts::resets::find(&engine, &token).await {
        Ok(email) => Ok(Some(email)),
        Err(engine::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[server(prefix = "/_fn", endpoint = "set-new-password")]
pub async fn set_new_password(token: String, new_password: String) -> Answer<()> {
    let request = crate::request::request()?;
    engine::accounts::resets::set_password(&request.engine, &token, &new_password, request.address.clone()).await?;
    crate::request::go("/sign-in?done=password");
    Ok(())
}

/// The page.
#[component]
pub fn NewPassword() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let form = plain_form_state("set-new-password");
    let (path, sent) = (format!("/new-password/{token}"), token.clone());
    let found = Resource::new(move || token.clone(), get_account);
    view! {
        <Title text="Choose a new password"/>
        <AuthPage title="Choose a new password" theme=Theme::parse(&session().theme) path=Signal::stored(path)>
            {load(found, move |email| answer(email, sent.clone(), form))}
        </AuthPage>
    }
}

fn answer(email: Option<String>, token: String, form: FormState) -> AnyView {
    let Some(email) = email else {
        #[cfg(feature = "ssr")]
        crate::request::set_status(404);
        let again = || view! { <LinkButton href="/forgot-password" size=Size::Small>"Ask for another"</LinkButton> };
        return view! {
            <Notice tone=Tone::Warning title="This link does not work any more" action=again>
                "It works once, for an hour, and only the newest one does."
            </Notice>
        }
        .into_any();
    };
    let username = email.clone();
    view! {
        <form method="post" action="/_fn/set-new-password">
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="The password stays as it was"/>
                <p class="muted">"For " <b>{email}</b> ". You are then signed out everywhere."</p>
                <input type="text" name="username" value=username autocomplete="username" hidden=true/>
                <input type="hidden" name="token" value=token/>
                <NewPasswordField label="New password" name="new_password" error=form.error("new_password")/>
                <Button look=Look::Primary size=Size::Large>"Set password"</Button>
            </div>
        </form>
    }
    .into_any()
}
