//! From a text with places to what one person reads (SPEC 4.2): Handlebars, strict. A variable that nobody knows is an
//! error when the text is saved; one that is empty for a person has its fallback, or stops that person's message
//! (`missing_value`), never a blank.

use std::io::{self, Write};

use domain::{
    error::{FieldErrors, Refused},
    template::{EmailContent, Preview},
};
use handlebars::{Context, Handlebars, RenderError, RenderErrorReason, no_escape};
use serde_json::{Map, Value};

pub(crate) use super::about::Printed;
pub use super::{about::About, person::Person};
use super::{
    body,
    check::check,
    footer, helpers,
    links::{self, Marks, RunLink},
    logo::{LOGO, NO_LOGO},
    source::plain_from_html,
};
use crate::{Error, Result};

/// The most that one part of a message may become, in bytes.
const PART_MAX: usize = 2 * 1024 * 1024;

/// A text ready to be rendered for many people.
pub struct Compiled {
    html: Handlebars<'static>,
    plain: Handlebars<'static>,
    /// Where its links are, if it is known who follows them.
    marks: Option<Marks>,
}

/// The links of one message.
#[derive(Clone, Debug)]
pub struct Links {
    /// To unsubscribe.
    pub unsubscribe: String,
    /// To the page of preferences.
    pub preferences: String,
    /// To the message in a browser.
    pub content: String,
    /// To the picture that tells who opens it.
    pub pixel: String,
}

/// Makes the links of one message by which it is known who follows them.
pub(crate) struct Followed<'a> {
    /// The link of this number, with what it has behind what is the same for everybody.
    pub(crate) link: &'a dyn Fn(u16, &str) -> String,
    /// The link that nobody sees.
    pub(crate) trap: String,
}

impl Links {
    /// Links of a message that was never sent: they lead to pages that say so.
    pub fn of_trial(public_url: &str) -> Self {
        let to = |page: &str| format!("{public_url}/{page}/test");
        Self { unsubscribe: to("unsubscribe"), preferences: to("p"), content: to("m"), pixel: to("track/open") }
    }
}

/// The variable that is empty for a person.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing(pub String);

impl Missing {
    /// Why somebody cannot be shown or sent the message, at this field.
    pub(super) fn into_error(self, field: &str) -> Error {
        let what = self.0;
        match what.contains(' ') {
            _ if what == LOGO => Error::field(field, "missing_value", NO_LOGO),
            true => Error::field(field, "missing_value", format!("This person would be skipped: {what}.")),
            false => {
                Error::field(field, "missing_value", format!("{what} is empty for this person, who would be skipped."))
            }
        }
    }
}

/// Compiles subject, HTML and plain text; what is wrong is said at its field, with line and column.
pub fn compile(content: &EmailContent, prefix: &str) -> Result<Compiled> {
    compile_marked(content, prefix, None)
}

/// As [`compile`], of a text whose links were frozen; `key` is one that nobody outside knows.
pub(crate) fn compile_followed(content: &EmailContent, links: &[RunLink], key: &str) -> Result<Compiled> {
    compile_marked(content, "", Some(Marks::new(key, links)))
}

/// The links of a text that compiles, as they are frozen when a run of it starts.
pub(crate) fn links_of(content: &EmailContent) -> Vec<RunLink> {
    let body = body::finished(&content.html).unwrap_or_default();
    match content.text.is_empty() {
        false => links::of(&body, &content.text),
        true => links::of(&body, &plain_from_html(&body)),
    }
}

fn compile_marked(content: &EmailContent, prefix: &str, marks: Option<Marks>) -> Result<Compiled> {
    let in_html = |source: &str| marks.as_ref().map_or_else(|| source.to_owned(), |marks| marks.html(source));
    let in_text = |source: &str| marks.as_ref().map_or_else(|| source.to_owned(), |marks| marks.text(source));
    let mut errors = FieldErrors::default();
    let (mut html, mut plain) = (registry(), registry());
    plain.register_escape_fn(no_escape);
    let field = |name: &str| format!("{prefix}{name}");
    add(&mut plain, "subject", &content.subject, &field("subject"), &mut errors);
    // The body as it was written is checked first: places are told as its author sees them.
    let body = check(&content.html).and_then(|_| body::finished(&content.html));
    let body = errors.take(&field("html"), body).unwrap_or_default();
    add(&mut html, "html", &in_html(&body), &field("html"), &mut errors);
    match content.text.is_empty() {
        false => add(&mut plain, "text", &in_text(&content.text), &field("text"), &mut errors),
        true => {
            let none = |_| Refused::new("invalid_template", "No plain text can be made of this HTML: write it here.");
            if let Some(made) = errors.take(&field("text"), check(&in_text(&plain_from_html(&body))).map_err(none)) {
                plain.register_template("text", made.parsed);
            }
        }
    }
    Ok(errors.finish(Some(Compiled { html, plain, marks }))?)
}

