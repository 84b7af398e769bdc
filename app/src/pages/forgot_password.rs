//! For who forgot their password (SPEC 1.2): asks for the address, and answers the same whether somebody has it or not.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    address::query,
    components::{AuthPage, Button, ErrorSummary, Look, Notice, Size, TextField, Theme, Tone},
    error::Answer,
    form::plain_form_state,
    session::session,
};

#[server(prefix = "/_fn", endpoint = "ask-new-password")]
pub async fn ask_new_password(email: String) -> Answer<()> {
    use engine::accounts::resets;
    let request = crate::request::request()?;
    let asked = resets::ask(&request.engine, &email, request.address.clone()).await?;
    resets::answer_later(&request.engine, asked);
    crate::request::go("/forgot-password?done=asked");
    Ok(())
}

/// The page.
#[component]
pub fn ForgotPassword() -> impl IntoView {
    let done = query("done");
    view! {
        <Title text="Forgot your password?"/>
        <AuthPage
            title="Forgot your password?"
            theme=Theme::parse(&session().theme)
            path=Signal::stored("/forgot-password".to_owned())
            foot=|| view! { <a href="/sign-in">"Back to sign-in"</a> }
        >
            {move || if done.with(|done| done == "asked") { asked() } else { ask() }}
        </AuthPage>
    }
}

fn ask() -> AnyView {
    let form = plain_form_state("ask-new-password");
    view! {
        <form method="post" action="/_fn/ask-new-password">
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary()/>
                <TextField label="E-mail" name="email" kind="email" value=form.value("email", "") error=form.error("email")
                    required=true autocomplete="username" hint="The one you sign in with."/>
                <Button look=Look::Primary size=Size::Large>"Send me a link"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn asked() -> AnyView {
    view! {
        <Notice tone=Tone::Info title="Look at your mail" alert=true>
            "If somebody signs in with that address, a link is on its way. It works once, for an hour."
        </Notice>
        <p class="small muted">
            "Nothing after a few minutes? Look in the folder for spam. This installation may have no way to send mail: then \
             an administrator of the server can make a link for you with "
            <code>"carillon user reset-link"</code>
            "."
        </p>
    }
    .into_any()
}
