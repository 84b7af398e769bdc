//! Limits: how much may be sent an hour, how often to each person, when it is quiet, and what a month may cost; each with
//! what was used of it.

use std::collections::BTreeMap;

use domain::{
    channel::Channel,
    limits::{NewCaps, NewChannelLimits, Standing},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::crumbs;
use crate::{
    address::Done,
    components::{Button, ErrorSummary, Look, PageHead, Panel, Section, TextField, format::plural},
    error::Answer,
    form::{FormState, form_state},
    load::load,
    session::time_zone,
    when,
};

#[server(prefix = "/_fn", endpoint = "limits")]
pub async fn get_limits() -> Answer<Standing> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::limits::get(&mut tx).await?)
}

#[server(prefix = "/_fn", endpoint = "change-limits")]
pub async fn change_limits(
    #[server(default)] channels: BTreeMap<String, NewChannelLimits>,
    #[server(default)] caps: NewCaps,
    #[server(default)] budget: String,
) -> Answer<()> {
    let new = domain::limits::NewLimits { channels, caps, budget: Some(budget) };
    let mut tx = crate::request::begin().await?;
    engine::limits::change(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/limits?done=changed");
    Ok(())
}

/// The page.
#[component]
pub fn LimitsPage() -> impl IntoView {
    let change = ServerAction::<ChangeLimits>::new();
    let form = form_state(change);
    let found = Resource::new(move || change.version().get(), |_| get_limits());
    view! {
        <Title text="Limits"/>
        <PageHead title="Limits" crumbs=crumbs()>
            "What keeps a campaign from sending too much, too often, too late or for too much money."
        </PageHead>
        <div class="stack">
            <Done words=done/>
            {load(found, move |standing| fields(standing, change, form))}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "changed").then(|| "The limits are saved. Campaigns under way go by them within half a minute".into())
}

fn fields(standing: Standing, action: ServerAction<ChangeLimits>, form: FormState) -> AnyView {
    let (hourly, caps) = (hourly(&standing, form), caps(&standing, form));
    let (quiet, money) = (quiet(&standing, form), money(&standing, form));
    view! {
        <ActionForm action>
            <div class="stack">
                <ErrorSummary errors=form.summary() title="The limits stay as they were"/>
                <Section title="Messages an hour" id="hourly">
                    <Panel>{hourly}</Panel>
                </Section>
                <Section title="Messages to one person" id="caps">
                    <Panel>{caps}</Panel>
                </Section>
                <Section title="Quiet hours" id="quiet">
                    <Panel>{quiet}</Panel>
                </Section>
                <Section title="Budget" id="money">
                    <Panel>{money}</Panel>
                </Section>
                <div><Button look=Look::Primary busy=action.pending()>"Save"</Button></div>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// Channels that campaigns can be sent on: limits of others would do nothing yet.
fn channels() -> impl Iterator<Item = Channel> {
    Channel::ALL.iter().copied().filter(|channel| Channel::parse_sendable(channel.word()).is_ok())
}

fn name(channel: Channel, field: &str) -> String {
    format!("channels[{channel}][{field}]")
}

fn hourly(standing: &Standing, form: FormState) -> AnyView {
    let ends = when::clock(standing.hour_ends_at, time_zone());
    let field = |channel: Channel| {
        let (name, limit) = (name(channel, "hourly"), standing.limits.of(channel).hourly);
        let used = standing.used_this_hour.get(&channel).map(|used| {
            format!("{} sent in this hour so far; the next begins at {ends}. ", plural(*used, "message", "messages"))
        });
        let hint = format!("{}Empty for no limit.", used.unwrap_or_default());
        let value = form.value(&name, limit.map(|limit| limit.to_string()).unwrap_or_default());
        let error = form.error(&name);
        view! {
            <TextField label=channel.label() name value error hint inputmode="numeric" autocomplete="off" optional=true/>
        }
    };
    view! {
        <p class="muted">"When an hour has had its messages, campaigns wait for the next one. Nobody is left out."</p>
        <div class="cols">{channels().map(field).collect_view()}</div>
    }
    .into_any()
}

fn caps(standing: &Standing, form: FormState) -> AnyView {
    let caps = standing.limits.caps;
    let field = |label: &'static str, name: &'static str, cap: Option<u32>, hint: &'static str| {
        let value = form.value(name, cap.map(|cap| cap.to_string()).unwrap_or_default());
        view! {
            <TextField label name value error=form.error(name) hint inputmode="numeric" autocomplete="off" optional=true/>
        }
    };
    view! {
        <p class="muted">
            "Whoever has had as many is skipped, with this as the reason. A message that is tried again and a test do not count. Empty for no limit."
        </p>
        <div class="cols">
            {field("In 24 hours", "caps[day]", caps.day, "On each channel by itself.")}
            {field("In 3 days", "caps[three_days]", caps.three_days, "Over all channels together.")}
            {field("In 7 days", "caps[week]", caps.week, "Over all channels together.")}
        </div>
    }
    .into_any()
}

fn quiet(standing: &Standing, form: FormState) -> AnyView {
    let fields = |channel: Channel| {
        let hours = standing.limits.of(channel).quiet;
        let (from, to) = (name(channel, "quiet_from"), name(channel, "quiet_to"));
        let from_value = form.value(&from, hours.map(|hours| hours.from.to_string()).unwrap_or_default());
        let to_value = form.value(&to, hours.map(|hours| hours.to.to_string()).unwrap_or_default());
        let (from_error, to_error) = (form.error(&from), form.error(&to));
        view! {
            <TextField label=format!("{}: quiet from", channel.label()) name=from kind="time" value=from_value
                error=from_error optional=true/>
            <TextField label=format!("{}: until", channel.label()) name=to kind="time" value=to_value error=to_error optional=true/>
        }
    };
    view! {
        <p class="muted">
            "By the clocks where each person is, or of the workspace where that is not known. Messages wait until it is over; none is dropped. Both empty for no quiet hours."
        </p>
        <div class="cols">{channels().map(fields).collect_view()}</div>
    }
    .into_any()
}

fn money(standing: &Standing, form: FormState) -> AnyView {
    let budget = standing.limits.budget;
    let spent = budget.map(|_| {
        let ends = when::with_year(standing.month_ends_at, time_zone());
        format!("{} of it is spent; the next month begins on {ends}. ", standing.spent_this_month)
    });
    let hint = format!("{}Empty for no budget; it counts from when it is set.", spent.unwrap_or_default());
    let price = |channel: Channel| {
        let name = name(channel, "price");
        let value = form.value(&name, standing.limits.of(channel).price.to_string());
        let error = form.error(&name);
        let label = format!("Price of one message: {}", channel.label());
        view! { <TextField label name value error inputmode="decimal" autocomplete="off" hint="What your provider takes for it."/> }
    };
    view! {
        <p class="muted">
            "Before a message would exceed the month’s budget its campaign pauses. Amounts are in whatever money your prices are."
        </p>
        <div class="cols">
            <TextField label="Budget of a month" name="budget" inputmode="decimal" autocomplete="off" optional=true hint
                value=form.value("budget", budget.map(|budget| budget.to_string()).unwrap_or_default())
                error=form.error("budget")/>
            {channels().map(price).collect_view()}
        </div>
    }
    .into_any()
}
