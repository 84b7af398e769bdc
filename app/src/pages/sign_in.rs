//! Signing in and out (SPEC 1.2). Sent by the browser itself: the page after it is drawn for who is now signed in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_location, location::Url};

use crate::{
    address::query,
    components::{AuthPage, Button, ErrorSummary, Look, Notice, PasswordField, Size, TextField, Theme, Tone},
    error::Answer,
    form::plain_form_state,
    session::session,
};

#[server(prefix = "/_fn", endpoint = "sign-in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Answer<()> {
    let request = crate::request::request()?;
    let account = engine::accounts::sign_in(&request.engine, &email, &password, request.address.clone()).await?;
    request.sign_in(account.id, account.belongs.first().map(|b| b.tenant)).await?;
    crate::request::go(&local_path(&next));
    Ok(())
}

/// A path on this site, or Home: a link cannot be made that leads elsewhere after signing in.
pub fn local_path(next: &str) -> String {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let local = plain && next.starts_with('/') && !next.starts_with("//");
    if local { next.to_owned() } else { "/".into() }
}

/// The page that was asked for, out of the query. Decoded once: the router's own map of the query does it twice on the
/// server, and a `%25` in a search would be lost.
fn asked(search: &str) -> String {
    let next = search.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("next="));
    next.map(Url::unescape).unwrap_or_default()
}

/// The page to sign in on.
#[component]
pub fn SignIn() -> impl IntoView {
    let form = plain_form_state("sign-in");
    let next = form.value("next", asked(&use_location().search.get_untracked()));
    view! {
        <Title text="Sign in"/>
        <AuthPage
            title="Sign in"
            theme=Theme::parse(&session().theme)
            path=Signal::stored("/sign-in".to_owned())
            foot=|| view! { "No account? Ask an admin of your workspace to invite you." }
        >
            {changed()}
            <form method="post" action="/_fn/sign-in">
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary()/>
                    <input type="hidden" name="next" value=next/>
                    <TextField label="E-mail" name="email" kind="email" value=form.value("email", "")
                        error=form.error("email") required=true autocomplete="username"/>
                    <PasswordField label="Password" name="password" error=form.error("password")/>
                    <Button look=Look::Primary size=Size::Large>"Sign in"</Button>
                    <p class="small"><a href="/forgot-password">"Forgot your password?"</a></p>
                </div>
            </form>
        </AuthPage>
    }
}

/// After a new password was set with a link.
fn changed() -> impl IntoView {
    let done = query("done");
    move || {
        done.with(|done| done == "password").then(|| {
            let title = "Your password is changed";
            view! { <Notice tone=Tone::Success title alert=true>"You are signed out everywhere. Sign in with the new one."</Notice> }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_nowhere_else() {
        assert_eq!(local_path("/campaigns?status=draft"), "/campaigns?status=draft");
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "/\t/evil",
            "/\u{e9}",
        ] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
