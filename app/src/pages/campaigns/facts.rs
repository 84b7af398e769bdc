//! What a campaign is made of, as words: its lists, its content, and what recipients see.

use domain::campaign::{Campaign, CampaignContent, CampaignDetail, CampaignType};
use leptos::prelude::*;

use super::{builder::typed::zone_of, page::Shown};
use crate::components::{MailPreview, Notice, Section, Tone, format::plural};

/// "Newsletter, VIP; without Staff"; none when no list is chosen.
pub(super) fn lists(detail: &CampaignDetail) -> Option<String> {
    let (include, exclude) = &detail.list_names;
    let without = if exclude.is_empty() { String::new() } else { format!("; without {}", exclude.join(", ")) };
    (!include.is_empty()).then(|| format!("{}{without}", include.join(", ")))
}

/// "Template “Autumn”, version 3", or that it was written for this campaign.
pub(super) fn source(content: &CampaignContent) -> String {
    match (&content.template_name, content.template_version) {
        (Some(name), Some(version)) => format!("Template “{name}”, version {version}"),
        _ => "Written for this campaign".into(),
    }
}

/// When it goes, how fast, until when, and how long that takes for so many people.
pub(super) fn timing(campaign: &Campaign, people: i64) -> String {
    let rate = i64::from(rate(campaign));
    // The first burst, ten seconds' worth, goes at once.
    let long = match (people - 10 * rate).max(0) / rate / 60 {
        0 => String::new(),
        many => format!(" That takes at least {}.", plural(many.unsigned_abs(), "minute", "minutes")),
    };
    let begins = match (campaign.kind, campaign.starts_at) {
        (CampaignType::Scheduled, Some(at)) => {
            let late = match campaign.late_minutes {
                0 => "never late".to_owned(),
                minutes => format!("up to {} late", plural(minutes.unsigned_abs().into(), "minute", "minutes")),
            };
            format!("By itself on {}, {late}", crate::when::in_full(at, zone_of(campaign)))
        }
        (CampaignType::Scheduled, None) => "By itself, at a moment that is not chosen yet".to_owned(),
        (CampaignType::Bulk, _) => "As soon as it is started".to_owned(),
    };
    format!("{begins}, {}.{long}", limits(campaign))
}

/// "up to 100 messages a second, not after Fri 20 Nov 2026, 08:00 America/New_York".
pub(super) fn limits(campaign: &Campaign) -> String {
    let end = campaign.not_after.map(|end| format!(", not after {}", crate::when::in_full(end, zone_of(campaign))));
    let rate = plural(u64::from(rate(campaign)), "message", "messages");
    format!("up to {rate} a second{}", end.unwrap_or_default())
}

/// What an admin has exempted it from, in words; none where it respects everything.
pub(super) fn exempt(campaign: &Campaign) -> Option<String> {
    let words = |name: &&str| match *name {
        "quiet_hours" => "quiet hours",
        "do_not_contact" => "people marked do not contact",
        _ => "frequency caps",
    };
    let off: Vec<_> = campaign.switches.off().iter().map(words).collect();
    (!off.is_empty()).then(|| format!("Does not respect {}: an admin turned that off.", off.join(", ")))
}

fn rate(campaign: &Campaign) -> u32 {
    let set = campaign.rate_per_second.and_then(|rate| u32::try_from(rate).ok());
    set.unwrap_or(domain::rate::CAMPAIGN_RATE).max(1)
}

/// What recipients see, as a made-up person.
pub(super) fn preview(sender: Option<&str>, preview: Option<Result<Shown, String>>) -> AnyView {
    let shown = match preview {
        None => return ().into_any(),
        Some(Ok(Shown { subject, src })) => {
            let (from_name, from_address) = split(sender.unwrap_or("No sender yet"));
            view! { <MailPreview from_name from_address subject src/> }.into_any()
        }
        Some(Err(why)) => {
            view! { <Notice tone=Tone::Warning title="This cannot be shown for a made-up person">{why}</Notice> }
                .into_any()
        }
    };
    view! {
        <Section
            title="What they get"
            id="preview"
            aside=|| view! { <span class="small dim">"As Nora Whitfield, a made-up person"</span> }
        >
            {shown}
        </Section>
    }
    .into_any()
}

/// `Name <address>` into its parts; an address alone stands for both.
fn split(sender: &str) -> (String, String) {
    match sender.strip_suffix('>').and_then(|sender| sender.rsplit_once(" <")) {
        Some((name, address)) => (name.to_owned(), address.to_owned()),
        None => (sender.to_owned(), sender.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_name_and_an_address() {
        assert_eq!(split("Maple Row <news@maple.example>"), ("Maple Row".into(), "news@maple.example".into()));
        assert_eq!(split("news@maple.example").0, "news@maple.example");
    }
}
