//! A new provider: an SMTP server with its sign-in. The password is sealed and never shown again.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::{
    components::{Button, Choice, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, RadioCards, TextField},
    error::{Answer, AppError},
    form::form_state,
    load::Trouble,
    session::may,
};

/// How to reach the server, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Smtp {
    host: String,
    port: String,
    tls: String,
    username: String,
    password: String,
}

#[cfg(feature = "ssr")]
impl From<Smtp> for domain::provider::NewSmtpConfig {
    fn from(typed: Smtp) -> Self {
        let Smtp { host, port, tls, username, password } = typed;
        Self { host, port: port.into(), tls, username: Some(username), password: Some(password) }
    }
}

#[server(prefix = "/_fn", endpoint = "create-provider")]
pub async fn create_provider(#[server(default)] name: String, config: Smtp) -> Answer<()> {
    let config = config.into();
    let engine = crate::request::engine()?;
    let new = domain::provider::NewProvider { channel: "email".into(), kind: "smtp".into(), name, config };
    let mut tx = crate::request::begin().await?;
    engine::providers::create(&engine, &mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/providers?done=added");
    Ok(())
}

/// The page.
#[component]
pub fn NewProviderPage() -> impl IntoView {
    let action = ServerAction::<CreateProvider>::new();
    let form = form_state(action);
    if !may(Verb::EditProviders) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    let secured = vec![
        Choice::new("starttls", "STARTTLS").hint("Usual, port 587: begins in the clear and must change to TLS."),
        Choice::new("tls", "TLS").hint("Port 465: encrypted from the first byte."),
        Choice::new("none", "Not encrypted")
            .hint("Port 25: for a server on this machine or network. No password is sent so."),
    ];
    let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Providers", "/settings/providers")];
    view! {
        <Title text="Add provider"/>
        <PageHead title="Add provider" crumbs>"An SMTP server, as your mail service gives it. Nothing is sent by adding it."</PageHead>
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="The provider could not be added"/>
                <Panel title="Server">
                    <div class="cols">
                        <TextField label="Host" name="config[host]" value=form.value("config[host]", "")
                            error=form.error("config[host]") required=true autocomplete="off" placeholder="smtp.example.com"/>
                        <TextField label="Port" name="config[port]" inputmode="numeric" value=form.value("config[port]", "587")
                            error=form.error("config[port]") required=true autocomplete="off"/>
                    </div>
                    <RadioCards label="Connection" name="config[tls]" choices=secured required=true
                        value=form.value("config[tls]", "starttls") error=form.error("config[tls]")/>
                    <TextField label="Name" name="name" value=form.value("name", "") error=form.error("name") optional=true
                        autocomplete="off" hint="How it is called here; the host when left empty."/>
                </Panel>
                <Panel title="Sign-in">
                    <div class="cols">
                        <TextField label="Username" name="config[username]" value=form.value("config[username]", "")
                            error=form.error("config[username]") optional=true autocomplete="off"/>
                        <TextField label="Password" name="config[password]" kind="password" error=form.error("config[password]")
                            optional=true autocomplete="new-password" hint="Sealed when it is kept, and never shown again."/>
                    </div>
                </Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Add provider"</Button>
                    <LinkButton href="/settings/providers" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}
