//! Where a provider reports to: the address to give it, how that is done in words, whether it works, and what came lately.

mod ways;

use domain::{
    access::Verb,
    id::ProviderId,
    provider::Provider,
    webhook::{Arrival, Fate, Refusal, Refused, Webhook},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::{
    address::{Done, param},
    ask::Ask,
    components::{
        Badge, Button, Column, Crumb, EmptyState, ErrorSummary, Glyph, Look, PageHead, Panel, Table, Tone,
        format::plural,
    },
    error::{Answer, AppError},
    form::form_state,
    load::{Trouble, load},
    session::may,
    when::{Moment, note},
};

/// An account, and its address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProviderWebhook {
    /// The account.
    pub provider: Provider,
    /// Where it reports to.
    pub webhook: Webhook,
}

#[server(prefix = "/_fn", endpoint = "provider-webhook")]
pub async fn get_webhook(provider: String) -> Answer<ProviderWebhook> {
    let (engine, id) = (crate::request::engine()?, crate::address::id(&provider)?);
    let mut tx = crate::request::begin().await?;
    let provider = engine::providers::get(&mut tx, id).await?;
    let webhook = engine::webhooks::get(&engine, &mut tx, id).await?;
    Ok(ProviderWebhook { provider, webhook })
}

#[server(prefix = "/_fn", endpoint = "renew-webhook")]
pub async fn renew_webhook(provider: ProviderId) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    engine::webhooks::rotate(&engine, &mut tx, provider).await?;
    tx.commit().await?;
    crate::request::go(&format!("/settings/providers/{provider}/webhook?done=renewed"));
    Ok(())
}

/// The page.
#[component]
pub fn WebhookPage() -> impl IntoView {
    let provider = param("id");
    let renew = ServerAction::<RenewWebhook>::new();
    let found = Resource::new(move || (provider.get(), renew.version().get()), |(provider, _)| get_webhook(provider));
    if !may(Verb::EditProviders) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |found| page(found, renew)).into_any()
}

fn page(found: ProviderWebhook, renew: ServerAction<RenewWebhook>) -> AnyView {
    let ProviderWebhook { provider, webhook } = found;
    let own = format!("/settings/providers/{}", provider.id);
    let crumbs = vec![
        Crumb::link("Settings", "/settings"),
        Crumb::link("Providers", "/settings/providers"),
        Crumb::link(provider.name.clone(), own),
    ];
    let title = format!("Reports of {}", provider.name);
    let form = form_state(renew);
    let way = ways::of(&provider, &webhook);
    view! {
        <Title text=title.clone()/>
        <PageHead title crumbs>"What became of messages after the provider took them: delivered, returned, reported as spam."</PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            <ErrorSummary errors=form.summary() title="The address stays as it was"/>
            {way}
            {came(webhook.arrivals)}
            {refused(webhook.refused)}
            {another(provider, renew)}
        </div>
    }
    .into_any()
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "renewed")
        .then(|| "The address is a new one. Give it to your provider: the old one takes nothing any more".into())
}

fn came(arrivals: Vec<Arrival>) -> AnyView {
    if arrivals.is_empty() {
        return view! {
            <Panel title="What came lately">
                <EmptyState title="Nothing yet" glyph=Glyph::Inbox text="As soon as the provider reports something, it stands here with what became of it."/>
            </Panel>
        }
        .into_any();
    }
    let columns = vec![Column::new("When"), Column::new("What"), Column::new("What became of it")];
    let rows = arrivals.into_iter().map(arrival).collect_view();
    view! {
        <Panel title="What came lately" flush=true foot=note>
            <Table caption="What came lately, newest first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn arrival(arrival: Arrival) -> AnyView {
    let (tone, glyph, text) = match arrival.fate {
        Fate::Waiting => (Tone::Neutral, Glyph::Clock, "Waiting"),
        Fate::Applied => (Tone::Success, Glyph::Check, "Applied"),
        Fate::Ignored => (Tone::Neutral, Glyph::Minus, "Nothing follows"),
        Fate::Failed => (Tone::Danger, Glyph::Warning, "Not applied"),
    };
    let note = (!arrival.note.is_empty()).then(|| view! { <small>{arrival.note}</small> });
    view! {
        <tr>
            <td data-label="When"><span class="one-line"><Moment at=arrival.at/></span></td>
            <td data-label="What">{arrival.kind}</td>
            <td data-label="What became of it"><Badge tone glyph text/> {note}</td>
        </tr>
    }
    .into_any()
}

fn refused(refused: Vec<Refused>) -> AnyView {
    if refused.is_empty() {
        return ().into_any();
    }
    let columns = vec![Column::new("Why"), Column::number("In 7 days"), Column::new("Last")];
    let row = |one: Refused| {
        let (why, remedy) = words(one.why);
        view! {
            <tr>
                <td class="wide">{why}<small>{remedy}</small></td>
                <td class="r" data-label="In 7 days">{plural(one.count.unsigned_abs(), "time", "times")}</td>
                <td data-label="Last"><span class="one-line"><Moment at=one.last_at/></span></td>
            </tr>
        }
    };
    let rows = refused.into_iter().map(row).collect_view();
    view! {
        <Panel title="What was turned away" flush=true foot=note>
            <Table caption="What was turned away in the last seven days, by reason" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

/// What a refusal is called, and what to do about it.
fn words(why: Refusal) -> (&'static str, &'static str) {
    match why {
        Refusal::BadSignature => (
            "The signature was not good",
            "Somebody sends in Amazon’s name, or something on the way changes what is sent.",
        ),
        Refusal::ForeignCertificate => {
            ("The certificate was not Amazon’s", "Somebody sends in Amazon’s name. Nothing of it was kept.")
        }
        Refusal::Old => (
            "It was signed more than two hours ago",
            "A copy that somebody kept, or a clock that is wrong: check this machine’s.",
        ),
        Refusal::WrongTopic => {
            ("It came from another topic", "Name the topic in the account’s settings, or end the other’s subscription.")
        }
        Refusal::Unreadable => ("It could not be read", "Nothing that this provider sends looks like it."),
    }
}

fn another(provider: Provider, action: ServerAction<RenewWebhook>) -> AnyView {
    view! {
        <Panel title="Another address">
            <Ask question="New address…" about=provider.name.clone()>
                <p>"The address is as good as a password. When somebody else may know it, make another one: the old one takes nothing any more, until your provider knows the new one."</p>
                <ActionForm action>
                    <input type="hidden" name="provider" value=provider.id.to_string()/>
                    <Button look=Look::Danger busy=action.pending()>"Make a new address"</Button>
                </ActionForm>
            </Ask>
        </Panel>
    }
    .into_any()
}
