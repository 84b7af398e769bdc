//! How a campaign is shown wherever it appears: its badge, its bar, how far it is, since when.

use domain::{
    campaign::{Campaign, CampaignStatus, CampaignType},
    id::CampaignId,
    message::Part,
    progress::Progress,
    stats::Figures,
};
use leptos::prelude::*;

use crate::{
    components::{
        Badge, CampaignBadge, FiveBar, Glyph, Parts, Tone,
        format::{about, count, plural},
    },
    when::{clock, without_zone},
};

/// The page of a campaign.
pub(crate) fn path_of(id: CampaignId) -> String {
    format!("/campaigns/{id}")
}

/// A number of people.
pub(crate) fn people(number: i64) -> u64 {
    number.try_into().unwrap_or_default()
}

/// Where everyone is, for bars.
pub(crate) fn parts(figures: &Figures) -> Parts {
    Parts {
        sent: people(figures.sent),
        waiting: people(figures.waiting),
        skipped: people(figures.skipped),
        failed: people(figures.failed),
        in_doubt: people(figures.in_doubt),
        cancelled: people(figures.cancelled),
    }
}

/// The status as a badge, in the words of SPEC 5.2.
pub(crate) fn badge(campaign: &Campaign) -> AnyView {
    let figures = &campaign.figures;
    let status = match campaign.status {
        CampaignStatus::Completed if figures.waiting > 0 => {
            let text = campaign.status_shown();
            return view! { <Badge tone=Tone::Accent glyph=Glyph::Plane text/> }.into_any();
        }
        CampaignStatus::Completed if figures.in_doubt > 0 => {
            let text = campaign.status_shown();
            return view! { <Badge tone=Tone::Warning glyph=Glyph::Question text/> }.into_any();
        }
        CampaignStatus::Completed => "finished",
        CampaignStatus::PendingApproval => "in_review",
        CampaignStatus::Running => "sending",
        CampaignStatus::Cancelled => "stopped",
        other => other.word(),
    };
    view! { <CampaignBadge status not_sent=people(figures.not_sent())/> }.into_any()
}

/// Sent of how many, with the bar; of a draft that nothing is sent.
pub(crate) fn progress(campaign: &Campaign) -> AnyView {
    if campaign.run_id.is_none() {
        return view! { <span class="dim">"Not started"</span> }.into_any();
    }
    let (sent, audience) = (people(campaign.figures.sent), people(campaign.figures.audience));
    if audience == 0 {
        return view! { <span class="dim">"Nothing sent"</span> }.into_any();
    }
    view! {
        <div class="stack stack--xs">
            <span class="num">{count(sent)} " / " {count(audience)}</span>
            <FiveBar parts=parts(&campaign.figures)/>
        </div>
    }
    .into_any()
}

/// What a provider said, with its code before it, once: servers often repeat the code in their text.
pub(crate) fn answer(code: &str, text: &str) -> String {
    let text = text.trim();
    let last = code.rsplit(' ').next().unwrap_or_default();
    let rest = text.strip_prefix(code).or_else(|| text.strip_prefix(last)).unwrap_or(text).trim();
    if code.is_empty() {
        return rest.to_owned();
    }
    if rest.is_empty() { code.to_owned() } else { format!("{code}: {rest}") }
}

/// How fast it goes: "74 messages a second", "6 messages a minute"; none while nothing moves.
pub(crate) fn speed(per_second: f64) -> Option<String> {
    let (number, unit) = if per_second >= 1.0 { (per_second, "second") } else { (per_second * 60.0, "minute") };
    let number = number.round() as u64;
    (number > 0).then(|| format!("{} a {unit}", plural(number, "message", "messages")))
}

/// How long the rest takes, and until when: "about 3 minutes left, done by 10:07 America/New_York".
pub(crate) fn time_left(progress: &Progress) -> Option<String> {
    let seconds = progress.seconds_left.filter(|_| progress.campaign.figures.waiting > 0)?;
    let zone = crate::session::time_zone();
    let end = progress.done_at.map(|at| match seconds {
        0..72_000 => clock(at, zone),
        _ => without_zone(at, zone),
    });
    let end = end.map(|end| format!(", done by {end} {}", zone.name())).unwrap_or_default();
    Some(format!("{} left{end}", about(seconds)))
}

/// What else there is to say of the parts of the balance.
pub(crate) fn notes(progress: &Progress) -> Vec<(&'static str, String)> {
    let again = progress.problems.iter().filter(|problem| problem.part == Part::Waiting);
    let (count_of, more) = again.fold((0, false), |(sum, more), p| (sum + p.count, more || p.at_least));
    let figures = &progress.campaign.figures;
    let mut notes = Vec::new();
    if count_of > 0 {
        let least = if more { "at least " } else { "" };
        notes.push((Part::Waiting.word(), format!("{least}{} to be tried again", count(people(count_of)))));
    }
    if figures.skipped > 0 {
        notes.push((Part::Skipped.word(), "Each with its reason".to_owned()));
    }
    if figures.in_doubt > 0 {
        notes.push((Part::InDoubt.word(), "Never sent twice".to_owned()));
    }
    notes
}

/// Since or until when, in the workspace's zone, which a note names.
pub(crate) fn moment(campaign: &Campaign) -> String {
    let zone = crate::session::time_zone();
    match (campaign.finished_at, campaign.started_at) {
        (Some(at), _) => without_zone(at, zone),
        (None, Some(at)) => format!("Since {}", without_zone(at, zone)),
        (None, None) if campaign.kind == CampaignType::Scheduled && campaign.starts_at.is_some() => {
            campaign.starts_at.map(|at| format!("For {}", without_zone(at, zone))).unwrap_or_default()
        }
        (None, None) => format!("Made {}", without_zone(campaign.created_at, zone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_said_once() {
        assert_eq!(answer("550 5.1.1", "5.1.1 No such user"), "550 5.1.1: No such user");
        assert_eq!(answer("550", "No such user"), "550: No such user");
        assert_eq!(answer("connection", ""), "connection");
        assert_eq!(answer("", "Greylisted"), "Greylisted");
    }

    #[test]
    fn a_slow_send_is_told_by_the_minute() {
        assert_eq!(speed(74.2).as_deref(), Some("74 messages a second"));
        assert_eq!(speed(1.0).as_deref(), Some("1 message a second"));
        assert_eq!(speed(0.1).as_deref(), Some("6 messages a minute"));
        assert_eq!(speed(0.0), None);
    }
}
