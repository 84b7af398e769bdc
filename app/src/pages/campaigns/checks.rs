//! The checklist of a draft: what is ready, what is missing, each with the link to where it is mended.

use domain::{
    access::Verb,
    campaign::{Blocker, CampaignDetail, CampaignType, Estimate},
};
use leptos::prelude::*;

use super::{
    builder::outline::{UNSAVED, is_of_content},
    facts,
    page::{Review, Shown},
    words,
};
use crate::{
    components::{Glyph, Item, LinkButton, Size, Tone, format::plural},
    session::may,
};

/// How a line of the checklist stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Look,
    Missing,
}

/// A line of the checklist.
pub(super) struct Check {
    state: State,
    title: String,
    text: String,
    /// What it is called where the start says what is missing.
    stop: &'static str,
    /// Where it is mended: a part of the form, or a page; none for what needs no mending.
    mend: Option<(&'static str, &'static str)>,
}

impl Check {
    /// All of a draft.
    pub(super) fn all(detail: &CampaignDetail, review: &Review, preview: Option<&Result<Shown, String>>) -> Vec<Self> {
        let missing = |code: &str| review.blockers.iter().find(|blocker| blocker.code == code);
        let footer = Self {
            state: State::Ready,
            title: "Unsubscribe link and postal address".into(),
            text: "Added to every message by itself, with one-click unsubscribe for mail programs.".into(),
            stop: "",
            mend: None,
        };
        let mut checks = vec![
            Self::audience(detail, missing("no_audience"), &review.reach),
            Self::content(detail, review, preview),
            Self::sender(detail, missing("no_sender")),
            Self::timing(detail, review, &review.reach),
            footer,
        ];
        checks.extend(Self::guards(detail));
        checks.extend(review.blockers.iter().filter_map(Self::unsaved));
        checks.push(Self::cost(&review.reach));
        checks
    }

    fn audience(detail: &CampaignDetail, missing: Option<&Blocker>, reach: &Estimate) -> Self {
        let part = ("Choose lists", "/audience");
        if let Some(blocker) = missing {
            return Self::missing("Audience", blocker, "lists to send to", part);
        }
        let lists = facts::lists(detail).unwrap_or_default();
        if reach.reachable == 0 {
            let why = if reach.unsuppressed > 0 {
                "Everybody on it who may be written to has had too much lately, or lacks a value that the text needs"
            } else {
                "Nobody on it has an address and consent in force"
            };
            let text = format!("{lists}. {why}: the steps below say more.");
            let (title, stop) = ("Audience: nobody can be reached".into(), "somebody to reach");
            // Until its moment somebody may be there.
            let by_itself = detail.campaign.kind == CampaignType::Scheduled;
            let state = if by_itself { State::Look } else { State::Missing };
            return Self { state, title, text, stop, mend: Some(("Change lists", "/audience")) };
        }
        let people = plural(words::people(reach.reachable), "person", "people");
        let text = format!("{people}, each with consent in force. {lists}.");
        Self {
            state: State::Ready,
            title: "Audience and consent".into(),
            text,
            stop: "",
            mend: Some(("Change", "/audience")),
        }
    }

    fn content(detail: &CampaignDetail, review: &Review, preview: Option<&Result<Shown, String>>) -> Self {
        match review.blockers.iter().find(|blocker| is_of_content(&blocker.code)) {
            Some(blocker) if blocker.code == "no_content" => {
                return Self::missing("Content", blocker, "something to say", ("Write", "/content"));
            }
            Some(blocker) => {
                return Self::missing("Content", blocker, "words that can be sent", ("Put right", "/content"));
            }
            None => {}
        }
        let source = facts::source(&detail.content);
        let (state, text) = match preview {
            Some(Err(why)) => (State::Look, format!("{why} {source}.")),
            _ => (State::Ready, format!("Subject: {}. {source}.", detail.content.email.subject)),
        };
        Self { state, title: "Content".into(), text, stop: "", mend: Some(("Change", "/content")) }
    }

