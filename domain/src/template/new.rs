//! Templates as people and programs type them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BodyFormat, Category, EmailContent, HTML_MAX, parse_body};
use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    text,
};

/// The most that blocks may hold, in bytes of JSON.
const BLOCKS_MAX: usize = HTML_MAX;

/// What a version of a template says, as it was written.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TemplateText {
    /// Subject.
    pub subject: String,
    /// What mail programs show beside the subject.
    pub preheader: String,
    /// How the body is written.
    pub format: BodyFormat,
    /// The body: HTML or MJML. Of blocks: the HTML or MJML that was made of them.
    pub html: String,
    /// Plain-text part; empty: made from the HTML.
    pub text: String,
    /// The blocks, where the body is made of them.
    pub blocks: Option<Value>,
}

impl TemplateText {
    /// A text of HTML or MJML, as its first tag says.
    pub fn new(content: EmailContent) -> Self {
        let EmailContent { subject, html, text } = content;
        Self { subject, preheader: String::new(), format: BodyFormat::of(&html), html, text, blocks: None }
    }
}

/// A template as typed. What is left out of a change stays as it is.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewTemplate {
    /// Its name.
    pub name: String,
    /// Word of [`Channel`].
    pub channel: String,
    /// Word of [`Category`]; `marketing` when never said.
    pub category: Option<String>,
    /// Made from the name when never said.
    pub slug: Option<String>,
    /// For colleagues.
    pub description: Option<String>,
    /// Subject.
    pub subject: String,
    /// What mail programs show beside the subject.
    pub preheader: Option<String>,
    /// Word of [`BodyFormat`]; seen from the body when left out.
    pub format: Option<String>,
    /// The body.
    pub html: String,
    /// Plain-text part.
    pub text: Option<String>,
    /// Blocks, for the format of that name.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::block::Document>"))]
    pub blocks: Option<Value>,
    /// Begin with this one of the starter library; what is typed beside it takes the place of what it says.
    pub starter: Option<String>,
}

/// A checked [`NewTemplate`].
#[derive(Clone, PartialEq, Debug)]
pub struct ParsedTemplate {
    /// Its name.
    pub name: String,
    /// For which channel.
    pub channel: Channel,
    /// What it is for, where it was said.
    pub category: Option<Category>,
    /// Its slug, where it was said.
    pub slug: Option<String>,
    /// The description, where it was said.
    pub description: Option<String>,
    /// What it says.
    pub text: TemplateText,
}

impl NewTemplate {
    /// Everything checked, or all that is wrong.
    pub fn parse(&self) -> Result<ParsedTemplate, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::required_line(&self.name, 200));
        let channel = errors.take("channel", Channel::parse_sendable(&self.channel));
        let category = errors.take("category", said(&self.category, Category::parse));
        let slug = errors.take("slug", said(&self.slug, parse_slug));
        let description = self.description.as_deref().map(|typed| text::optional(typed, 1000)).transpose();
        let description = errors.take("description", description);
        let text = self.parse_text(&mut errors);
        let (Some(name), Some(channel), Some(text)) = (name, channel, text) else { return Err(errors) };
        let (Some(category), Some(slug), Some(description)) = (category, slug, description) else { return Err(errors) };
        errors.finish(Some(ParsedTemplate { name, channel, category, slug, description, text }))
    }

    /// The text alone, checked.
    pub fn parse_text(&self, errors: &mut FieldErrors) -> Option<TemplateText> {
        let subject = errors.take("subject", text::required_line(&self.subject, 400));
        let preheader = text::optional_line(self.preheader.as_deref().unwrap_or_default(), 400);
        let preheader = errors.take("preheader", preheader);
        let html = errors.take("html", parse_body(&self.html));
        let plain = errors.take("text", text::optional(self.text.as_deref().unwrap_or_default(), HTML_MAX));
        let format = errors.take("format", said(&self.format, BodyFormat::parse));
        let format = format?.unwrap_or_else(|| match self.blocks {
            Some(_) => BodyFormat::Blocks,
            None => BodyFormat::of(&self.html),
        });
        let blocks = errors.take("blocks", parse_blocks(format, self.blocks.as_ref()));
        Some(TemplateText {
            subject: subject?,
            preheader: preheader?,
            format,
            html: html?,
            text: plain?,
            blocks: blocks?,
        })
    }
}

/// A change of some fields: what is left out stays.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TemplateChange {
    /// Its name.
    pub name: Option<String>,
    /// Word of [`Category`].
    pub category: Option<String>,
    /// Its slug.
    pub slug: Option<String>,
    /// For colleagues.
    pub description: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// What mail programs show beside the subject.
    pub preheader: Option<String>,
    /// Word of [`BodyFormat`].
    pub format: Option<String>,
    /// The body.
    pub html: Option<String>,
    /// Plain-text part.
    pub text: Option<String>,
    /// Blocks.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::block::Document>"))]
    pub blocks: Option<Value>,
}

