//! From a body as it was written to HTML that mail programs show: MJML is turned into HTML, the rules of style sheets
//! are written into the elements (some programs read nothing else) while those for narrow and dark screens stay, and
//! the preheader is put where programs look for it. Nothing is ever fetched.

use css_inline::CSSInliner;
use domain::{error::Refused, template::is_mjml};
use mrml::prelude::{parser::Error as Unreadable, render::RenderOptions};

use super::{check::line_and_column, places};

/// Ready to be compiled: HTML with its styles in its elements.
pub(super) fn finished(source: &str) -> Result<String, Refused> {
    inlined(html(source)?)
}

/// A body as HTML, its style sheets where they are.
pub(super) fn html(source: &str) -> Result<String, Refused> {
    if is_mjml(source) { from_mjml(source) } else { Ok(source.to_owned()) }
}

/// The elements of MJML. What is none would be passed on as it is, and shown by no mail program.
const ELEMENTS: &[&str] = &[
    "accordion",
    "accordion-element",
    "accordion-text",
    "accordion-title",
    "all",
    "attributes",
    "body",
    "breakpoint",
    "button",
    "carousel",
    "carousel-image",
    "class",
    "column",
    "divider",
    "font",
    "group",
    "head",
    "hero",
    "image",
    "include",
    "navbar",
    "navbar-link",
    "preview",
    "raw",
    "section",
    "social",
    "social-element",
    "spacer",
    "style",
    "table",
    "text",
    "title",
    "wrapper",
];

