//! The DNS of a sender's domain: the lines that it needs, to be copied, and how each stands since the last check.

use domain::{
    dns::{DnsLine, DnsState, DomainState, Purpose, SenderDns},
    id::SenderId,
    provider::{Provider, Sender},
};
use leptos::prelude::*;

use crate::{
    components::{Badge, Button, CodeOnce, ErrorSummary, Glyph, Look, Notice, Panel, Tone},
    error::Answer,
    form::form_state,
    when::When,
};

#[server(prefix = "/_fn", endpoint = "check-sender-dns")]
pub async fn check_sender_dns(sender: SenderId) -> Answer<()> {
    let (engine, actor) = (crate::request::engine()?, crate::request::actor()?);
    engine::providers::dns::check(&engine, &actor, sender).await?;
    crate::request::go(&format!("/settings/senders/{sender}?done=checked#dns"));
    Ok(())
}

/// How a sender's domain stands, as a badge for lists.
pub(super) fn badge(sender: &Sender, providers: &[Provider]) -> AnyView {
    let provider = providers.iter().find(|provider| provider.id == sender.provider_id);
    let (tone, glyph, text) = match sender.standing(provider) {
        DomainState::Unchecked => (Tone::Neutral, Glyph::Clock, "DNS not checked"),
        DomainState::Right => (Tone::Success, Glyph::Check, "DNS right"),
        DomainState::Wrong => (Tone::Danger, Glyph::Warning, "DNS to mend"),
        DomainState::Unknown => (Tone::Warning, Glyph::Warning, "DNS partly checked"),
        DomainState::Freemail => (Tone::Danger, Glyph::Warning, "Free mailbox"),
        DomainState::Unneeded => (Tone::Neutral, Glyph::Minus, "DNS not needed"),
    };
    view! { <Badge tone glyph text/> }.into_any()
}

/// The part of a sender's page about it.
#[component]
pub(super) fn DnsPanel(
    /// The sender.
    sender: SenderId,
    /// Its lines.
    dns: SenderDns,
    /// What the button does.
    check: ServerAction<CheckSenderDns>,
) -> impl IntoView {
    let form = form_state(check);
    let title = format!("DNS of {}", dns.domain);
    let tone = if dns.state == DomainState::Freemail { Tone::Danger } else { Tone::Info };
    let notes = dns.notes.into_iter().map(|title| view! { <Notice tone title/> }).collect_view();
    let about = (!dns.lines.is_empty()).then(|| {
        view! {
            <p class="muted">
                "These lines let receivers believe that your mail is yours. They are put in where the domain is managed; \
                 until everybody sees them it may take some hours."
            </p>
        }
    });
    let checks = !matches!(dns.state, DomainState::Freemail | DomainState::Unneeded);
    let lines = (!dns.lines.is_empty()).then(|| {
        let lines = dns.lines.into_iter().map(line).collect_view();
        view! { <ul class="dns" aria-label="Lines of the DNS">{lines}</ul> }
    });
    let at = dns.checked_at.map(|at| view! { <span class="small muted">"Last checked " <When at/></span> });
    let button = checks.then(|| {
        view! {
            <ActionForm action=check>
                <input type="hidden" name="sender" value=sender.to_string()/>
                <div class="row"><Button look=Look::Primary busy=check.pending()>"Check"</Button> {at}</div>
            </ActionForm>
        }
    });
    view! {
        <div id="dns">
            <Panel title>
                <div class="stack stack--m">
                    {about}
                    <ErrorSummary errors=form.summary() title="Not checked"/>
                    {notes}
                    {lines}
                    {button}
                </div>
            </Panel>
        </div>
    }
    .into_any()
}

fn line(line: DnsLine) -> AnyView {
    let (tone, glyph, state) = state(line.state);
    let (title, about) = purpose(line.purpose);
    let what = format!("{} of {}", line.kind, line.name);
    let value = match line.value.is_empty() {
        true => view! { <p class="small muted">"Your provider tells it."</p> }.into_any(),
        false => view! { <CodeOnce value=line.value.clone() label=format!("Value: {what}")/> }.into_any(),
    };
    let differs = line.state == DnsState::Different && !line.found.is_empty();
    let found = differs.then(|| {
        let found = line.found.into_iter().map(|found| view! { <li><code>{found}</code></li> }).collect_view();
        view! { <dt>"There now"</dt> <dd><ul class="dns__found">{found}</ul></dd> }
    });
    let note = (!line.note.is_empty()).then(|| view! { <p class="small">{line.note}</p> });
    let name = match line.name.contains('…') {
        true => view! { <code>{line.name}</code> }.into_any(),
        false => view! { <CodeOnce value=line.name label=format!("Name: {what}")/> }.into_any(),
    };
    view! {
        <li class="dns__line">
            <div class="dns__head"><h3>{title}</h3> <Badge tone glyph text=state/></div>
            <p class="small muted">{about}</p>
            <dl class="dns__facts">
                <dt>"Name"</dt> <dd>{name}</dd>
                <dt>"Type"</dt> <dd><code>{line.kind.word()}</code></dd>
                <dt>"Value"</dt> <dd>{value}</dd>
                {found}
            </dl>
            {note}
        </li>
    }
    .into_any()
}

fn state(state: DnsState) -> (Tone, Glyph, &'static str) {
    match state {
        DnsState::Unchecked => (Tone::Neutral, Glyph::Clock, "Not checked"),
        DnsState::Right => (Tone::Success, Glyph::Check, "Found, and right"),
        DnsState::Different => (Tone::Danger, Glyph::Warning, "Found, but different"),
        DnsState::Missing => (Tone::Danger, Glyph::Minus, "Missing"),
        DnsState::Unknown => (Tone::Warning, Glyph::Warning, "Could not be asked"),
    }
}

fn purpose(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::Spf => ("SPF", "Says which servers may send in the domain’s name."),
        Purpose::Dkim => ("DKIM", "The key by which receivers check that a message is unchanged and yours."),
        Purpose::Dmarc => (
            "DMARC",
            "Says what receivers do with mail that fails: none delivers it, quarantine is spam, reject sends it back.",
        ),
        Purpose::MailFrom => ("MAIL FROM", "Lets bounces find their way back to Amazon SES."),
    }
}
