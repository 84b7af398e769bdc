//! Templates (SPEC 4): what is said, with places for what differs from person to person. Every save makes a version;
//! campaigns pin one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    id::TemplateId,
    text,
    words::words,
};

mod new;
mod version;

pub use new::{NewTemplate, ParsedFilter, ParsedTemplate, TemplateChange, TemplateFilter, TemplateText};
pub use version::{NewTrial, Starter, TemplateVersion, Trial};

/// The most that the HTML part may hold, in bytes (Gmail cuts off at 102 kB; this leaves room for what is rewritten).
pub const HTML_MAX: usize = 512 * 1024;

/// From this size on (in bytes) Gmail is likely to cut the message off; its limit is 102 kB with what is rewritten.
pub const CLIPPED_FROM: usize = 100_000;

words! {
    /// What a template is for; sorts them.
    Category {
        /// Advertising and news.
        Marketing = "marketing",
        /// What a person needs to know about their own dealings: receipts, bookings.
        Transactional = "transactional",
        /// Short notices.
        Notification = "notification",
    }
}

words! {
    /// How the body of a template is written.
    BodyFormat {
        /// As HTML.
        Html = "html",
        /// As MJML, from which HTML is made.
        Mjml = "mjml",
        /// As blocks, put together in the block editor, from which HTML is made.
        Blocks = "blocks",
    }
}

impl Category {
    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Marketing => "Marketing",
            Self::Transactional => "Transactional",
            Self::Notification => "Notification",
        }
    }
}

impl BodyFormat {
    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Mjml => "MJML",
            Self::Blocks => "Blocks",
        }
    }

    /// The format of a source that nobody said it of.
    pub fn of(source: &str) -> Self {
        if is_mjml(source) { Self::Mjml } else { Self::Html }
    }
}

/// Whether a source is MJML: it says so in its first tag.
pub fn is_mjml(source: &str) -> bool {
    let tag = source.trim_start().as_bytes();
    tag.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"<mjml"))
        && !tag.get(5).is_some_and(u8::is_ascii_alphanumeric)
}

/// A template as shown in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name, unique in the workspace.
    pub name: String,
    /// Its name in addresses and programs, unique in the workspace.
    pub slug: String,
    /// For colleagues: when to use it.
    pub description: String,
    /// For which channel.
    pub channel: Channel,
    /// What it is for.
    pub category: Category,
    /// How its body is written.
    pub format: BodyFormat,
    /// Whether campaigns can choose it; archived ones cannot be chosen.
    pub active: bool,
    /// How many campaigns were started with it.
    pub used: i64,
    /// Newest version.
    pub version: i32,
    /// Subject of the newest version.
    pub subject: String,
    /// Made then.
    pub created_at: DateTime<Utc>,
    /// Last saved.
    pub updated_at: DateTime<Utc>,
}

/// A template with its newest text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplateDetail {
    /// The template.
    #[serde(flatten)]
    pub template: Template,
    /// What mail programs show beside the subject.
    pub preheader: String,
    /// The body as it was written: HTML or MJML.
    pub html: String,
    /// Plain-text part as typed; empty: made from the HTML.
    pub text: String,
    /// The blocks, of a body that is made of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blocks: Option<serde_json::Value>,
    /// Variables found in the text.
    pub variables: Vec<String>,
}

/// What a message says, before it is personalised.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct EmailContent {
    /// Subject.
    pub subject: String,
    /// HTML part.
    pub html: String,
    /// Plain-text part; empty: made from the HTML.
    pub text: String,
}

impl TemplateDetail {
    /// What it says.
    pub fn content(&self) -> TemplateText {
        TemplateText {
            subject: self.template.subject.clone(),
            preheader: self.preheader.clone(),
            format: self.template.format,
            html: self.html.clone(),
            text: self.text.clone(),
            blocks: self.blocks.clone(),
        }
    }
}

impl EmailContent {
    /// Checks lengths; error fields are prefixed (`content.email.subject`). Whether the text can be rendered is for the
    /// renderer to say.
    pub fn parse(&self, prefix: &str, errors: &mut FieldErrors) -> Option<Self> {
        let subject = errors.take(&format!("{prefix}subject"), text::required_line(&self.subject, 400));
        let html = errors.take(&format!("{prefix}html"), parse_body(&self.html));
        let plain = errors.take(&format!("{prefix}text"), text::optional(&self.text, HTML_MAX));
        Some(Self { subject: subject?, html: html?, text: plain? })
    }
}

pub(crate) fn parse_body(html: &str) -> Result<String, Refused> {
    if html.len() > HTML_MAX {
        return Err(Refused::new("too_long", "At most 512 kB."));
    }
    text::required(html, HTML_MAX)
}

/// What a person would get, for looking at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Preview {
    /// Subject.
    pub subject: String,
    /// HTML part.
    pub html: String,
    /// Plain-text part.
    pub text: String,
    /// What could go better, in sentences: its size, custom fields that nobody knows.
    #[serde(default)]
    pub warnings: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_needs_name_channel_subject_and_body() {
        let fields: Vec<_> = NewTemplate::default().parse().unwrap_err().0.into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["name", "channel", "subject", "html"]);
        let long = NewTemplate { html: "x".repeat(HTML_MAX + 1), ..Default::default() };
        assert_eq!(long.parse().unwrap_err().message("html").unwrap(), "At most 512 kB.");
        let broken = NewTemplate { subject: "a\r\nBcc: b@c.de".into(), ..Default::default() };
        assert_eq!(broken.parse().unwrap_err().message("subject").unwrap(), "Must be on one line.");
    }

    #[test]
    fn mjml_says_so_in_its_first_tag() {
        assert!(is_mjml("\n <mjml>") && is_mjml("<MJML lang=\"de\">"));
        assert!(!is_mjml("<p><mjml>"));
        assert!(!is_mjml("<mjmlx>") && !is_mjml("\u{e4}\u{e4}\u{e4}"));
    }
}