    fn sender(detail: &CampaignDetail, missing: Option<&Blocker>) -> Self {
        if let Some(blocker) = missing {
            return Self::missing("Sender", blocker, "a sender", ("Choose sender", "/content#sender"));
        }
        let text = detail.sender.clone().unwrap_or_default();
        Self { state: State::Ready, title: "Sender".into(), text, stop: "", mend: Some(("Change", "/content#sender")) }
    }

    fn timing(detail: &CampaignDetail, review: &Review, reach: &Estimate) -> Self {
        let wrong = [("no_moment", "a moment"), ("moment_past", "a later moment"), ("past", "a later end")];
        for (code, stop) in wrong {
            if let Some(blocker) = review.blockers.iter().find(|blocker| blocker.code == code) {
                return Self::missing("Timing", blocker, stop, ("Change", "/timing"));
            }
        }
        let text = facts::timing(&detail.campaign, reach.reachable);
        Self { state: State::Ready, title: "Timing".into(), text, stop: "", mend: Some(("Change", "/timing")) }
    }

    /// What was typed into a step and could not be saved: it would not be sent.
    fn unsaved(blocker: &Blocker) -> Option<Self> {
        let (title, stop, part) = match blocker.code.strip_prefix(UNSAVED)? {
            "goal" => ("Goal and name: not saved", "its goal and name saved", "/goal"),
            "audience" => ("Audience: not saved", "its audience saved", "/audience"),
            "content" => ("Content: not saved", "its content saved", "/content"),
            _ => ("Timing: not saved", "its timing saved", "/timing"),
        };
        Some(Self::missing(title, blocker, stop, ("Look at it", part)))
    }

    /// What an admin has turned off for it.
    fn guards(detail: &CampaignDetail) -> Option<Self> {
        let text = facts::exempt(&detail.campaign)?;
        let title = "Not everything is respected".into();
        Some(Self { state: State::Look, title, text, stop: "", mend: Some(("Change", "/timing#guards")) })
    }

    /// What it costs, and whether the month's budget suffices where there is one.
    fn cost(reach: &Estimate) -> Self {
        let cost = reach.cost;
        let (state, text) = match reach.budget_left {
            None => (State::Ready, format!("About {cost}. No month’s budget is set.")),
            Some(left) if cost <= left => {
                (State::Ready, format!("About {cost}, of {left} that the month’s budget has left."))
            }
            Some(left) => {
                let text = "the campaign pauses by itself before it is exceeded, and an admin can raise it.";
                (State::Look, format!("About {cost}, and the month’s budget has only {left} left: {text}"))
            }
        };
        Self { state, title: "Cost".into(), text, stop: "", mend: None }
    }

    fn missing(title: &str, blocker: &Blocker, stop: &'static str, mend: (&'static str, &'static str)) -> Self {
        Self { state: State::Missing, title: title.into(), text: blocker.message.clone(), stop, mend: Some(mend) }
    }

    /// "5 of 6 ready".
    pub(super) fn tally(checks: &[Self]) -> String {
        let ready = checks.iter().filter(|check| check.state == State::Ready).count();
        format!("{ready} of {} ready", checks.len())
    }

    /// What is missing.
    pub(super) fn stops(checks: &[Self]) -> Vec<&'static str> {
        checks.iter().filter(|check| check.state == State::Missing).map(|check| check.stop).collect()
    }

    /// Its row; `edit` is the address of the builder.
    pub(super) fn item(self, edit: &str) -> AnyView {
        let Self { state, title, text, mend, .. } = self;
        let (glyph, tone) = match state {
            State::Ready => (Glyph::Done, Tone::Success),
            State::Look => (Glyph::Warning, Tone::Warning),
            State::Missing => (Glyph::Todo, Tone::Danger),
        };
        let edit = edit.to_owned();
        let end = move || {
            let mend = mend.filter(|_| may(Verb::EditCampaigns));
            mend.map(|(label, part)| match state {
                State::Ready => view! { <a class="end" href=format!("{edit}{part}")>{label}</a> }.into_any(),
                _ => {
                    view! { <LinkButton href=format!("{edit}{part}") size=Size::Small>{label}</LinkButton> }.into_any()
                }
            })
        };
        view! { <Item glyph tone title end>{text}</Item> }.into_any()
    }
}
