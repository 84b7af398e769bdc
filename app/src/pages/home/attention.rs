//! What needs somebody: what is wrong, what it means, and the button that leads to where it is mended.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignStatus},
    dns::DomainState,
    doubt::InDoubt,
    home::{Concern, Rate, RateConcern},
};
use leptos::prelude::*;

use crate::{
    components::{
        Glyph, Item, Items, LinkButton, Section, Size, Tone,
        format::{count, fine_share, plural},
    },
    pages::campaigns::{
        in_doubt,
        words::{path_of, people},
    },
    session::{may, time_zone},
    when,
};

/// One line: a picture, what is wrong, what it means, the button's words and where it leads.
struct Line {
    glyph: Glyph,
    tone: Tone,
    title: String,
    text: String,
    button: Option<(String, String)>,
}

/// The section; nothing where all is well.
pub(super) fn section(concerns: Vec<Concern>) -> AnyView {
    if concerns.is_empty() {
        return ().into_any();
    }
    let tally = plural(concerns.len() as u64, "thing", "things");
    view! {
        <Section
            title="Needs attention"
            id="attention"
            aside=move || view! { <span class="small dim">{tally}</span> }
        >
            <Items>{concerns.iter().map(line).map(item).collect_view()}</Items>
        </Section>
    }
    .into_any()
}

fn item(line: Line) -> AnyView {
    let Line { glyph, tone, title, text, button } = line;
    let end = move || button.map(|(words, href)| view! { <LinkButton href size=Size::Small>{words}</LinkButton> });
    view! { <Item glyph tone title end>{text}</Item> }.into_any()
}

fn line(concern: &Concern) -> Line {
    match concern {
        Concern::Held { campaign } => held(campaign),
        Concern::NotStarted { campaign } => Line {
            glyph: Glyph::Clock,
            tone: Tone::Danger,
            title: format!("“{}” did not start at its time", campaign.name),
            text: campaign.status_reason.clone().unwrap_or_default(),
            button: to("Mend it", path_of(campaign.id)),
        },
        Concern::InDoubt { campaign } => doubted(campaign),
        Concern::Rate(rate) => judged(rate),
        Concern::ReportsEnded { provider_id, name, ended_at } => Line {
            glyph: Glyph::Warning,
            tone: Tone::Danger,
            title: format!("{name} does not report any more"),
            text: format!(
                "Its subscription ended {}. Deliveries, bounces and complaints are not known since.",
                when::in_full(*ended_at, time_zone())
            ),
            button: mended("Subscribe again", format!("/settings/providers/{provider_id}/webhook")),
        },
        Concern::ReportsRefused { provider_id, name, count: number, last_at } => Line {
            glyph: Glyph::Shield,
            tone: Tone::Warning,
            title: format!("{} of {name} turned away", plural(people(*number), "report", "reports")),
            text: format!(
                "In the last 7 days, the last one {}. They did not prove to be from the provider.",
                when::in_full(*last_at, time_zone())
            ),
            button: mended("See why", format!("/settings/providers/{provider_id}/webhook")),
        },
        Concern::Sender { sender_id, email, standing, campaigns } => Line {
            glyph: Glyph::Shield,
            tone: if *campaigns > 0 { Tone::Danger } else { Tone::Warning },
            title: format!("The domain of {email} {}", domain_of(*standing)),
            text: waiting_for(*campaigns),
            button: to("Show the lines", format!("/settings/senders/{sender_id}")),
        },
        Concern::Import { import_id, file, fault, left } => Line {
            glyph: Glyph::Upload,
            tone: if fault.is_some() { Tone::Danger } else { Tone::Warning },
            title: format!("The import of {file} {}", if fault.is_some() { "has failed" } else { "was stopped" }),
            text: match fault {
                Some(fault) => fault.clone(),
                None => format!("{} are left. It can go on, or be undone.", plural(people(*left), "row", "rows")),
            },
            button: to("Open", format!("/imports/{import_id}")),
        },
    }
}

fn to(words: &str, href: String) -> Option<(String, String)> {
    Some((words.to_owned(), href))
}

/// A button for those who may change providers.
fn mended(words: &str, href: String) -> Option<(String, String)> {
    to(words, href).filter(|_| may(Verb::EditProviders))
}

/// A campaign that does not go on until somebody does something.
fn held(campaign: &Campaign) -> Line {
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
    let text = format!("{waiting}; nobody is lost or sent to twice.");
    Line { glyph, tone, title, text, button: to("Open", path_of(campaign.id)) }
}

fn doubted(campaign: &InDoubt) -> Line {
    let number = people(campaign.count);
    let text = "No answer came, so they may have arrived or not. Decide whether they count as sent or go out again.";
    let words = if number == 1 { "See it".to_owned() } else { format!("See the {}", count(number)) };
    Line {
        glyph: Glyph::Question,
        tone: Tone::Warning,
        title: format!("{} in doubt in “{}”", plural(number, "message", "messages"), campaign.name),
        text: text.to_owned(),
        button: Some((words, in_doubt::path_of(campaign.campaign_id))),
    }
}

fn judged(concern: &RateConcern) -> Line {
    let (share, limit) = (fine_share(concern.share()), fine_share(concern.rate.limit()));
    let (what, of) = match concern.rate {
        Rate::Complaints => ("Complaints", "delivered"),
        Rate::Bounces => ("Bounces", "sent"),
    };
    let (tone, stands) = match concern.is_over() {
        true => (Tone::Danger, "over"),
        false => (Tone::Warning, "near"),
    };
    let numbers = [concern.count, concern.of, concern.from_it].map(|number| count(people(number)));
    let [number, all, from_it] = numbers;
    Line {
        glyph: Glyph::Flag,
        tone,
        title: format!("{what} at {share}, {stands} the limit of {limit}"),
        text: format!("Last 7 days: {number} of {all} {of}. {from_it} came from “{}”.", concern.name),
        button: to("Open report", format!("{}/report", path_of(concern.campaign_id))),
    }
}

fn domain_of(standing: DomainState) -> &'static str {
    match standing {
        DomainState::Freemail => "belongs to a provider of free mailboxes",
        DomainState::Unchecked => "was never checked",
        _ => "is not set up for mail",
    }
}

fn waiting_for(campaigns: i64) -> String {
    let waits = match people(campaigns) {
        0 => "No campaign is scheduled with it.".to_owned(),
        1 => "A scheduled campaign uses it.".to_owned(),
        several => format!("{} scheduled campaigns use it.", count(several)),
    };
    format!("Mail of it may be refused or land in spam. {waits}")
}

#[cfg(test)]
mod tests {
    use domain::id::CampaignId;

    use super::*;

    #[test]
    fn a_rate_says_of_how_many_and_where_from() {
        let id = CampaignId(Default::default());
        let concern = RateConcern {
            rate: Rate::Complaints,
            count: 34,
            of: 42_310,
            campaign_id: id,
            name: "Flash sale".into(),
            from_it: 21,
        };
        let line = judged(&concern);
        assert_eq!(line.title, "Complaints at 0.08 %, near the limit of 0.10 %");
        assert_eq!(line.text, "Last 7 days: 34 of 42,310 delivered. 21 came from “Flash sale”.");
        assert_eq!(line.button.unwrap().1, format!("/campaigns/{id}/report"));
    }
}