/// Refuses an element that MJML does not have.
fn check_elements(source: &str) -> Result<(), Refused> {
    for (at, _) in source.match_indices("<mj-") {
        let name: String = source[at + 4..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        if !ELEMENTS.contains(&name.as_str()) {
            let (line, column) = line_and_column(source, at);
            let message = format!("Line {line}, column {column}: there is no element <mj-{name}>.");
            return Err(Refused::new("invalid_mjml", message));
        }
    }
    Ok(())
}

fn from_mjml(source: &str) -> Result<String, Refused> {
    check_elements(source)?;
    let parsed = mrml::parse(source.trim_start()).map_err(|error| unreadable(source, &error))?;
    // Fonts would be loaded from elsewhere when the message is opened.
    let options = RenderOptions { fonts: Default::default(), ..Default::default() };
    parsed.element.render(&options).map_err(|error| Refused::new("invalid_mjml", format!("MJML: {error}.")))
}

/// Where an element begins of which the parser has told the bracket or the name.
fn opening(source: &str, at: usize) -> usize {
    if source.get(..at).is_some_and(|before| before.ends_with('<')) { at - 1 } else { at }
}

fn unreadable(source: &str, error: &Unreadable) -> Refused {
    let (at, what) = match error {
        Unreadable::UnexpectedElement { position, .. } => (Some(position), "this element cannot stand here"),
        Unreadable::UnexpectedToken { position, .. } => (Some(position), "this cannot stand here"),
        Unreadable::MissingAttribute { position, .. } => (Some(position), "an attribute is missing"),
        Unreadable::InvalidAttribute { position, .. } => (Some(position), "this attribute is not understood"),
        Unreadable::InvalidFormat { position, .. } => (Some(position), "this is not understood"),
        Unreadable::IncludeLoaderError { position, .. } => (Some(position), "other files cannot be included"),
        Unreadable::NoRootNode => (None, "there is no <mjml> element"),
        Unreadable::EndOfStream { .. } => (None, "an element is not closed at the end"),
        Unreadable::SizeLimit { .. } | Unreadable::ParserError { .. } => (None, "it cannot be read as MJML"),
    };
    let skipped = source.len() - source.trim_start().len();
    let (line, column) = match (at, error) {
        (Some(span), _) => line_and_column(source, opening(source, skipped + span.start)),
        (None, Unreadable::ParserError { source: cause, .. }) => (cause.pos().row as usize, cause.pos().col as usize),
        (None, Unreadable::NoRootNode) => (1, 1),
        (None, _) => line_and_column(source, source.trim_end().len()),
    };
    let found = at.and_then(|span| source.get(skipped + span.start..skipped + span.end)).unwrap_or_default();
    let found: String = found.chars().take(40).collect();
    let found = if found.trim().is_empty() { String::new() } else { format!(" ({})", found.trim()) };
    Refused::new("invalid_mjml", format!("Line {line}, column {column}: {what}{found}."))
}

/// Rules that hold for every screen go into the elements; a source without style sheets stays as it is, to the letter.
fn inlined(html: String) -> Result<String, Refused> {
    if !html.to_ascii_lowercase().contains("<style") {
        return Ok(html);
    }
    let hidden = places::hide(&html);
    let options = CSSInliner::options().keep_at_rules(true).keep_link_tags(true).load_remote_stylesheets(false);
    let made = options.build().inline(&hidden.html);
    let made =
        made.map_err(|error| Refused::new("invalid_css", format!("The style sheet is not understood: {error}.")))?;
    Ok(hidden.show(made))
}

/// With the text that mail programs show beside the subject, which nobody sees in the message itself.
pub(super) fn with_preheader(html: String, preheader: &str) -> String {
    if preheader.is_empty() {
        return html;
    }
    // Filled up, so that programs do not go on with the message's first words.
    let filled = "&#847;&zwnj;&nbsp;".repeat(60);
    let hidden = format!(
        "<div style=\"display:none;max-height:0;overflow:hidden;opacity:0;mso-hide:all\">{preheader}{filled}</div>"
    );
    let body = html.to_ascii_lowercase().find("<body").and_then(|body| Some(body + html[body..].find('>')? + 1));
    let mut html = html;
    html.insert_str(body.unwrap_or(0), &hidden);
    html
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MJML: &str = "<mjml>\n <mj-body>\n  <mj-section><mj-column><mj-text>Hi {{first_name}}</mj-text></mj-column></mj-section>\n </mj-body>\n</mjml>";

    #[test]
    fn mjml_becomes_html_with_its_places_whole() {
        let html = finished(MJML).unwrap();
        assert!(html.contains("Hi {{first_name}}") && html.contains("max-width:600px"), "{html}");
        assert!(!html.contains("<mj-") && !html.contains("fonts.googleapis.com"), "{html}");
    }

    #[test]
    fn mistakes_in_mjml_are_told_with_their_place() {
        let told = |source: &str| finished(source).unwrap_err().message;
        let odd = told(&MJML.replace("<mj-text>Hi", "<mj-odd>Hi"));
        assert_eq!(odd, "Line 3, column 26: there is no element <mj-odd>.");
        let open = told("<mjml><mj-body><mj-section></mj-body></mjml>");
        assert!(open.starts_with("Line 1, column "), "{open}");
        let file = told("<mjml><mj-body><mj-include path=\"/etc/passwd\" /></mj-body></mjml>");
        assert!(file.starts_with("Line 1, column 16: other files cannot be included"), "{file}");
    }

    #[test]
    fn styles_go_into_the_elements_and_those_for_screens_stay() {
        let source = "<html><head><style>p{color:red} .x{margin:0}\
            @media (prefers-color-scheme: dark){p{color:white !important}}</style></head>\
            <body><table>{{#each tags}}<tr><td class=\"x\" title=\"{{this}}\">{{this}}</td></tr>{{/each}}</table>\
            <p {{#if city}}lang=\"de\"{{/if}} style=\"top:0\">Hi</p></body></html>";
        let html = finished(source).unwrap();
        assert!(
            html.contains("prefers-color-scheme: dark") && html.contains("color:white !important")
                || html.contains("color: white !important"),
            "{html}"
        );
        assert!(
            html.contains("<table>{{#each tags}}<tr>")
                || html.contains("<table>{{#each tags}}<tbody><tr>")
                || html.contains("<tbody>{{#each tags}}<tr>"),
            "{html}"
        );
        assert!(
            html.contains("title=\"{{this}}\"") && html.contains(">{{this}}</td>") && html.contains("{{/each}}"),
            "{html}"
        );
        assert!(html.contains("{{#if city}}lang=\"de\" {{/if}}"), "{html}");
        assert!(html.contains("color: red") || html.contains("color:red"), "{html}");
        assert_eq!(finished("<p>plain</p>").unwrap(), "<p>plain</p>");
    }

    #[test]
    fn nothing_is_fetched() {
        let source = "<link rel=stylesheet href=\"https://example.com/a.css\"><style>@import url(file:///etc/passwd);p{color:red}</style><p>x</p>";
        assert!(finished(source).is_ok());
    }

    #[test]
    fn a_preheader_stands_first_in_the_body() {
        assert!(
            with_preheader("<body class=\"a\"><p>x</p></body>".into(), "News")
                .starts_with("<body class=\"a\"><div style=\"display:none")
        );
        assert!(with_preheader("<p>x</p>".into(), "News").starts_with("<div style"));
        assert_eq!(with_preheader("<p>x</p>".into(), ""), "<p>x</p>");
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_panic(source in "(<mjml>|<mj-body>|<mj-[a-z]{1,9}>|</mj-text>|<style>|</style>|[a-z{}<>/\"= #:;@\n]|\\PC){0,40}") {
            let _ = finished(&source);
            let _ = finished(&format!("<mjml>{source}"));
        }
    }
}
