//! One's own account: name and address, and a new password. Sent by the browser itself, because all sessions end with
//! the old password and this one begins anew.

use leptos::prelude::*;
use leptos_meta::Title;

use super::crumbs;
use crate::{
    address::Done,
    components::{Button, Dl, ErrorSummary, Fact, Look, NewPasswordField, PageHead, Panel, PasswordField, Section},
    error::Answer,
    form::plain_form_state,
    session::session,
};

#[server(prefix = "/_fn", endpoint = "change-password")]
pub async fn change_password(current_password: String, new_password: String) -> Answer<()> {
    let request = crate::request::request()?;
    let signed_in = request.signed_in.clone().ok_or(crate::error::AppError::SignedOut)?;
    let user = signed_in.account.id;
    engine::accounts::change_password(&request.engine, user, &current_password, &new_password).await?;
    request.sign_in(user, Some(signed_in.workspace.tenant)).await?;
    crate::request::go("/settings/account?done=password");
    Ok(())
}

/// The page.
#[component]
pub fn YourAccount() -> impl IntoView {
    let form = plain_form_state("change-password");
    let user = session().user;
    let (name, email) = user.map(|user| (user.name, user.email)).unwrap_or_default();
    let username = email.clone();
    view! {
        <Title text="Your account"/>
        <PageHead title="Your account" crumbs=crumbs()/>
        <div class="stack">
            <Done words=done/>
            <Panel>
                <Dl>
                    <Fact term="Name">{name}</Fact>
                    <Fact term="E-mail">{email}</Fact>
                </Dl>
            </Panel>
            <Section title="Change password" id="password">
                <Panel>
                    <form method="post" action="/_fn/change-password">
                        <div class="stack stack--m">
                            <ErrorSummary errors=form.summary() title="The password stays as it was"/>
                            <input type="text" name="username" value=username autocomplete="username" hidden=true/>
                            <div class="cols">
                                <PasswordField label="Present password" name="current_password"
                                    error=form.error("current_password")/>
                                <NewPasswordField label="New password" name="new_password" error=form.error("new_password")/>
                            </div>
                            <p class="small muted">"You are signed out on all other devices."</p>
                            <div><Button look=Look::Primary>"Change password"</Button></div>
                        </div>
                    </form>
                </Panel>
            </Section>
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "password").then(|| "The password is changed, and you are signed out on all other devices".into())
}
