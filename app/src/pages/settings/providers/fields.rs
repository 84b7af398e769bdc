//! The fields of a provider, by its kind. Secrets are sealed and never shown again.

use domain::provider::{Provider, ProviderConfig, ProviderKind, SandboxConfig, SesConfig, SmtpConfig};
use leptos::prelude::*;

use crate::{
    components::{Choice, Panel, RadioCards, TextArea, TextField},
    form::FormState,
};

/// What a kind is called.
pub(super) fn label(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Smtp => "SMTP server",
        ProviderKind::Ses => "Amazon SES",
        ProviderKind::Sandbox => "Sandbox",
    }
}

/// The fields of a kind, with what `known` has in them.
pub(super) fn of(kind: ProviderKind, known: Option<&Provider>, form: FormState) -> AnyView {
    let has_secret = known.is_some_and(|known| known.has_password);
    let config = known.map(|known| known.config.clone());
    let special = match (kind, config) {
        (ProviderKind::Smtp, Some(ProviderConfig::Smtp(config))) => smtp(Some(config), has_secret, form),
        (ProviderKind::Smtp, _) => smtp(None, false, form),
        (ProviderKind::Ses, Some(ProviderConfig::Ses(config))) => ses(Some(config), has_secret, form),
        (ProviderKind::Ses, _) => ses(None, false, form),
        (ProviderKind::Sandbox, Some(ProviderConfig::Sandbox(config))) => sandbox(config, form),
        (ProviderKind::Sandbox, _) => sandbox(SandboxConfig::default(), form),
    };
    view! {
        {special}
        {common(kind, known, form)}
    }
    .into_any()
}

fn common(kind: ProviderKind, known: Option<&Provider>, form: FormState) -> AnyView {
    let hint = match (known, kind) {
        (Some(_), _) => "How it is called here.",
        (None, ProviderKind::Smtp) => "How it is called here; the host when left empty.",
        (None, _) => "How it is called here; its kind when left empty.",
    };
    let name = known.map(|known| known.name.clone()).unwrap_or_default();
    let rate = known.and_then(|known| known.rate_per_second).map(|rate| rate.to_string()).unwrap_or_default();
    view! {
        <Panel title="In this workspace">
            <div class="cols">
                <TextField label="Name" name="name" value=form.value("name", name) error=form.error("name") optional=true
                    autocomplete="off" hint=hint/>
                <TextField label="Messages a second" name="rate_per_second" inputmode="numeric" optional=true
                    value=form.value("rate_per_second", rate) error=form.error("rate_per_second") autocomplete="off"
                    hint="The most that it takes, 1 to 10,000, as your service tells you. Empty: no limit of its own."/>
            </div>
        </Panel>
    }
    .into_any()
}

fn secret_hint(is_kept: bool) -> &'static str {
    if is_kept {
        "Kept, and never shown. Leave empty to keep it."
    } else {
        "Sealed when it is kept, and never shown again."
    }
}

fn smtp(known: Option<SmtpConfig>, has_password: bool, form: FormState) -> AnyView {
    let secured = vec![
        Choice::new("starttls", "STARTTLS").hint("Usual, port 587: begins in the clear and must change to TLS."),
        Choice::new("tls", "TLS").hint("Port 465: encrypted from the first byte."),
        Choice::new("none", "Not encrypted")
            .hint("Port 25: for a server on this machine or network. No password is sent so."),
    ];
    let bounces = known.as_ref().and_then(|known| known.bounce_domain.clone()).unwrap_or_default();
    let (host, port, tls, username, ca) = match known {
        Some(known) => {
            let port = known.port.to_string();
            (
                known.host,
                port,
                known.tls.word(),
                known.username.unwrap_or_default(),
                known.ca_certificate.unwrap_or_default(),
            )
        }
        None => (String::new(), "587".into(), "starttls", String::new(), String::new()),
    };
    view! {
        <Panel title="Server">
            <div class="cols">
                <TextField label="Host" name="config[host]" value=form.value("config[host]", host)
                    error=form.error("config[host]") required=true autocomplete="off" placeholder="smtp.example.com"/>
                <TextField label="Port" name="config[port]" inputmode="numeric" value=form.value("config[port]", port)
                    error=form.error("config[port]") required=true autocomplete="off"/>
            </div>
            <RadioCards label="Connection" name="config[tls]" choices=secured required=true
                value=form.value("config[tls]", tls) error=form.error("config[tls]")/>
            <TextArea label="Trusted authority" name="config[ca_certificate]" rows=3 code=true optional=true
                value=form.value("config[ca_certificate]", ca) error=form.error("config[ca_certificate]")
                hint="Only for a server whose certificate comes from an authority of your own: that authority's certificate, as PEM."/>
        </Panel>
        <Panel title="Returned mail">
            <TextField label="Domain for bounces" name="config[bounce_domain]" optional=true autocomplete="off"
                value=form.value("config[bounce_domain]", bounces) error=form.error("config[bounce_domain]")
                placeholder="bounce.example.com"
                hint="What cannot be delivered comes back to an address of it that names the message. Empty: it comes back to the sender."/>
        </Panel>
        <Panel title="Sign-in">
            <div class="cols">
                <TextField label="Username" name="config[username]" value=form.value("config[username]", username)
                    error=form.error("config[username]") optional=true autocomplete="off"/>
                <TextField label="Password" name="config[password]" kind="password" error=form.error("config[password]")
                    optional=true autocomplete="new-password" hint=secret_hint(has_password)/>
            </div>
        </Panel>
    }
    .into_any()
}

