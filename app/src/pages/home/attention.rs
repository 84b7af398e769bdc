//! What waits for somebody: campaigns that are held, and messages nobody knows the end of.

use domain::{
    campaign::{Campaign, CampaignStatus},
    doubt::InDoubt,
};
use leptos::prelude::*;

use crate::{
    components::{
        Glyph, Item, Items, LinkButton, Section, Size, Tone,
        format::{count, plural},
    },
    pages::campaigns::{
        in_doubt,
        words::{path_of, people},
    },
};

/// The section; nothing where nothing waits.
pub(super) fn section(held: &[Campaign], doubts: &[InDoubt]) -> AnyView {
    let mut items: Vec<AnyView> = held.iter().map(on_hold).collect();
    items.extend(doubts.iter().map(doubted));
    if items.is_empty() {
        return ().into_any();
    }
    let tally = plural(items.len() as u64, "thing", "things");
    view! {
        <Section
            title="Needs attention"
            id="attention"
            aside=move || view! { <span class="small dim">{tally}</span> }
        >
            <Items>{items}</Items>
        </Section>
    }
    .into_any()
}

/// A campaign that does not go on until somebody does something.
fn on_hold(campaign: &Campaign) -> AnyView {
    let name = &campaign.name;
    let (glyph, tone, state) = match campaign.status {
        CampaignStatus::Failed => (Glyph::Failed, Tone::Danger, "has failed"),
        _ => (Glyph::Pause, Tone::Warning, "is paused"),
    };
    let title = match &campaign.status_reason {
        Some(reason) => format!("“{name}” {state}: {reason}"),
        None => format!("“{name}” {state}"),
    };
    let waiting = match campaign.run_id {
        Some(_) => plural(people(campaign.figures.waiting), "person is waiting", "people are waiting"),
        None => "Nobody has got it yet".to_owned(),
    };
    let href = path_of(campaign.id);
    let end = move || view! { <LinkButton href size=Size::Small>"Open"</LinkButton> };
    view! { <Item glyph tone title end>{format!("{waiting}; nobody is lost or sent to twice.")}</Item> }.into_any()
}

fn doubted(campaign: &InDoubt) -> AnyView {
    let number = people(campaign.count);
    let title = format!("{} in doubt in “{}”", plural(number, "message", "messages"), campaign.name);
    let href = in_doubt::path_of(campaign.campaign_id);
    let label = if number == 1 { "See it".to_owned() } else { format!("See the {}", count(number)) };
    let end = move || view! { <LinkButton href size=Size::Small>{label}</LinkButton> };
    view! {
        <Item glyph=Glyph::Question tone=Tone::Warning title end>
            "No answer came, so they may have arrived or not. Decide whether they count as sent or go out again."
        </Item>
    }
    .into_any()
}
