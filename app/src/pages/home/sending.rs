//! What is going out at this moment, with live bars.

use domain::{home::Going, id::CampaignId};
use leptos::prelude::*;

use crate::{
    components::{
        Column, FiveBar, Panel, Section, Table,
        format::{NONE, count, duration, rate},
    },
    error::Answer,
    pages::campaigns::{
        live::follow,
        words::{parts, path_of, people},
    },
};

#[server(prefix = "/_fn", endpoint = "sending-now")]
pub async fn get_sending() -> Answer<Vec<Going>> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::home::sending(&crate::request::engine()?, &mut tx).await?)
}

/// The section. `again` is called when a campaign has begun or ended, for the rest of the page.
#[component]
pub fn SendingNow(first: Vec<Going>, again: Callback<()>) -> impl IntoView {
    let sending = RwSignal::new(first);
    follow(sending, |sending| !sending.is_empty(), get_sending);
    let ids = Memo::new(move |_| sending.with(|sending| sending.iter().map(|one| one.campaign.id).collect::<Vec<_>>()));
    Effect::new(move |before: Option<Vec<CampaignId>>| {
        let ids = ids.get();
        if before.is_some_and(|before| before != ids) {
            again.run(());
        }
        ids
    });
    let columns = vec![
        Column::new("Campaign"),
        Column::new("Progress"),
        Column::number("Sent / audience"),
        Column::number("Rate"),
        Column::number("Time left"),
    ];
    view! {
        <Section title="Sending now" id="sending" aside=live>
            <Panel flush=true>
                <Table caption="Campaigns that are being sent" columns>
                    <For each=move || ids.get() key=|id| *id children=move |id| row(id, sending)/>
                </Table>
            </Panel>
        </Section>
    }
}

fn live() -> AnyView {
    view! { <span class="row small dim"><span class="live" aria-hidden="true"></span>"Live"</span> }.into_any()
}

fn row(id: CampaignId, sending: RwSignal<Vec<Going>>) -> AnyView {
    let find = move || sending.with(|sending| sending.iter().find(|one| one.campaign.id == id).cloned());
    let known = untrack(find);
    let (name, code) = known.map(|one| (one.campaign.name, one.campaign.code)).unwrap_or_default();
    let figures = Memo::new(move |_| find().map(|one| one.campaign.figures).unwrap_or_default());
    let tally = move || {
        let figures = figures.get();
        format!("{} / {}", count(people(figures.sent)), count(people(figures.audience)))
    };
    let pace = move || find().and_then(|one| one.per_second).map_or(NONE.to_owned(), rate);
    let left = move || find().and_then(|one| one.seconds_left).map_or(NONE.to_owned(), duration);
    view! {
        <tr>
            <td class="wide"><a class="name" href=path_of(id)>{name}</a><small>{code}</small></td>
            <td class="wide"><FiveBar parts=Signal::derive(move || parts(&figures.get()))/></td>
            <td class="r" data-label="Sent / audience">{tally}</td>
            <td class="r" data-label="Rate">{pace}</td>
            <td class="r" data-label="Time left">{left}</td>
        </tr>
    }
    .into_any()
}
