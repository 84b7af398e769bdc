//! From a text with places to what one person reads (SPEC 4.2): Handlebars, strict. A variable that nobody knows is an
//! error when the text is saved; one that is empty for a person stops that person's message (`missing_value`), never a
//! blank. The first name has a fallback: "there".

use domain::{
    error::{FieldErrors, Refused},
    template::{EmailContent, Preview},
};
use handlebars::{
    Handlebars, RenderError, RenderErrorReason, Template as Parsed, no_escape,
    template::{HelperTemplate, Parameter, TemplateElement},
};
use serde_json::{Map, Value, json};

use super::source::{check_depth, plain_from_html};
use crate::{Result, audience::SendFacts};

/// Variables of a contact and of the workspace that a text may name; `custom.…` as well.
const KNOWN: &[&str] =
    &["first_name", "last_name", "business_name", "email", "company_name", "postal_address", "unsubscribe_url"];
/// What stands for a first name that is not known (SPEC 4.2).
const FIRST_NAME_FALLBACK: &str = "there";

/// A text ready to be rendered for many people.
pub struct Compiled {
    html: Handlebars<'static>,
    plain: Handlebars<'static>,
    names_unsubscribe: bool,
}

/// What a text may say about a person.
pub struct Person(Map<String, Value>);

/// What a text may say about the workspace.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct About {
    /// Its name.
    pub company_name: String,
    /// Printed in every marketing e-mail.
    pub postal_address: String,
}

/// The variable that is empty for a person.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing(pub String);

impl From<&SendFacts> for Person {
    fn from(facts: &SendFacts) -> Self {
        let mut fields = Map::new();
        let mut put = |name: &str, value: &str| {
            if !value.trim().is_empty() {
                fields.insert(name.into(), value.into());
            }
        };
        put("first_name", if facts.first_name.trim().is_empty() { FIRST_NAME_FALLBACK } else { &facts.first_name });
        put("last_name", &facts.last_name);
        put("business_name", &facts.business_name);
        put("email", facts.email.as_deref().unwrap_or_default());
        fields.insert("custom".into(), printable(&facts.custom));
        Self(fields)
    }
}

/// What a text can print of a contact's own fields: nothing that is empty, and nothing that is more than one value. The
/// rest is as if it were not there, so that it stops the message instead of leaving a blank, or `[object]`, in it.
fn printable(custom: &Value) -> Value {
    let fields = custom.as_object().into_iter().flatten().filter(|(_, value)| match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) | Value::Bool(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    });
    fields.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>().into()
}

impl Person {
    /// Somebody made up, with every field filled, for previews.
    pub fn example() -> Self {
        let fields = json!({
            "first_name": "Nora", "last_name": "Whitfield", "business_name": "Whitfield Pottery",
            "email": "nora@example.com", "custom": {},
        });
        Self(fields.as_object().cloned().unwrap_or_default())
    }
}

/// Compiles subject, HTML and plain text; what is wrong is said at its field, with line and column.
pub fn compile(content: &EmailContent, prefix: &str) -> Result<Compiled> {
    let mut errors = FieldErrors::default();
    let mut variables = Vec::new();
    for (field, source) in [("subject", &content.subject), ("html", &content.html), ("text", &content.text)] {
        if let Some(found) = errors.take(&format!("{prefix}{field}"), check(source)) {
            variables.extend(found);
        }
    }
    errors.finish(Some(()))?;
    let text = if content.text.is_empty() { plain_from_html(&content.html) } else { content.text.clone() };
    let mut html = strict();
    let mut plain = strict();
    plain.register_escape_fn(no_escape);
    let registered = html
        .register_template_string("html", &content.html)
        .and_then(|()| plain.register_template_string("subject", &content.subject))
        .and_then(|()| plain.register_template_string("text", &text));
    registered.map_err(|error| crate::Error::field(&format!("{prefix}html"), "invalid_template", error.to_string()))?;
    Ok(Compiled { html, plain, names_unsubscribe: variables.iter().any(|name| name == "unsubscribe_url") })
}

/// Variables that a text names, each once, in order of the alphabet. Empty for a text that does not compile.
pub fn variables(content: &EmailContent) -> Vec<String> {
    let found = [&content.subject, &content.html, &content.text].map(|source| check(source).unwrap_or_default());
    let mut names = found.concat();
    names.sort();
    names.dedup();
    names
}

impl Compiled {
    /// What `person` reads. The postal address and a link to unsubscribe are added at the end, unless the text has the
    /// link itself (SPEC 4.4).
    pub fn render(
        &self,
        person: &Person,
        about: &About,
        unsubscribe_url: &str,
    ) -> std::result::Result<Preview, Missing> {
        let mut data = person.0.clone();
        data.insert("company_name".into(), about.company_name.clone().into());
        data.insert("postal_address".into(), about.postal_address.clone().into());
        data.insert("unsubscribe_url".into(), unsubscribe_url.into());
        let subject = self.plain.render("subject", &data).map_err(missing)?;
        let mut html = self.html.render("html", &data).map_err(missing)?;
        let mut text = self.plain.render("text", &data).map_err(missing)?;
        // A name with a line break in it must not become a header of its own, and mail may have no control characters.
        let subject: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        if !self.names_unsubscribe {
            add_footer(&mut html, &mut text, about, unsubscribe_url);
        }
        Ok(Preview { subject, html, text })
    }
}

