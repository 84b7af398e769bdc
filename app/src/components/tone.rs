//! What a colour means. It never speaks alone: every user of a tone shows an icon and a word beside it.

use super::icon::Glyph;

/// The meaning of a badge, notice, meter or toast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say: draft, waiting.
    #[default]
    Neutral,
    /// Chosen, or at work: sending.
    Accent,
    /// Worth knowing: scheduled.
    Info,
    /// Done well.
    Success,
    /// Look at it.
    Warning,
    /// Wrong; something is lost or forbidden.
    Danger,
    /// The teal of owners' `messaging` campaigns; for nothing else.
    Messaging,
}

impl Tone {
    /// The word in class names: `badge--success`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Accent => "accent",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
            Self::Messaging => "messaging",
        }
    }

    /// The icon when none is chosen.
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Neutral | Self::Accent | Self::Info => Glyph::Info,
            Self::Success => Glyph::Done,
            Self::Warning => Glyph::Warning,
            Self::Danger => Glyph::Failed,
            Self::Messaging => Glyph::Envelope,
        }
    }

    /// The utility class that colours a lone icon or word.
    pub const fn tint(self) -> &'static str {
        match self {
            Self::Neutral | Self::Accent => "",
            Self::Messaging => "teal",
            tone => tone.word(),
        }
    }
}
