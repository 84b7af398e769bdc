//! What every marketing e-mail says of its sender (SPEC 4.4): the postal address, and the links to unsubscribe and to the
//! page of preferences. Looked for in the message as one person gets it, not in its source: a place that stood in a
//! condition which did not hold says nothing.

use handlebars::html_escape;

use super::render::{Links, Printed};

/// Adds to both parts what they do not say themselves.
pub(super) fn add(html: &mut String, text: &mut String, printed: &Printed, links: &Links) {
    if let Some(footer) = of_html(html, printed, links) {
        html.insert_str(end_of_body(html), &footer);
    }
    of_text(text, printed, links);
}

/// Adds the picture that tells who opens the message, where the text does not show it itself, and the link by which
/// programs betray themselves: without words or size, and neither the keyboard nor a screen reader comes to it.
pub(super) fn add_unseen(html: &mut String, pixel: &str, trap: &str) {
    let mut unseen = format!(
        "<a href=\"{}\" aria-hidden=\"true\" tabindex=\"-1\" rel=\"nofollow\" \
         style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\"></a>",
        html_attribute(trap)
    );
    if !has_link(html, pixel) {
        let src = html_attribute(pixel);
        let img = format!("<img src=\"{src}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">");
        unseen.push_str(&img);
    }
    html.insert_str(end_of_body(html), &unseen);
}

/// Where the last body ends; the end of all where none does.
fn end_of_body(html: &str) -> usize {
    let ends = |at: &usize| html.as_bytes()[*at..].get(..7).is_some_and(|tag| tag.eq_ignore_ascii_case(b"</body>"));
    memchr::memrchr_iter(b'<', html.as_bytes()).find(ends).unwrap_or(html.len())
}

/// Whether a link stands in a text. Asked six times of each message, so candidates are found by the colon of the scheme:
/// getting ready to look for a text of this length takes longer than the look.
fn has_link(text: &str, link: &str) -> bool {
    let Some(colon) = link.find(':') else { return text.contains(link) };
    let begins = memchr::memchr_iter(b':', text.as_bytes()).filter_map(|at| at.checked_sub(colon));
    begins.into_iter().any(|begin| text.as_bytes()[begin..].starts_with(link.as_bytes()))
}

fn of_html(html: &str, printed: &Printed, links: &Links) -> Option<String> {
    let has = |url: &str| has_link(html, url) || has_link(html, &html_escape(url));
    let (about, mut footer) = (&printed.about, String::new());
    if !printed.is_address_in_html(html) {
        let address = html_escape(&about.postal_address).replace('\n', "<br>");
        footer.push_str(&format!("<p style=\"margin:0 0 8px\">{}<br>{address}</p>", html_escape(&about.company_name)));
    }
    let wanted = [(&links.preferences, "Preferences"), (&links.unsubscribe, "Unsubscribe")];
    let links = wanted.iter().filter(|(url, _)| !has(url));
    let links: Vec<_> = links
        .map(|(url, word)| format!("<a href=\"{}\" style=\"color:#6b7280\">{word}</a>", html_attribute(url)))
        .collect();
    if !links.is_empty() {
        footer.push_str(&format!("<p style=\"margin:0\">{}</p>", links.join(" &nbsp;·&nbsp; ")));
    }
    let open = "<div style=\"max-width:600px;margin:32px auto 0;padding:16px 24px 24px;border-top:1px solid #d1d5db;\
                font:12px/18px -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#6b7280;text-align:center\">";
    (!footer.is_empty()).then(|| format!("{open}{footer}</div>"))
}

/// Within quotes; a link stays readable to those who look for it.
fn html_attribute(url: &str) -> String {
    url.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

fn of_text(text: &mut String, printed: &Printed, links: &Links) {
    let (about, mut footer) = (&printed.about, Vec::new());
    if !printed.is_address_in_text(text) {
        footer.push(format!("{}\n{}", about.company_name, about.postal_address));
    }
    for (word, url) in [("Preferences", &links.preferences), ("Unsubscribe", &links.unsubscribe)] {
        if !has_link(text, url) {
            footer.push(format!("{word}: {url}"));
        }
    }
    if !footer.is_empty() {
        text.push_str(&format!("\n\n--\n{}\n", footer.join("\n")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_before_the_last_end_of_the_body() {
        let end = |html: &str| end_of_body(html);
        assert_eq!(end("<body>é</BODY></html>"), 8);
        assert_eq!(end("<body><!-- </body> --><p>a</p></body>"), 30);
        assert_eq!(end("<p>no body</p>"), 14);
        assert_eq!(end("<p>cut </body"), 13);
        assert_eq!(end(""), 0);
    }

    #[test]
    fn a_link_is_found_whole() {
        let link = "https://a.example/p/x_Y-1";
        for text in
            ["<a href=\"https://a.example/p/x_Y-1\">", "é: https://a.example/p/x_Y-1", "::https://a.example/p/x_Y-1"]
        {
            assert!(has_link(text, link), "{text}");
        }
        for text in ["", ":", "https://a.example/p/x_Y-", "http://a.example/p/x_Y-1", "s://a.example/p/x_Y-1"] {
            assert!(!has_link(text, link), "{text}");
        }
        assert!(has_link("to /p/x", "/p/x") && !has_link("to /p/y", "/p/x"));
    }
}