impl TemplateChange {
    /// The whole template with the change in it.
    pub fn onto(&self, known: &super::TemplateDetail) -> NewTemplate {
        let said = |new: &Option<String>, old: &str| new.clone().unwrap_or_else(|| old.to_owned());
        let same_body = self.html.is_none() && self.blocks.is_none();
        let format = self.format.clone().or_else(|| same_body.then(|| known.template.format.word().to_owned()));
        let blocks = self.blocks.clone().or_else(|| known.blocks.clone().filter(|_| same_body));
        NewTemplate {
            name: said(&self.name, &known.template.name),
            channel: known.template.channel.word().into(),
            category: self.category.clone(),
            slug: self.slug.clone(),
            description: self.description.clone(),
            subject: said(&self.subject, &known.template.subject),
            preheader: Some(said(&self.preheader, &known.preheader)),
            format,
            html: said(&self.html, &known.html),
            text: Some(said(&self.text, &known.text)),
            blocks,
            starter: None,
        }
    }
}

/// Which templates are asked for; what is empty narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TemplateFilter {
    /// Word of [`Category`].
    pub category: String,
    /// Word of [`Channel`].
    pub channel: String,
    /// `true` (when empty), `false` for archived ones, or `all`.
    pub active: String,
    /// What the name, slug or subject contains.
    pub search: String,
}

impl TemplateFilter {
    /// What narrows, checked.
    pub fn parse(&self) -> Result<ParsedFilter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let category = errors.take("category", said(&Some(self.category.clone()), Category::parse));
        let channel = errors.take("channel", said(&Some(self.channel.clone()), Channel::parse));
        let active = match self.active.trim() {
            "" | "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            "all" => Ok(None),
            _ => Err(Refused::new("unknown", "Must be one of: true, false, all.")),
        };
        let active = errors.take("active", active);
        let search: String = self.search.chars().filter(|c| !c.is_control()).collect();
        let search = Some(search.trim().to_lowercase()).filter(|text| !text.is_empty());
        let (Some(category), Some(channel), Some(active)) = (category, channel, active) else { return Err(errors) };
        errors.finish(Some(ParsedFilter { category, channel, active, search }))
    }
}

/// A checked [`TemplateFilter`]: each part where it narrows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedFilter {
    /// What it is for.
    pub category: Option<Category>,
    /// For which channel.
    pub channel: Option<Channel>,
    /// Whether campaigns can choose it.
    pub active: Option<bool>,
    /// What is searched for, in small letters.
    pub search: Option<String>,
}

/// A value that may be left out or empty.
fn said<T>(typed: &Option<String>, parse: impl Fn(&str) -> Result<T, Refused>) -> Result<Option<T>, Refused> {
    typed.as_deref().filter(|typed| !typed.trim().is_empty()).map(parse).transpose()
}

fn parse_slug(typed: &str) -> Result<String, Refused> {
    let slug = text::slug(typed);
    match slug == typed.trim() {
        true => Ok(slug),
        false => Err(Refused::new("invalid", "Small letters and digits, with single hyphens between: spring-news.")),
    }
}

fn parse_blocks(format: BodyFormat, blocks: Option<&Value>) -> Result<Option<Value>, Refused> {
    match (format, blocks) {
        (BodyFormat::Blocks, None) => Err(Refused::new("required", "Needed for the format blocks.")),
        (BodyFormat::Blocks, Some(blocks)) if blocks.to_string().len() > BLOCKS_MAX => {
            Err(Refused::new("too_long", "At most 512 kB."))
        }
        (BodyFormat::Blocks, Some(blocks)) => Ok(Some(blocks.clone())),
        (BodyFormat::Html | BodyFormat::Mjml, _) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> NewTemplate {
        NewTemplate {
            name: "Spring".into(),
            channel: "email".into(),
            subject: "Hello".into(),
            html: "<p>Hello</p>".into(),
            ..Default::default()
        }
    }

    #[test]
    fn what_is_not_said_is_left_open() {
        let parsed = typed().parse().unwrap();
        assert_eq!((parsed.category, parsed.slug, parsed.description), (None, None, None));
        assert_eq!(parsed.text.format, BodyFormat::Html);
        let mjml = NewTemplate { html: "<mjml></mjml>".into(), ..typed() };
        assert_eq!(mjml.parse().unwrap().text.format, BodyFormat::Mjml);
    }

    #[test]
    fn each_mistake_is_told_at_its_field() {
        let wrong = NewTemplate {
            category: Some("spam".into()),
            slug: Some("Spring News".into()),
            format: Some("docx".into()),
            preheader: Some("a\nb".into()),
            ..typed()
        };
        let fields: Vec<_> = wrong.parse().unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["category", "slug", "preheader", "format"]);
        let bare = NewTemplate { format: Some("blocks".into()), ..typed() };
        assert_eq!(bare.parse().unwrap_err().0[0].field, "blocks");
    }

    #[test]
    fn a_filter_narrows_by_what_it_says() {
        let none = TemplateFilter::default().parse().unwrap();
        assert_eq!((none.category, none.channel, none.active, none.search), (None, None, Some(true), None));
        let all = TemplateFilter { active: "all".into(), search: " Spring\0 ".into(), ..Default::default() };
        let all = all.parse().unwrap();
        assert_eq!((all.active, all.search.as_deref()), (None, Some("spring")));
        let odd = TemplateFilter { category: "spam".into(), active: "maybe".into(), ..Default::default() };
        assert_eq!(odd.parse().unwrap_err().0.len(), 2);
    }
}
