//! What a text needs to know about somebody: whoever lacks it is skipped (`missing_value`), so that it is counted before
//! anything is sent.

use domain::template::EmailContent;
use handlebars::{
    Template,
    template::{HelperTemplate, Parameter, TemplateElement},
};

use super::{body, check::check, helpers::SHOW, source::plain_from_html, variables};

/// What a text needs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Needs {
    /// Fields that must not be empty, each once, by their paths.
    pub(crate) fields: Vec<String>,
    /// Whether more may be needed of some: within a condition or a loop, or a value that has to read as a number or date.
    pub(crate) perhaps_more: bool,
}

/// Variables that are the same for everybody, or always there.
const GIVEN: &[&str] = &[
    "company_name",
    "brand.name",
    "brand.logo_url",
    "unsubscribe_url",
    "preferences_url",
    "content_url",
    "tracking_pixel",
];
/// Helpers that print what they are given first.
const PRINTERS: &[&str] =
    &[SHOW, "uppercase", "lowercase", "capitalize", "formatCurrency", "formatDate", "formatNumber", "pluralize"];

/// What a text needs; nothing of one that does not compile.
pub(crate) fn needs(content: &EmailContent) -> Needs {
    let body = body::finished(&content.html).unwrap_or_default();
    let text = if content.text.is_empty() { plain_from_html(&body) } else { content.text.clone() };
    let mut needs = Needs::default();
    for source in [&content.subject, &body, &text] {
        if let Ok(checked) = check(source) {
            needs.of_template(&checked.parsed);
        }
    }
    needs.fields.sort();
    needs.fields.dedup();
    needs
}

impl Needs {
    fn of_template(&mut self, template: &Template) {
        for element in &template.elements {
            match element {
                TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call) => self.of_call(call),
                TemplateElement::HelperBlock(block) => self.of_block(block),
                _ => {}
            }
        }
    }

    /// What stands in a block is needed of some only.
    fn of_block(&mut self, block: &HelperTemplate) {
        self.of_nested(&block.params);
        let mut within = Self::default();
        for body in block.template.iter().chain(&block.inverse) {
            within.of_template(body);
        }
        self.perhaps_more |= within.perhaps_more || !within.fields.is_empty();
    }

    fn of_call(&mut self, call: &HelperTemplate) {
        let name = call.name.as_name().unwrap_or_default();
        let has_fallback = name == SHOW && call.params.len() > 1;
        if PRINTERS.contains(&name)
            && !has_fallback
            && let Some(path) = call.params.first().and_then(Parameter::as_name)
        {
            self.of_path(path, name);
        }
        // The other words of these are shown to some only.
        let others = (name == "default" || name == "pluralize").then(|| call.params.iter().skip(1));
        self.perhaps_more |= others.into_iter().flatten().any(|given| given.as_name().is_some());
        self.of_nested(&call.params);
    }

    fn of_nested(&mut self, given: &[Parameter]) {
        for given in given {
            if let Parameter::Subexpression(inner) = given
                && let TemplateElement::Expression(call) = inner.as_element()
            {
                self.of_call(call);
            }
        }
    }

    fn of_path(&mut self, raw: &str, printer: &str) {
        let path = raw.trim_start_matches("@root.").trim_start_matches("this.").trim_start_matches("./");
        if variables::fallback(path).is_some() || GIVEN.contains(&path) {
            return;
        }
        let is_formatted = printer.starts_with("format") && (path.starts_with("custom.") || path.starts_with("tags"));
        // What the brand says is the same for everybody, but may be nothing.
        self.perhaps_more |= is_formatted || path.starts_with("brand.");
        if !path.starts_with("brand.") {
            self.fields.push(path.replace('/', "."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> (Vec<String>, bool) {
        let needs =
            needs(&EmailContent { subject: "Hi {{first_name}}".into(), html: html.into(), text: String::new() });
        (needs.fields, needs.perhaps_more)
    }

    fn fields(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_has_no_fallback_is_needed_of_everybody() {
        assert_eq!(
            of("{{last_name}} {city} {{uppercase custom.size}}"),
            (fields(&["city", "custom.size", "last_name"]), false)
        );
        assert_eq!(
            of("{{first_name}} {last_name|friend} {{default city \"town\"}} {{unsubscribe_url}}"),
            (vec![], false)
        );
        assert_eq!(of("{{formatDate birthday}} {{@root.last_name}}"), (fields(&["birthday", "last_name"]), false));
    }

    #[test]
    fn what_stands_in_a_block_or_must_read_as_a_number_may_be_needed() {
        assert_eq!(of("{{#if last_name}}Dear {{last_name}}{{else}}Hello{{/if}}"), (vec![], true));
        assert_eq!(of("{{#if last_name}}Dear reader{{/if}}"), (vec![], false));
        assert_eq!(of("{{#each tags}}{{this}}{{/each}} {{city}}"), (fields(&["city"]), true));
        assert_eq!(of("{{formatCurrency custom.price}}"), (fields(&["custom.price"]), true));
        assert_eq!(of("{{default city last_name}} {{brand.reply_to}}"), (vec![], true));
        assert_eq!(of("{{#if (eq (uppercase city) \"ROME\")}}x{{/if}}"), (fields(&["city"]), false));
    }
}