fn ses(known: Option<SesConfig>, has_secret: bool, form: FormState) -> AnyView {
    let known = known.unwrap_or(SesConfig {
        region: String::new(),
        access_key_id: String::new(),
        endpoint: None,
        configuration_set: None,
        topic_arn: None,
    });
    let (set, topic) = (known.configuration_set.unwrap_or_default(), known.topic_arn.unwrap_or_default());
    view! {
        <Panel title="Account">
            <div class="cols">
                <TextField label="Region" name="config[region]" value=form.value("config[region]", known.region)
                    error=form.error("config[region]") required=true autocomplete="off" placeholder="eu-central-1"/>
                <TextField label="Configuration set" name="config[configuration_set]" optional=true autocomplete="off"
                    value=form.value("config[configuration_set]", set) error=form.error("config[configuration_set]")
                    hint="Through it SES reports what became of a message."/>
                <TextField label="Access key ID" name="config[access_key_id]" required=true autocomplete="off"
                    value=form.value("config[access_key_id]", known.access_key_id) error=form.error("config[access_key_id]")
                    hint="Of a user who may call SendEmail and, for the test, GetAccount."/>
                <TextField label="Secret access key" name="config[secret_access_key]" kind="password" required=!has_secret
                    optional=has_secret error=form.error("config[secret_access_key]") autocomplete="new-password"
                    hint=secret_hint(has_secret)/>
            </div>
            <TextField label="Endpoint" name="config[endpoint]" optional=true autocomplete="off"
                value=form.value("config[endpoint]", known.endpoint.unwrap_or_default()) error=form.error("config[endpoint]")
                hint="Only for a private endpoint; empty for the public one of the region." placeholder="https://"/>
            <TextField label="Topic of SNS" name="config[topic_arn]" optional=true autocomplete="off"
                value=form.value("config[topic_arn]", topic) error=form.error("config[topic_arn]")
                placeholder="arn:aws:sns:eu-central-1:123456789012:ses-events"
                hint="Its ARN. The configuration set publishes events to it, and it sends them here; no other topic is believed."/>
        </Panel>
    }
    .into_any()
}

fn sandbox(known: SandboxConfig, form: FormState) -> AnyView {
    let percent = move |label: &'static str, name: &'static str, known: u32, hint: &'static str| {
        view! {
            <TextField label name inputmode="numeric" value=form.value(name, known.to_string()) error=form.error(name)
                autocomplete="off" hint=hint/>
        }
    };
    view! {
        <Panel title="The part it plays">
            <p class="muted">
                "Nothing leaves this machine: what the sandbox takes stands in the "<a href="/settings/outbox">"outbox"</a>
                ". It can behave as a mail service on a bad day. What happens to a message follows from its id, so it can be
                repeated. The addresses reject@, noanswer@, retry@ (at the first attempt) and slowdown@ (every other second)
                get what they are called."
            </p>
            <div class="cols">
                {percent("Takes time, ms", "config[latency_ms]", known.latency_ms, "Before each answer, up to 20,000.")}
                {percent("Refused for good, %", "config[reject_percent]", known.reject_percent, "Of all messages.")}
                {percent("Refused for now, %", "config[retry_percent]", known.retry_percent, "Of all attempts: tried again later.")}
                {percent("Too fast, %", "config[slow_down_percent]", known.slow_down_percent, "Of all attempts: sent more slowly.")}
                {percent("No answer, %", "config[no_answer_percent]", known.no_answer_percent, "Of all messages: one half of them has arrived, and is reported.")}
            </div>
        </Panel>
        <Panel title="What it reports">
            <p class="muted">
                "What it took is delivered unless it bounces. Addresses that begin with bounce@, complaint@, open@ or click@
                always do that."
            </p>
            <div class="cols">
                {percent("Bounced, %", "config[bounce_percent]", known.bounce_percent, "Of all that it took.")}
                {percent("Reported as spam, %", "config[complaint_percent]", known.complaint_percent, "Of those delivered.")}
                {percent("Opened, %", "config[open_percent]", known.open_percent, "Of those delivered.")}
                {percent("Clicked, %", "config[click_percent]", known.click_percent, "Of those opened.")}
                {percent("Reported after, ms", "config[receipt_delay_ms]", known.receipt_delay_ms, "Each step after the one before, up to 3,600,000 (an hour).")}
            </div>
        </Panel>
    }
    .into_any()
}
