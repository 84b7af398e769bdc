//! What is going out at this moment, with live bars.

use domain::{campaign::Campaign, id::CampaignId};
use leptos::prelude::*;

use crate::{
    components::{Column, FiveBar, Panel, Section, Table, format::count},
    error::Answer,
    pages::campaigns::{
        live::follow,
        words::{parts, path_of, people},
    },
};

/// How many campaigns of each state Home shows.
#[cfg(feature = "ssr")]
pub(super) const SHOWN: u32 = 6;

#[server(prefix = "/_fn", endpoint = "sending-now")]
pub async fn get_sending() -> Answer<Vec<Campaign>> {
    let mut tx = crate::request::begin().await?;
    in_state(&mut tx, "running").await
}

/// The newest campaigns of one state.
#[cfg(feature = "ssr")]
pub(super) async fn in_state(tx: &mut engine::db::Tx, status: &str) -> Answer<Vec<Campaign>> {
    let query = domain::page::PageQuery { limit: Some(SHOWN), status: Some(status.to_owned()), ..Default::default() };
    Ok(engine::campaigns::list(tx, &query).await?.data)
}

/// The section. `again` is called when a campaign has begun or ended, for the rest of the page.
#[component]
pub fn SendingNow(first: Vec<Campaign>, again: Callback<()>) -> impl IntoView {
    let sending = RwSignal::new(first);
    follow(sending, |sending| !sending.is_empty(), get_sending);
    let ids =
        Memo::new(move |_| sending.with(|sending| sending.iter().map(|campaign| campaign.id).collect::<Vec<_>>()));
    Effect::new(move |before: Option<Vec<CampaignId>>| {
        let ids = ids.get();
        if before.is_some_and(|before| before != ids) {
            again.run(());
        }
        ids
    });
    let columns = vec![Column::new("Campaign"), Column::new("Progress"), Column::number("Sent / audience")];
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

fn row(id: CampaignId, sending: RwSignal<Vec<Campaign>>) -> AnyView {
    let find = move || sending.with(|sending| sending.iter().find(|campaign| campaign.id == id).cloned());
    let known = untrack(find);
    let (name, code) = known.map(|campaign| (campaign.name, campaign.code)).unwrap_or_default();
    let figures = Memo::new(move |_| find().map(|campaign| campaign.figures).unwrap_or_default());
    let tally = move || {
        let figures = figures.get();
        format!("{} / {}", count(people(figures.sent)), count(people(figures.audience)))
    };
    view! {
        <tr>
            <td class="wide"><a class="name" href=path_of(id)>{name}</a><small>{code}</small></td>
            <td class="wide"><FiveBar parts=Signal::derive(move || parts(&figures.get()))/></td>
            <td class="r" data-label="Sent / audience">{tally}</td>
        </tr>
    }
    .into_any()
}
