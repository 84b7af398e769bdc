//! Providers: the services that messages leave through, each with a test whose answer is said in words.

mod edit;
mod fields;
mod new;
mod typed;
mod webhook;

use domain::{
    access::Verb,
    id::ProviderId,
    provider::{Provider, ProviderConfig, SmtpTls},
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

pub(super) use edit::ProviderPage;
pub(super) use new::NewProviderPage;
pub(super) use webhook::WebhookPage;

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
    let account = engine::providers::for_test(&engine, &mut tx, provider).await?;
    // Nothing is held while the provider thinks.
    tx.commit().await?;
    let answer = account.test().await;
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
        <PageHead title="Providers" crumbs=crumbs() actions=add>"The services that messages leave through."</PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            <ErrorSummary errors=form.summary() title="Not tested"/>
            {load(found, move |found| all(found, test))}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    let words = match word {
        "added" => "The provider is added. Test it before the first campaign",
        "changed" => "The provider is changed. What is under way goes on with it as it is now",
        "deleted" => "The provider is deleted",
        _ => return None,
    };
    Some(words.into())
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
    let mut columns = vec![
        Column::new("Provider"),
        Column::new("Connection"),
        Column::new("Signs in"),
        Column::new("At most"),
        Column::new("Added"),
    ];
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
                {format!("{}. Nothing was sent. Check its settings.", words.trim_end_matches('.'))}
            </Notice>
        }
        .into_any(),
    }
}

/// What a provider is reached with, and whether it signs in.
fn ways(provider: &Provider) -> (String, &'static str, String) {
    let place = provider.place();
    match &provider.config {
        ProviderConfig::Smtp(smtp) => {
            let secured = match smtp.tls {
                SmtpTls::None => "Not encrypted",
                SmtpTls::Starttls => "STARTTLS",
                SmtpTls::Tls => "TLS",
            };
            let signs_in = match (&smtp.username, provider.has_password) {
                (Some(user), true) => format!("{user}, password kept"),
                (Some(user), false) => format!("{user}, without a password"),
                (None, _) => "No".to_owned(),
            };
            (place, secured, signs_in)
        }
        ProviderConfig::Ses(ses) => (place, "TLS", format!("{}, secret key kept", ses.access_key_id)),
        ProviderConfig::Sandbox(_) => ("Nothing leaves".into(), "It stands in the outbox", "No".into()),
    }
}

fn row(provider: Provider, test: Option<ServerAction<TestProvider>>) -> AnyView {
    let (place, secured, signs_in) = ways(&provider);
    let Provider { id, name, kind, rate_per_second, created_at, channel, .. } = provider;
    let kind = format!("{}, {}", channel.label(), fields::label(kind));
    let rate = rate_per_second.map_or_else(|| "No limit".to_owned(), |rate| format!("{rate} a second"));
    let title = match test {
        Some(_) => view! { <a class="name" href=format!("/settings/providers/{id}")>{name.clone()}</a> }.into_any(),
        None => view! { <b>{name.clone()}</b> }.into_any(),
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
            <td class="wide">{title}<small>{kind}</small></td>
            <td data-label="Connection">{place}<small>{secured}</small></td>
            <td data-label="Signs in">{signs_in}</td>
            <td data-label="At most">{rate}</td>
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
                text="Messages leave through a mail service: Amazon SES, or any server that speaks SMTP."
                glyph=Glyph::Plane
                action=first
            />
        </Panel>
    }
    .into_any()
}
