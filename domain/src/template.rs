//! Templates (SPEC 4): what is said, with places for what differs from person to person. Every save makes a version;
//! campaigns pin one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    id::TemplateId,
    text,
};

/// The most that the HTML part may hold, in bytes (Gmail cuts off at 102 kB; this leaves room for what is rewritten).
pub const HTML_MAX: usize = 512 * 1024;

/// A template as shown in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name, unique in the workspace.
    pub name: String,
    /// For which channel.
    pub channel: Channel,
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TemplateDetail {
    /// The template.
    #[serde(flatten)]
    pub template: Template,
    /// HTML part.
    pub html: String,
    /// Plain-text part as typed; empty: made from the HTML.
    pub text: String,
    /// Variables found in the text.
    pub variables: Vec<String>,
}

/// What a message says, before it is personalised.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailContent {
    /// Subject.
    pub subject: String,
    /// HTML part.
    pub html: String,
    /// Plain-text part; empty: made from the HTML.
    pub text: String,
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

fn parse_body(html: &str) -> Result<String, Refused> {
    if html.len() > HTML_MAX {
        return Err(Refused::new("too_long", "At most 512 kB."));
    }
    text::required(html, HTML_MAX)
}

/// A template as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewTemplate {
    /// Its name.
    pub name: String,
    /// Word of [`Channel`].
    pub channel: String,
    /// Subject.
    pub subject: String,
    /// HTML part.
    pub html: String,
    /// Plain-text part.
    pub text: Option<String>,
    /// `blocks` for a mail that is made of them; HTML when left out.
    pub format: Option<String>,
    /// The blocks, for the format of that name.
    pub blocks: Option<serde_json::Value>,
}

impl NewTemplate {
    /// Name, channel and content, checked.
    pub fn parse(&self) -> Result<(String, Channel, EmailContent), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::required_line(&self.name, 200));
        let channel = errors.take("channel", Channel::parse_sendable(&self.channel));
        let typed = EmailContent {
            subject: self.subject.clone(),
            html: self.html.clone(),
            text: self.text.clone().unwrap_or_default(),
        };
        let content = typed.parse("", &mut errors);
        errors.finish(name.zip(channel).zip(content).map(|((name, channel), content)| (name, channel, content)))
    }
}

/// What a person would get, for looking at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Preview {
    /// Subject.
    pub subject: String,
    /// HTML part.
    pub html: String,
    /// Plain-text part.
    pub text: String,
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
}
