//! The rail: the steps of a draft, each empty, to be looked at, or done, open in any order.

use domain::campaign::{Blocker, Campaign, CampaignType};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{step::Step, typed::zone_of};
use crate::{
    components::{Glyph, Icon, format::plural},
    pages::campaigns::words::path_of,
    when,
};

/// What the rail says of a draft.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outline {
    pub(crate) campaign: Campaign,
    /// Names of the included lists.
    pub(crate) lists: Vec<String>,
    pub(crate) subject: String,
    pub(crate) has_sender: bool,
    pub(crate) blockers: Vec<Blocker>,
}

/// How the words begin of what was typed into a step and could not be saved; the step's follows.
pub(crate) const UNSAVED: &str = "unsaved_";

/// Whether what is missing is about what it says: the words of a text that cannot be sent are many.
pub(crate) fn is_of_content(code: &str) -> bool {
    !["no_audience", "no_sender", "past", "no_moment", "moment_past"].contains(&code) && !code.starts_with(UNSAVED)
}

/// How a step stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Empty,
    Look,
    Done,
}

struct Entry {
    href: String,
    title: &'static str,
    text: String,
    state: State,
}

impl Outline {
    /// Of a draft with what is missing.
    pub(crate) fn of(detail: domain::campaign::CampaignDetail, blockers: Vec<Blocker>) -> Self {
        let (lists, _) = detail.list_names;
        let (subject, has_sender) = (detail.content.email.subject, detail.sender.is_some());
        Self { campaign: detail.campaign, lists, subject, has_sender, blockers }
    }

    fn entries(&self) -> Vec<Entry> {
        let page = path_of(self.campaign.id);
        let step = |step: Step, stands: (State, String)| {
            let (state, text) = self.unsaved(step).unwrap_or(stands);
            Entry { href: format!("{page}/edit/{}", step.word()), title: step.title(), text, state }
        };
        vec![
            step(Step::Goal, self.goal()),
            step(Step::Audience, self.audience()),
            step(Step::Content, self.content()),
            step(Step::Timing, self.timing()),
            Entry { href: page.clone(), title: "Review", text: self.review().1, state: self.review().0 },
        ]
    }

    /// What was typed there and could not be saved counts more than what is saved.
    fn unsaved(&self, step: Step) -> Option<(State, String)> {
        let is_its = |blocker: &Blocker| blocker.code.strip_prefix(UNSAVED) == Some(step.word());
        self.blockers.iter().any(is_its).then(|| (State::Look, "Typed, but not saved".into()))
    }

    fn goal(&self) -> (State, String) {
        let goal = &self.campaign.goal;
        (State::Done, if goal.is_empty() { self.campaign.code.clone() } else { goal.clone() })
    }

    fn audience(&self) -> (State, String) {
        match self.lists.is_empty() {
            true => (State::Empty, "Nobody chosen yet".into()),
            false => (State::Done, self.lists.join(", ")),
        }
    }

    fn content(&self) -> (State, String) {
        let wrong = self.blockers.iter().find(|blocker| is_of_content(&blocker.code));
        match (wrong, self.has_sender) {
            (Some(wrong), _) if wrong.code == "no_content" => (State::Empty, "Nothing written yet".into()),
            (Some(_), _) => (State::Look, "Something to put right".into()),
            (None, false) => (State::Look, "No sender yet".into()),
            (None, true) => (State::Done, self.subject.clone()),
        }
    }

    fn timing(&self) -> (State, String) {
        let is_wrong = |code: &str| self.blockers.iter().any(|blocker| blocker.code == code);
        if is_wrong("no_moment") {
            return (State::Empty, "No moment chosen yet".into());
        }
        if is_wrong("moment_past") || is_wrong("past") {
            return (State::Look, "The moment is past".into());
        }
        match (self.campaign.kind, self.campaign.starts_at) {
            (CampaignType::Scheduled, Some(at)) => (State::Done, when::in_full(at, zone_of(&self.campaign))),
            _ => (State::Done, "Now, by its button".into()),
        }
    }

    fn review(&self) -> (State, String) {
        match self.blockers.len() as u64 {
            0 => (State::Done, "Ready".into()),
            some => (State::Look, format!("{} missing", plural(some, "thing is", "things are"))),
        }
    }
}

/// The rail. `current` is the address of this page; `sign` says how far it is saved.
pub(crate) fn rail(outline: &Outline, current: &str) -> AnyView {
    let entries = outline.entries().into_iter().map(|entry| {
        let (class, glyph, said) = match entry.state {
            State::Done => ("is-done", Glyph::Done, ", done"),
            State::Look => ("is-warn", Glyph::Warning, ", to be looked at"),
            State::Empty => ("is-empty", Glyph::Todo, ", empty"),
        };
        let here = (entry.href == current).then_some("step");
        view! {
            <li>
                <a class=class href=entry.href aria-current=here>
                    <Icon glyph/>
                    <b>{entry.title}</b>
                    <small class="clip">{entry.text}</small>
                    <span class="sr">{said}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="rail" aria-label="Steps">
            <ol>{entries.collect_view()}</ol>
        </nav>
    }
    .into_any()
}
