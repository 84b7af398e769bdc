//! The head of a report: totals with their rates, the balance below them; rates against their limits; devices.

use domain::{
    report::{BOUNCES_MAX, COMPLAINTS_MAX, DeviceFigures, Report, UNSUBSCRIBED_MAX},
    tracking::Device,
};
use leptos::prelude::*;

use super::{people_of, words};
use crate::components::{
    BalanceLine, Figure, Figures, Glyph, LimitMeter, Meter, Panel, Section,
    format::{NONE, count, money, percent, share},
};

/// The figures, each leading to its people.
pub(super) fn totals(report: &Report) -> AnyView {
    let (figures, rates) = (report.campaign.figures, report.rates);
    let is_reported = rates.delivery.is_some();
    let (label, state) = if is_reported { ("Delivered", "delivered") } else { ("Sent", "sent") };
    let recipients = format!("{}/recipients", words::path_of(report.campaign.id));
    let [to_arrived, to_opened, to_clicked, to_left] =
        [state, "opened", "clicked", "unsubscribed"].map(|state| format!("{recipients}?state={state}"));
    let rate = |rate: Option<f64>| rate.map_or_else(|| NONE.to_owned(), share);
    let sent = count(words::people(figures.sent));
    let (arrived, of_sent) = match is_reported {
        true => (count(words::people(figures.delivered)), format!("{} of {sent} sent", rate(rates.delivery))),
        false => (sent, "The mail server does not report what arrives".to_owned()),
    };
    let cost = |amount: domain::limits::Money| money(amount.as_micros().try_into().unwrap_or(i64::MAX), "USD");
    let (spent, each) = (cost(report.cost), format!("{} a message", cost(report.cost_per_recipient)));
    let (opened, clicks) = (rate(rates.open), rate(rates.click));
    let (left, of_left) =
        (count(words::people(figures.unsubscribed)), format!("{} of what arrived", rate(rates.unsubscribe)));
    let audience = words::people(figures.audience);
    let machines =
        format!("{} and {} by machines", people_of(figures.opened), count(words::people(figures.machine_opened)));
    let clicked =
        format!("{} of opens; {} of what arrived", people_of(figures.clicked), rate(rates.click_of_delivered));
    let parts = words::parts(&figures);
    let foot = move || view! { <BalanceLine audience parts/> };
    view! {
        <Panel flush=true foot>
            <Figures>
                <Figure label value=arrived sub=Some(of_sent) glyph=Glyph::Delivered tint="success" href=to_arrived/>
                <Figure label="Opened by people" value=opened sub=Some(machines) glyph=Glyph::Person href=to_opened/>
                <Figure label="Click rate" value=clicks sub=Some(clicked) glyph=Glyph::Pointer href=to_clicked/>
                <Figure
                    label="Unsubscribed"
                    value=left
                    sub=Some(of_left)
                    glyph=Glyph::SignOut
                    href=to_left
                />
                <Figure
                    label="Cost"
                    value=spent
                    sub=Some(each)
                    glyph=Glyph::Dollar
                />
            </Figures>
        </Panel>
    }
    .into_any()
}

/// Rates that must stay low.
pub(super) fn limits(report: &Report) -> AnyView {
    let rates = report.rates;
    view! {
        <Section title="Against limits" id="limits">
            <Panel>
                <LimitMeter label="Complaints" rate=rates.complaint.unwrap_or_default() limit=COMPLAINTS_MAX/>
                <LimitMeter label="Unsubscribed" rate=rates.unsubscribe.unwrap_or_default() limit=UNSUBSCRIBED_MAX/>
                <LimitMeter label="Bounced" rate=rates.bounce.unwrap_or_default() limit=BOUNCES_MAX/>
            </Panel>
        </Section>
    }
    .into_any()
}

/// On what people read; nothing while nobody does.
pub(super) fn devices(devices: Vec<DeviceFigures>) -> AnyView {
    let all: i64 = devices.iter().map(|one| one.count).sum();
    if all == 0 {
        return ().into_any();
    }
    let line = |one: DeviceFigures| {
        // Counts are far below 2^52, where f64 would begin to round them.
        let part = one.count as f64 / all as f64;
        let note = (one.device == Device::Unknown).then_some(" (pictures come through the mail provider)");
        view! {
            <li class="meter-row">
                <span>{one.device.title()} <span class="small dim">{note}</span></span>
                <span class="small muted num">
                    <b>{percent(words::people(one.count), words::people(all))}</b>
                </span>
                <Meter share=part/>
            </li>
        }
    };
    let lines = devices.into_iter().map(line).collect_view();
    view! {
        <Section title="Devices" id="devices">
            <Panel><ul class="stack stack--m">{lines}</ul></Panel>
        </Section>
    }
    .into_any()
}