fn add_footer(html: &mut String, text: &mut String, about: &About, url: &str) {
    let escape = handlebars::html_escape;
    let footer = format!(
        "<div style=\"margin-top:32px;padding-top:16px;border-top:1px solid #dddddd;font:12px/18px sans-serif;color:#666666\">\
         <p style=\"margin:0\">{}<br>{}</p>\
         <p style=\"margin:8px 0 0\"><a href=\"{}\" style=\"color:#666666\">Unsubscribe</a></p></div>",
        escape(&about.company_name),
        escape(&about.postal_address).replace('\n', "<br>"),
        escape(url)
    );
    let end = html.to_ascii_lowercase().rfind("</body>").unwrap_or(html.len());
    html.insert_str(end, &footer);
    text.push_str(&format!("\n\n--\n{}\n{}\nUnsubscribe: {url}\n", about.company_name, about.postal_address));
}

fn strict() -> Handlebars<'static> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars
}

/// The variable that was missing. Other failures cannot come up with a text that was checked; their words are kept.
fn missing(error: RenderError) -> Missing {
    match error.reason() {
        RenderErrorReason::MissingVariable(Some(name)) => Missing(name.clone()),
        other => Missing(other.to_string()),
    }
}

/// Compiles one source and returns the variables it names, or what is wrong with it and where.
fn check(source: &str) -> std::result::Result<Vec<String>, Refused> {
    check_depth(source)?;
    let parsed = Parsed::compile(source).map_err(|error| {
        let place = match (error.pos(), source.is_empty()) {
            (Some((line, column)), false) => format!("Line {line}, column {column}: "),
            _ => String::new(),
        };
        Refused::new("invalid_template", format!("{place}{}", error.reason()))
    })?;
    let mut names = Vec::new();
    walk(&parsed, &mut names)?;
    Ok(names)
}

fn walk(parsed: &Parsed, names: &mut Vec<String>) -> std::result::Result<(), Refused> {
    for (i, element) in parsed.elements.iter().enumerate() {
        let place = parsed.mapping.get(i).map(|m| (m.0, m.1)).unwrap_or((1, 1));
        match element {
            TemplateElement::Expression(expression) | TemplateElement::HtmlExpression(expression) => {
                parameter(&expression.name, place, names)?;
                refuse_helper(expression, place)?;
            }
            TemplateElement::HelperBlock(block) => walk_block(block, place, names)?,
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            _ => return Err(at(place, "Partials and decorators cannot be used here.")),
        }
    }
    Ok(())
}

fn walk_block(
    block: &HelperTemplate,
    place: (usize, usize),
    names: &mut Vec<String>,
) -> std::result::Result<(), Refused> {
    let name = block.name.as_name().unwrap_or_default();
    if !["if", "unless"].contains(&name) {
        return Err(at(place, &format!("There is no block {{{{#{name}}}}}; there are if and unless.")));
    }
    for param in &block.params {
        parameter(param, place, names)?;
    }
    for part in [&block.template, &block.inverse].into_iter().flatten() {
        walk(part, names)?;
    }
    Ok(())
}

fn refuse_helper(expression: &HelperTemplate, place: (usize, usize)) -> std::result::Result<(), Refused> {
    if expression.params.is_empty() && expression.hash.is_empty() {
        return Ok(());
    }
    Err(at(place, &format!("There is no helper {}.", expression.name.as_name().unwrap_or_default())))
}

fn parameter(name: &Parameter, place: (usize, usize), names: &mut Vec<String>) -> std::result::Result<(), Refused> {
    let Some(name) = name.as_name() else {
        return Err(at(place, "Only names of variables can stand here."));
    };
    if !KNOWN.contains(&name) && name.strip_prefix("custom.").is_none_or(str::is_empty) {
        return Err(at(place, &format!("There is no variable {name}. There are: {} and custom.…", KNOWN.join(", "))));
    }
    names.push(name.to_owned());
    Ok(())
}

