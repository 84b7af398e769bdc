//! Providers: the mail servers that messages leave through, each with a test whose answer is said in words.

use domain::{
    access::Verb,
    id::ProviderId,
    provider::{Provider, SmtpTls},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::crumbs;
use crate::{
    address::{Done, query},
    components::{
        Button, Column, EmptyState, ErrorSummary, Glyph, LinkButton, Look, Notice, PageHead, Panel, Size, Table, Tone,
    },
    error::Answer,
    form::form_state,
    load::load,
    session::may,
    when::{Day, note},
};

/// Providers, and how the newest test of one went.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProvidersAndTest {
    /// All of them.
    pub providers: Vec<Provider>,
    /// The test that the address names.
    pub tested: Option<Tested>,
}

/// How a test went.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tested {
    /// Which provider.
    pub provider: ProviderId,
    /// What the server answered, or why it could not be reached.
    pub answer: Result<String, String>,
}

#[server(prefix = "/_fn", endpoint = "providers")]
pub async fn get_providers(tested: String) -> Answer<ProvidersAndTest> {
    let mut tx = crate::request::begin().await?;
    let providers = engine::providers::list(&mut tx).await?;
    let kept = match tested.parse() {
        Ok(tested) => engine::accounts::flash::find(&crate::request::engine()?, tested).await?,
        Err(_) => None,
    };
    Ok(ProvidersAndTest { providers, tested: kept.and_then(|kept| serde_json::from_value(kept).ok()) })
}

#[server(prefix = "/_fn", endpoint = "test-provider")]
pub async fn test_provider(provider: ProviderId) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    let answer = engine::providers::test(&engine, &mut tx, provider).await?;
    let tested = serde_json::json!(Tested { provider, answer });
    let kept = engine::accounts::flash::keep(&engine, &tested).await?;
    crate::request::go(&format!("/settings/providers?tested={kept}"));
    Ok(())
}

/// The page.
#[component]
pub fn Providers() -> impl IntoView {
    let tested = query("tested");
    let test = ServerAction::<TestProvider>::new();
    let form = form_state(test);
    let found = Resource::new(move || tested.get(), get_providers);
    let add = || {
        may(Verb::EditProviders).then(|| {
            view! { <LinkButton href="/settings/providers/new" look=Look::Primary glyph=Glyph::Plus>"Add provider"</LinkButton> }
        })
    };
    view! {
        <Title text="Providers"/>
        <PageHead title="Providers" crumbs=crumbs() actions=add>"The mail servers that messages leave through."</PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            <ErrorSummary errors=form.summary() title="Not tested"/>
            {load(found, move |found| all(found, test))}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "added").then(|| "The provider is added. Test it before the first campaign".into())
}

fn all(found: ProvidersAndTest, test: ServerAction<TestProvider>) -> AnyView {
    let ProvidersAndTest { providers, tested } = found;
    if providers.is_empty() {
        return none();
    }
    let answer = tested.and_then(|tested| {
        let provider = providers.iter().find(|provider| provider.id == tested.provider)?;
        Some(said(&provider.name, tested.answer))
    });
    let edits = may(Verb::EditProviders);
    let mut columns =
        vec![Column::new("Provider"), Column::new("Connection"), Column::new("Signs in"), Column::new("Added")];
    if edits {
        columns.push(Column::unseen("Test"));
    }
    let rows = providers.into_iter().map(|provider| row(provider, edits.then_some(test))).collect_view();
    view! {
        {answer}
        <Panel flush=true foot=note>
            <Table caption="Providers, by name" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn said(name: &str, answer: Result<String, String>) -> AnyView {
    match answer {
        Ok(words) => view! {
            <Notice tone=Tone::Success title=format!("{name} works") alert=true>{words}</Notice>
        }
        .into_any(),
        Err(words) => view! {
            <Notice tone=Tone::Danger title=format!("{name} does not work") alert=true>
                {format!("{}. Nothing was sent. Check host, port, connection and sign-in.", words.trim_end_matches('.'))}
            </Notice>
        }
        .into_any(),
    }
}

fn row(provider: Provider, test: Option<ServerAction<TestProvider>>) -> AnyView {
    let Provider { id, name, config, has_password, created_at, channel, .. } = provider;
    let secured = match config.tls {
        SmtpTls::None => "Not encrypted",
        SmtpTls::Starttls => "STARTTLS",
        SmtpTls::Tls => "TLS",
    };
    let signs_in = match (config.username, has_password) {
        (Some(user), true) => format!("{user}, password kept"),
        (Some(user), false) => format!("{user}, without a password"),
        (None, _) => "No".to_owned(),
    };
    let about = format!(" {name}");
    let test = test.map(|test| {
        view! {
            <td class="wide">
                <ActionForm action=test>
                    <input type="hidden" name="provider" value=id.to_string()/>
                    <Button size=Size::Small busy=test.pending()>"Test"<span class="sr">{about}</span></Button>
                </ActionForm>
            </td>
        }
    });
    view! {
        <tr>
            <td class="wide"><b>{name}</b><small>{format!("{}, SMTP", channel.label())}</small></td>
            <td data-label="Connection">{format!("{}:{}", config.host, config.port)}<small>{secured}</small></td>
            <td data-label="Signs in">{signs_in}</td>
            <td data-label="Added"><span class="one-line"><Day at=created_at/></span></td>
            {test}
        </tr>
    }
    .into_any()
}

fn none() -> AnyView {
    let first = || {
        may(Verb::EditProviders).then(|| {
            view! {
                <LinkButton href="/settings/providers/new" look=Look::Primary glyph=Glyph::Plus>"Add the first provider"</LinkButton>
            }
        })
    };
    view! {
        <Panel>
            <EmptyState
                title="No providers yet"
                text="Messages leave through a mail server of yours: host, port and a sign-in, as your mail service gives them."
                glyph=Glyph::Plane
                action=first
            />
        </Panel>
    }
    .into_any()
}