pub(super) fn add(to: &mut Handlebars<'static>, part: &str, source: &str, field: &str, errors: &mut FieldErrors) {
    if errors.message(field).is_none()
        && let Some(checked) = errors.take(field, check(source))
    {
        to.register_template(part, checked.parsed);
    }
}

/// Variables that a text names, each once, in order of the alphabet. Empty for a text that does not compile.
pub fn variables(content: &EmailContent) -> Vec<String> {
    let found = [&content.subject, &content.html, &content.text];
    let mut names = found.map(|source| check(source).map(|checked| checked.variables).unwrap_or_default()).concat();
    names.sort();
    names.dedup();
    names
}

/// What is wrong with one line of text that has places, such as a preheader.
pub(super) fn check_line(source: &str) -> std::result::Result<(), Refused> {
    check(source).map(drop)
}

impl Compiled {
    /// What `person` reads. The postal address, a link to unsubscribe and one to the preferences are added at the end
    /// where the text does not say them itself (SPEC 4.4).
    pub fn render(&self, person: &Person, about: &About, links: &Links) -> std::result::Result<Preview, Missing> {
        let printed = about.clone().into();
        self.render_with(&data(person.clone(), &printed, links), &printed, links, None)
    }

    /// What `person` gets in the mail: as [`Compiled::render`], with links by which it is known who follows them.
    pub(crate) fn render_followed(
        &self,
        person: Person,
        printed: &Printed,
        links: &Links,
        followed: &Followed<'_>,
    ) -> std::result::Result<Preview, Missing> {
        self.render_with(&data(person, printed, links), printed, links, Some(followed))
    }

    fn render_with(
        &self,
        data: &Context,
        printed: &Printed,
        links: &Links,
        followed: Option<&Followed<'_>>,
    ) -> std::result::Result<Preview, Missing> {
        let subject = part(&self.plain, "subject", data)?;
        let mut html = part(&self.html, "html", data)?;
        let mut text = part(&self.plain, "text", data)?;
        if let Some((marks, followed)) = self.marks.as_ref().zip(followed) {
            html = marks.replace_in_html(html, followed.link);
            text = marks.replace_in_text(text, followed.link);
        }
        // A name with a line break in it must not become a header of its own, and mail may have no control characters.
        let subject: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        footer::add(&mut html, &mut text, printed, links);
        if let Some(followed) = followed {
            footer::add_unseen(&mut html, &links.pixel, &followed.trap);
        }
        Ok(Preview { subject, html, text, warnings: Vec::new() })
    }
}

fn data(Person(mut data): Person, printed: &Printed, links: &Links) -> Context {
    data.extend(printed.variables.iter().map(|(name, value)| (name.clone(), value.clone())));
    for (name, value) in [
        ("unsubscribe_url", &links.unsubscribe),
        ("preferences_url", &links.preferences),
        ("content_url", &links.content),
        ("tracking_pixel", &links.pixel),
    ] {
        if !value.trim().is_empty() {
            data.insert(name.into(), value.as_str().into());
        }
    }
    context(data)
}

/// As a template reads it. (`Context::wraps` would make all values once more.)
pub(super) fn context(data: Map<String, Value>) -> Context {
    let mut context = Context::null();
    *context.data_mut() = Value::Object(data);
    context
}

pub(super) fn part(of: &Handlebars<'static>, name: &str, data: &Context) -> std::result::Result<String, Missing> {
    helpers::begin();
    let mut written = Bounded(Vec::with_capacity(4 * 1024));
    of.render_with_context_to_write(name, data, &mut written).map_err(missing)?;
    String::from_utf8(written.0).map_err(|error| Missing(error.to_string()))
}

/// Takes so much and no more.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > PART_MAX {
            return Err(io::Error::other("the message becomes larger than 2 MB"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn registry() -> Handlebars<'static> {
    let mut handlebars = Handlebars::new();
    helpers::register(&mut handlebars);
    handlebars
}

/// The variable that was missing, or what else is wrong with a value.
fn missing(error: RenderError) -> Missing {
    match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => Missing(name.clone()),
        other => Missing(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
