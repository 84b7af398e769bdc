//! What waits for somebody: campaigns that are held, and messages nobody knows the end of.

use domain::{
    campaign::{Campaign, CampaignStatus},
    message::Part,
};
use leptos::prelude::*;

use crate::{
    components::{
        Glyph, Item, Items, LinkButton, Section, Size, Tone,
        format::{count, plural},
    },
    pages::campaigns::words::{path_of, people},
};

/// The section; nothing where nothing waits.
pub(super) fn section(held: &[Campaign], sending: &[Campaign], last: &[Campaign]) -> AnyView {
    let mut items: Vec<AnyView> = held.iter().map(on_hold).collect();
    items.extend([held, sending, last].concat().iter().filter(|campaign| campaign.figures.in_doubt > 0).map(in_doubt));
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
    let waiting = plural(people(campaign.figures.waiting), "person is waiting", "people are waiting");
    let href = path_of(campaign.id);
    let end = move || view! { <LinkButton href size=Size::Small>"Open"</LinkButton> };
    view! { <Item glyph tone title end>{format!("{waiting}; nobody is lost or sent to twice.")}</Item> }.into_any()
}

fn in_doubt(campaign: &Campaign) -> AnyView {
    let number = people(campaign.figures.in_doubt);
    let title = format!("{} in doubt in “{}”", plural(number, "message", "messages"), campaign.name);
    let href = format!("{}/recipients?state={}", path_of(campaign.id), Part::InDoubt.word());
    let label = if number == 1 { "See it".to_owned() } else { format!("See the {}", count(number)) };
    let end = move || view! { <LinkButton href size=Size::Small>{label}</LinkButton> };
    view! {
        <Item glyph=Glyph::Question tone=Tone::Warning title end>
            "The provider did not answer, so they may have arrived or not. None is sent a second time by itself."
        </Item>
    }
    .into_any()
}
