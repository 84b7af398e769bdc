//! The steps of the builder, in their order.

use serde::{Deserialize, Serialize};

/// A step of the builder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Step {
    /// Name, code, what it is about and for.
    Goal,
    /// For whom.
    Audience,
    /// What it says, and in whose name.
    Content,
    /// When, how fast, and what it respects.
    Timing,
}

impl Step {
    /// Its word in addresses and forms.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Audience => "audience",
            Self::Content => "content",
            Self::Timing => "timing",
        }
    }

    /// The step of a word; the first where none is named.
    #[cfg(feature = "ssr")]
    pub(super) fn of(word: &str) -> Option<Self> {
        let known = [Self::Goal, Self::Audience, Self::Content, Self::Timing];
        if word.is_empty() { Some(Self::Goal) } else { known.into_iter().find(|step| step.word() == word) }
    }

    /// The part of a draft that it is about.
    #[cfg(feature = "ssr")]
    pub(super) fn part(self) -> engine::campaigns::Step {
        match self {
            Self::Goal => engine::campaigns::Step::Goal,
            Self::Audience => engine::campaigns::Step::Audience,
            Self::Content => engine::campaigns::Step::Content,
            Self::Timing => engine::campaigns::Step::Timing,
        }
    }

    /// What it is called.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Goal => "Goal and name",
            Self::Audience => "Audience",
            Self::Content => "Content",
            Self::Timing => "Timing",
        }
    }

    /// The one after it; after the last comes the review.
    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Goal => Some(Self::Audience),
            Self::Audience => Some(Self::Content),
            Self::Content => Some(Self::Timing),
            Self::Timing => None,
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_each_other_to_the_review() {
        let mut step = Step::of("").unwrap();
        let mut words = vec![step.word()];
        while let Some(next) = step.next() {
            words.push(next.word());
            step = next;
        }
        assert_eq!(words, ["goal", "audience", "content", "timing"]);
        assert!(words.iter().all(|word| Step::of(word).is_some()) && Step::of("review").is_none());
    }
}
