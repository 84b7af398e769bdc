//! How what became of messages finds its way here: the address to give away, and what is to be done elsewhere.

use domain::{
    provider::{Provider, ProviderConfig},
    webhook::Webhook,
};
use leptos::prelude::*;

use crate::{
    components::{CodeOnce, LinkButton, Notice, Panel, Tone},
    when::When,
};

/// The way of this kind of account.
pub(super) fn of(provider: &Provider, webhook: &Webhook) -> AnyView {
    match &provider.config {
        ProviderConfig::Ses(ses) => {
            let state = subscription(provider, ses.topic_arn.as_deref(), webhook);
            view! {
                {address(webhook, Some(state))}
                {steps_in_aws()}
            }
            .into_any()
        }
        ProviderConfig::Smtp(smtp) => view! {
            {address(webhook, None)}
            {pipe(provider, smtp.bounce_domain.clone(), webhook)}
        }
        .into_any(),
        ProviderConfig::Sandbox(_) => ().into_any(),
    }
}

fn address(webhook: &Webhook, state: Option<AnyView>) -> AnyView {
    let url = match webhook.url.clone() {
        Some(url) => view! { <CodeOnce value=url label="Address for reports"/> }.into_any(),
        None => view! { <p>"It has no address yet: make one below."</p> }.into_any(),
    };
    let last = match webhook.last_at {
        Some(at) => view! { <p class="small muted">"Something came last " <When at/> "."</p> }.into_any(),
        None => view! { <p class="small muted">"Nothing has come yet."</p> }.into_any(),
    };
    view! {
        <Panel title="Address">
            <div class="stack stack--m">{state} {url} {last}</div>
        </Panel>
    }
    .into_any()
}

/// Whether the topic sends here, and what to do when not.
fn subscription(provider: &Provider, topic: Option<&str>, webhook: &Webhook) -> AnyView {
    if topic.is_none() {
        let settings = format!("/settings/providers/{}", provider.id);
        let set = move || view! { <LinkButton href=settings>"Name the topic"</LinkButton> };
        return view! {
            <Notice tone=Tone::Warning title="No topic is named yet" action=set>
                "Nothing is taken until this account names the topic that speaks for it: anybody can have a topic."
            </Notice>
        }
        .into_any();
    }
    if webhook.is_subscribed(topic) {
        let since = webhook.confirmed_at.map(|at| view! { "The subscription was confirmed " <When at/> "." });
        return view! { <Notice tone=Tone::Success title="The topic sends here">{since}</Notice> }.into_any();
    }
    match webhook.ended_at {
        Some(at) => view! {
            <Notice tone=Tone::Danger title="The topic does not send here any more">
                "The subscription was ended " <When at/> ". Subscribe the address again."
            </Notice>
        }
        .into_any(),
        None => view! {
            <Notice tone=Tone::Info title="Waiting for the subscription">
                "Subscribe the address to the topic. It is confirmed from here, at once and by itself."
            </Notice>
        }
        .into_any(),
    }
}

fn steps_in_aws() -> AnyView {
    view! {
        <Panel title="How to set it up in AWS">
            <ol class="steps">
                <li>"In Amazon SNS, in the region of this account, make a standard topic. In its settings choose signature version 2."</li>
                <li>"Copy the topic’s ARN into this account’s settings here, and save."</li>
                <li>
                    "In Amazon SES open the configuration set of this account, and add an event destination of the kind Amazon SNS \
                     with that topic. Choose sends, deliveries, hard bounces, complaints, delivery delays, rejects and rendering \
                     failures."
                </li>
                <li>
                    "In Amazon SNS make a subscription of the topic: protocol HTTPS, endpoint the address above. Leave raw message \
                     delivery off, so that each event is signed."
                </li>
                <li>"Come back to this page: it says when the subscription is confirmed, and shows what comes."</li>
            </ol>
        </Panel>
    }
    .into_any()
}

/// How a mail server hands over what comes back.
fn pipe(provider: &Provider, domain: Option<String>, webhook: &Webhook) -> AnyView {
    let about = match domain {
        Some(domain) => view! {
            <p>
                "What cannot be delivered comes back to an address at " <b>{domain}</b> " that names its message. Let the mail \
                 server of that domain hand every mail for " <code>"b+…"</code> " to the address above."
            </p>
        }
        .into_any(),
        None => view! {
            <p>
                "What cannot be delivered comes back to the sender’s own mailbox. Let its mail server hand a copy of such mail \
                 to the address above; the message is found by its Message-ID. "
                <a href=format!("/settings/providers/{}", provider.id)>"Name a domain for bounces"</a>
                ", and every returned mail can be told for sure."
            </p>
        }
        .into_any(),
    };
    let url = webhook.url.clone().unwrap_or_else(|| "https://…".into());
    let command = format!("curl --silent --fail --data-binary @- --header 'Content-Type: message/rfc822' {url}");
    view! {
        <Panel title="How to hand returned mail over">
            <div class="stack stack--m">
                {about}
                <p>"The mail is posted as it is, headers and all. From Postfix or Exim this works as a pipe:"</p>
                <CodeOnce value=command label="Command for a pipe"/>
                <p>"Returned mail and complaints are understood in the standard forms. Out-of-office and other automatic answers change nothing."</p>
            </div>
        </Panel>
    }
    .into_any()
}
