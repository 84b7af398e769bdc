//! First start (SPEC 1.2): makes the first workspace and its admin, and signs in. Sent by the browser itself, so that
//! the page after it is drawn for who is now signed in.

use domain::zone;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use crate::{
    components::{
        AuthPage, Button, Choice, ErrorSummary, Glyph, Icon, Look, NewPasswordField, SelectField, Size, TextField,
        Theme,
    },
    error::Answer,
    form::plain_form_state,
    session::session,
};

#[server(prefix = "/_fn", endpoint = "set-up")]
pub async fn set_up(
    name: String,
    time_zone: String,
    postal_address: String,
    email: String,
    #[server(default)] admin_name: String,
    password: String,
    #[server(default)] token: String,
) -> Answer<()> {
    use domain::account::{NewUser, NewWorkspace};
    let request = crate::request::request()?;
    request.check_setup_token(&token)?;
    let workspace = NewWorkspace { name, slug: String::new(), time_zone, postal_address };
    let admin = NewUser { email, name: admin_name, password, roles: vec![] };
    let made =
        engine::accounts::create_workspace_with_admin(&request.engine, &workspace, &admin, request.address.clone())
            .await;
    let (user, tenant) = made?;
    request.sign_in(user, Some(tenant)).await?;
    crate::request::go("/");
    Ok(())
}

/// Makes the demo workspace instead, and signs in there.
#[server(prefix = "/_fn", endpoint = "set-up-demo")]
pub async fn set_up_demo(#[server(default)] token: String) -> Answer<()> {
    let request = crate::request::request()?;
    request.check_setup_token(&token)?;
    let made = engine::demo::create_first(&request.engine, request.address.clone()).await?;
    request.sign_in(made.user, Some(made.tenant)).await?;
    crate::request::go("/");
    Ok(())
}

/// The first page of a new installation.
#[component]
pub fn Setup() -> impl IntoView {
    // One form with two buttons, so that the token is asked for once.
    let (form, demo) = (plain_form_state("set-up"), plain_form_state("set-up-demo"));
    let session = session();
    let zones = zone::choices().into_iter().map(|name| Choice::new(name, name.replace('_', " "))).collect::<Vec<_>>();
    let token = session.setup_token;
    view! {
        <Title text="Set up"/>
        <AuthPage
            title="Set up your workspace"
            lead="About a minute. Everything can be changed later in Settings."
            theme=Theme::parse(&session.theme)
            path=Signal::stored("/setup".to_owned())
        >
            <ul class="steps-done">
                <li class="success"><Icon glyph=Glyph::Done small=true/>"Database ready"</li>
                <li class="success"><Icon glyph=Glyph::Done small=true/>"Encryption key set"</li>
                <li class="muted"><Icon glyph=Glyph::Todo small=true/>"Workspace and admin"</li>
            </ul>
            <form method="post" action="/_fn/set-up">
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary()/>
                    <ErrorSummary errors=demo.summary()/>
                    <h2>"Workspace"</h2>
                    <TextField label="Name" name="name" value=form.value("name", "") error=form.error("name")
                        required=true autocomplete="organization"/>
                    <SelectField label="Time zone" name="time_zone" choices=zones
                        value=form.value("time_zone", "America/New_York") error=form.error("time_zone") required=true/>
                    <TextField label="Postal address" name="postal_address" value=form.value("postal_address", "")
                        error=form.error("postal_address") required=true autocomplete="street-address"
                        hint="Printed in the footer of every marketing e-mail, as the law asks."/>
                    <h2>"You, the first admin"</h2>
                    <TextField label="Your name" name="admin_name" value=form.value("admin_name", "")
                        error=form.error("admin_name") optional=true autocomplete="name"/>
                    <TextField label="E-mail" name="email" kind="email" value=form.value("email", "")
                        error=form.error("email") required=true autocomplete="username"/>
                    <NewPasswordField label="Password" name="password" error=form.error("password")/>
                    {token.then(|| view! {
                        <TextField label="Set-up token" name="token" value=form.value("token", "")
                            error=Signal::derive(move || form.error("token").get().or(demo.error("token").get()))
                            required=true autocomplete="off"
                            hint="This page is reached from another machine: the token stands in the server's log."/>
                    })}
                    <Button look=Look::Primary size=Size::Block>"Create workspace and sign in"</Button>
                    <hr/>
                    <h2>"Or look around first"</h2>
                    <p class="small muted">
                        "A workspace with 20,000 made-up people and the campaigns of four months, made in a few seconds. \
                         Nothing can leave it."
                    </p>
                    // Sends the same form elsewhere, and none of the other fields is needed there.
                    <button class="btn btn--default btn--l btn--block" formaction=SetUpDemo::url() formnovalidate=true>
                        "Look around with demo data"
                    </button>
                </div>
            </form>
        </AuthPage>
    }
}
