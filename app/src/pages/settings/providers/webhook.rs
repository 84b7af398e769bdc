//! Where a provider reports to: the address to give it, how that is done in words, whether it works, and what came lately.

use domain::{
    access::Verb,
    id::ProviderId,
    provider::{Provider, ProviderConfig},
    webhook::{Arrival, Fate, Refusal, Refused, Webhook},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::{
    address::{Done, param},
    ask::Ask,
    components::{
        Badge, Button, CodeOnce, Column, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Look, Notice, PageHead,
        Panel, Table, Tone, format::plural,
    },
    error::{Answer, AppError},
    form::form_state,
    load::{Trouble, load},
    session::may,
    when::{Moment, When, note},
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
    let way = match &provider.config {
        ProviderConfig::Ses(ses) => from_ses(&provider, ses.topic_arn.clone(), &webhook),
        _ => from_mail(&provider, &webhook),
    };
    view! {
        <Title text=title.clone()/>
        <PageHead title crumbs>"What became of messages after the provider took them: delivered, returned, reported as spam."</PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            <ErrorSummary errors=form.summary() title="The address stays as it was"/>
            {way}
            {came(webhook.arrivals)}
            {refused(webhook.refused)}
            {another(&provider, renew)}
        </div>
    }
    .into_any()
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "renewed")
        .then(|| "The address is a new one. Give it to your provider: the old one takes nothing any more".into())
}

fn address(webhook: &Webhook) -> AnyView {
    match webhook.url.clone() {
        Some(url) => view! { <CodeOnce value=url label="Address for reports"/> }.into_any(),
        None => view! { <p>"It has no address yet: make one below."</p> }.into_any(),
    }
}

fn from_ses(provider: &Provider, topic: Option<String>, webhook: &Webhook) -> AnyView {
    let settings = format!("/settings/providers/{}", provider.id);
    let (named, subscribed) = (topic.is_some(), webhook.is_subscribed(topic.as_deref()));
    let state = match (named, subscribed, webhook.ended_at) {
        (false, ..) => {
            let set = move || view! { <LinkButton href=settings.clone()>"Name the topic"</LinkButton> };
            view! {
                <Notice tone=Tone::Warning title="No topic is named yet" action=set>
                    "Nothing is taken until this account names the topic that speaks for it: anybody can have a topic."
                </Notice>
            }
            .into_any()
        }
        (true, true, _) => {
            let since = webhook.confirmed_at.map(|at| view! { "The subscription was confirmed " <When at/> "." });
            view! { <Notice tone=Tone::Success title="The topic sends here">{since}</Notice> }.into_any()
        }
        (true, false, Some(at)) => view! {
            <Notice tone=Tone::Danger title="The topic does not send here any more">
                "The subscription was ended " <When at/> ". Subscribe the address again."
            </Notice>
        }
        .into_any(),
        (true, false, None) => view! {
            <Notice tone=Tone::Info title="Waiting for the subscription">
                "Subscribe the address to the topic. It is confirmed from here, at once and by itself."
            </Notice>
        }
        .into_any(),
    };
    view! {
        <Panel title="Address">
            <div class="stack stack--m">
                {state}
                {address(webhook)}
                {last(webhook)}
            </div>
        </Panel>
        <Panel title="How to set it up in AWS">
            <ol class="steps">
                <li>"In Amazon SNS, in the region of this account, make a standard topic. In its settings choose signature version 2."</li>
                <li>"Copy the topic’s ARN into this account’s settings here, and save."</li>
                <li>"In Amazon SES open the configuration set of this account, and add an event destination of the kind Amazon SNS with that topic. Choose sends, deliveries, hard bounces, complaints, delivery delays, rejects and rendering failures; opens and clicks are counted here already."</li>
                <li>"In Amazon SNS make a subscription of the topic: protocol HTTPS, endpoint the address above. Leave raw message delivery off, so that each event is signed."</li>
                <li>"Come back to this page: it says when the subscription is confirmed, and shows what comes."</li>
            </ol>
        </Panel>
    }
    .into_any()
}

fn from_mail(provider: &Provider, webhook: &Webhook) -> AnyView {
    let domain = match &provider.config {
        ProviderConfig::Smtp(smtp) => smtp.bounce_domain.clone(),
        _ => None,
    };
    let settings = format!("/settings/providers/{}", provider.id);
    let about = match &domain {
        Some(domain) => view! {
            <p>"What cannot be delivered comes back to an address at "<b>{domain.clone()}</b>" that names its message. Let the mail server of that domain hand every mail for "<code>"b+…"</code>" to the address above."</p>
        }
        .into_any(),
        None => view! {
            <p>"What cannot be delivered comes back to the sender’s own mailbox. Let its mail server hand a copy of such mail to the address above; the message is found by its Message-ID. "<a href=settings>"Name a domain for bounces"</a>", and every returned mail can be told for sure."</p>
        }
        .into_any(),
    };
    let url = webhook.url.clone().unwrap_or_else(|| "https://…".into());
    let pipe = format!("curl --silent --fail --data-binary @- --header 'Content-Type: message/rfc822' {url}");
    view! {
        <Panel title="Address">
            <div class="stack stack--m">
                {address(webhook)}
                {last(webhook)}
            </div>
        </Panel>
        <Panel title="How to hand returned mail over">
            <div class="stack stack--m">
                {about}
                <p>"The mail is posted as it is, headers and all. From Postfix or Exim this works as a pipe, for example in "<code>"/etc/aliases"</code>":"</p>
                <CodeOnce value=pipe label="Command for a pipe"/>
                <p>"Returned mail and complaints are understood in the standard forms. Out-of-office and other automatic answers change nothing."</p>
            </div>
        </Panel>
    }
    .into_any()
}

fn last(webhook: &Webhook) -> AnyView {
    match webhook.last_at {
        Some(at) => view! { <p class="small muted">"Something came last " <When at/> "."</p> }.into_any(),
        None => view! { <p class="small muted">"Nothing has come yet."</p> }.into_any(),
    }
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

fn another(provider: &Provider, action: ServerAction<RenewWebhook>) -> AnyView {
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