fn at((line, column): (usize, usize), what: &str) -> Refused {
    Refused::new("unknown_variable", format!("Line {line}, column {column}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(subject: &str, html: &str) -> EmailContent {
        EmailContent { subject: subject.into(), html: html.into(), text: String::new() }
    }

    fn about() -> About {
        About { company_name: "Maple & Row".into(), postal_address: "1 Maple Row\nHoboken".into() }
    }

    fn person(fields: Value) -> Person {
        Person(fields.as_object().unwrap().clone())
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        let compiled = compile(&content("Hi {{first_name}}", "<p>Hi {{first_name}}</p>"), "").unwrap();
        let mail = compiled.render(&person(json!({"first_name": "A & <B>"})), &about(), "https://x/u").unwrap();
        assert_eq!(mail.subject, "Hi A & <B>");
        assert!(mail.html.starts_with("<p>Hi A &amp; &lt;B&gt;</p>"), "{}", mail.html);
        assert!(mail.text.contains("Hi A & <B>"), "{}", mail.text);
    }

    #[test]
    fn every_mail_ends_with_address_and_unsubscribe_link_inside_the_body() {
        let compiled = compile(&content("Hi", "<html><body><p>Hi</p></body></html>"), "").unwrap();
        let mail = compiled.render(&Person::example(), &about(), "https://x/u?a&b").unwrap();
        assert!(mail.html.ends_with("</div></body></html>"), "{}", mail.html);
        assert!(mail.html.contains("Maple &amp; Row<br>1 Maple Row<br>Hoboken"), "{}", mail.html);
        assert!(mail.html.contains("href=\"https://x/u?a&amp;b\""), "{}", mail.html);
        assert!(mail.text.ends_with("Unsubscribe: https://x/u?a&b\n"), "{}", mail.text);
        let own = compile(&content("Hi", "<a href=\"{{unsubscribe_url}}\">Stop</a>"), "").unwrap();
        let mail = own.render(&Person::example(), &about(), "https://x/u").unwrap();
        assert_eq!(mail.html.matches("https://x/u").count(), 1);
    }

    #[test]
    fn an_empty_variable_stops_the_message_and_names_itself() {
        let compiled = compile(&content("Hi", "<p>{{custom.size}}</p>"), "").unwrap();
        let sized = person(json!({"custom": {"size": 3}}));
        assert!(compiled.render(&sized, &about(), "u").unwrap().html.starts_with("<p>3</p>"));
        let bare = compiled.render(&person(json!({"custom": {}})), &about(), "u");
        assert_eq!(bare.unwrap_err(), Missing("custom.size".into()));
    }

    #[test]
    fn a_condition_on_an_empty_variable_is_no_error() {
        let compiled = compile(&content("Hi", "{{#if last_name}}Dear {{last_name}}{{else}}Hello{{/if}}"), "").unwrap();
        let html = |fields| compiled.render(&person(fields), &about(), "u").unwrap().html;
        assert!(html(json!({"last_name": "Ray"})).starts_with("Dear Ray"));
        assert!(html(json!({})).starts_with("Hello"));
    }

    #[test]
    fn mistakes_are_told_with_line_and_column() {
        let errors = |html: &str| match compile(&content("Hi", html), "").err() {
            Some(crate::Error::Invalid(errors)) => errors.message("html").unwrap(),
            other => panic!("{other:?}"),
        };
        let unknown = errors("<p>\n  {{frist_name}}</p>");
        assert!(unknown.starts_with("Line 2, column 3: There is no variable frist_name."), "{unknown}");
        assert!(errors("a {{first_name").starts_with("Line 1"), "{}", errors("a {{first_name"));
        assert!(errors("{{shout first_name}}").contains("no variable shout"));
        assert!(errors("{{#each custom.x}}a{{/each}}").contains("no block {{#each}}"));
        assert!(errors("{{> partial}}").contains("Partials"));
    }

    #[test]
    fn own_fields_that_are_empty_or_more_than_one_value_are_missing() {
        for custom in [json!({"town": " "}), json!({"town": null}), json!({"town": ["a"]}), json!({"town": {"a": "b"}})]
        {
            let compiled = compile(&content("Hi", "<p>{{custom.town}}</p>"), "").unwrap();
            let person = person(json!({"custom": printable(&custom)}));
            let missing = compiled.render(&person, &about(), "u").unwrap_err();
            assert_eq!(missing, Missing("custom.town".into()), "{custom}");
        }
        let kept = json!({"town": "Hoboken", "size": 3, "open": false});
        assert_eq!(printable(&kept), kept);
    }

    #[test]
    fn control_characters_in_a_name_stay_out_of_the_subject() {
        let compiled = compile(&content("Hi {{first_name}}", "x"), "").unwrap();
        let person = person(json!({"first_name": "A\u{7}\u{1b}[31mB\u{7f}"}));
        assert_eq!(compiled.render(&person, &about(), "u").unwrap().subject, "Hi A [31mB");
    }

    #[test]
    fn a_line_break_in_a_name_stays_out_of_the_subject() {
        let compiled = compile(&content("Hi {{first_name}}", "x"), "").unwrap();
        let mail = compiled.render(&person(json!({"first_name": "A\r\nBcc: b@c.de"})), &about(), "u").unwrap();
        assert_eq!(mail.subject, "Hi A Bcc: b@c.de");
    }
}
