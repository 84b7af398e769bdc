//! What every marketing e-mail says of its sender (SPEC 4.4): the postal address, and the links to unsubscribe and to the
//! page of preferences. Looked for in the message as one person gets it, not in its source: a place that stood in a
//! condition which did not hold says nothing.

use handlebars::html_escape;

use super::render::{About, Links};

/// Adds to both parts what they do not say themselves.
pub(super) fn add(html: &mut String, text: &mut String, about: &About, links: &Links) {
    if let Some(footer) = of_html(html, about, links) {
        let end = html.to_ascii_lowercase().rfind("</body>").unwrap_or(html.len());
        html.insert_str(end, &footer);
    }
    of_text(text, about, links);
}

/// Adds the picture that tells who opens the message, where the text does not show it itself, and the link by which
/// programs betray themselves: without words or size, and neither the keyboard nor a screen reader comes to it.
pub(super) fn add_unseen(html: &mut String, pixel: &str, trap: &str) {
    let mut unseen = format!(
        "<a href=\"{}\" aria-hidden=\"true\" tabindex=\"-1\" rel=\"nofollow\" \
         style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\"></a>",
        html_attribute(trap)
    );
    if !html.contains(pixel) {
        let src = html_attribute(pixel);
        let img = format!("<img src=\"{src}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0\">");
        unseen.push_str(&img);
    }
    let end = html.to_ascii_lowercase().rfind("</body>").unwrap_or(html.len());
    html.insert_str(end, &unseen);
}

fn of_html(html: &str, about: &About, links: &Links) -> Option<String> {
    let has = |value: &str| html.contains(&html_escape(value)) || html.contains(value);
    let mut footer = String::new();
    if !has(&about.postal_address) {
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

fn of_text(text: &mut String, about: &About, links: &Links) {
    let mut footer = Vec::new();
    if !text.contains(&about.postal_address) {
        footer.push(format!("{}\n{}", about.company_name, about.postal_address));
    }
    for (word, url) in [("Preferences", &links.preferences), ("Unsubscribe", &links.unsubscribe)] {
        if !text.contains(url.as_str()) {
            footer.push(format!("{word}: {url}"));
        }
    }
    if !footer.is_empty() {
        text.push_str(&format!("\n\n--\n{}\n", footer.join("\n")));
    }
}
