//! Links of a message that lead through this installation, so that it is known who followed them (SPEC 10).
//!
//! Which they are is found in the source, once, when a run starts ([`of`]), and frozen with it. Before the source is
//! compiled each of them gets a mark around it; when a message has been rendered its marks are replaced by links of its
//! own, in one pass. A mark bears a key that nobody outside knows, so a name cannot pretend to be one.
//!
//! Only links whose server the author has written out are taken: a personal value may stand in the path and behind it.
//! Who could fill in the server, by a form that fills a field, could have this installation lead others anywhere; such
//! links stay in the message as they are.

mod find;

use std::ops::Range;

use find::{anchors, decoded, label, urls};
use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};

/// The longest label that is kept.
const LABEL_MAX: usize = 80;
/// More different links than any newsletter has: what comes after them stays as it is.
const LINKS_MAX: usize = 1_000;
/// Around the mark's key, and before its end: characters for private use, which no text has.
const OPEN: char = '\u{F8F2}';
const CLOSE: char = '\u{F8F3}';

/// A link of a run's text. Its number is its place in the list, from 1 on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RunLink {
    /// Where it leads, as it was written, with its places.
    pub(crate) url: String,
    /// What people read there.
    pub(crate) label: String,
}

impl RunLink {
    /// What is the same for everybody: all of it, or what stands before the first place.
    fn fixed(&self) -> &str {
        self.url.split('{').next().unwrap_or_default()
    }

    fn is_same_for_everybody(&self) -> bool {
        !self.url.contains('{')
    }

    /// Where one person's link leads: what is fixed, and what their message had after it. None when that cannot be.
    pub(crate) fn target(&self, rest: &str) -> Option<String> {
        match (self.is_same_for_everybody(), rest) {
            (true, "") => Some(self.url.clone()),
            (true, _) => None,
            (false, rest) => Some(format!("{}{rest}", self.fixed())),
        }
    }
}

/// The links of a text, each once, in the order of the HTML and then of the plain text.
pub(super) fn of(html: &str, text: &str) -> Vec<RunLink> {
    let mut links: Vec<RunLink> = Vec::new();
    let mut add = |url: String, label: String| match links.iter().position(|link| link.url == url) {
        Some(known) if links[known].label.is_empty() => links[known].label = label,
        Some(_) => {}
        None if links.len() < LINKS_MAX => links.push(RunLink { url, label }),
        None => {}
    };
    for anchor in anchors(html) {
        let url = decoded(&html[anchor.href.clone()]);
        if is_followed(&url) {
            add(url, label(&html[anchor.tag_end..]));
        }
    }
    for url in urls(text) {
        let url = text[url].to_owned();
        if is_followed(&url) {
            add(url, String::new());
        }
    }
    links
}

/// The marks of one run.
pub(super) struct Marks {
    open: Finder<'static>,
    close: Finder<'static>,
    key: String,
    links: Vec<RunLink>,
}

impl Marks {
    pub(super) fn new(key: &str, links: &[RunLink]) -> Self {
        let mark = |edge: char| Finder::new(&format!("{edge}{key}.")).into_owned();
        Self { open: mark(OPEN), close: mark(CLOSE), key: key.to_owned(), links: links.to_vec() }
    }

    /// HTML with a mark in place of each address that is followed.
    pub(super) fn html(&self, source: &str) -> String {
        let places = anchors(source).into_iter().map(|anchor| anchor.href);
        self.mark(source, places, decoded)
    }

    /// Plain text likewise.
    pub(super) fn text(&self, source: &str) -> String {
        self.mark(source, urls(source).into_iter(), str::to_owned)
    }

    fn mark(&self, source: &str, places: impl Iterator<Item = Range<usize>>, read: fn(&str) -> String) -> String {
        let (mut marked, mut done) = (String::with_capacity(source.len() + 1024), 0);
        for place in places {
            let written = &source[place.clone()];
            let url = read(written);
            let Some(i) = self.links.iter().position(|link| link.url == url) else { continue };
            let content = if self.links[i].is_same_for_everybody() { "" } else { written };
            marked.push_str(&source[done..place.start]);
            let (key, number) = (&self.key, i + 1);
            marked.push_str(&format!("{OPEN}{key}.{number}.{content}{CLOSE}{key}."));
            done = place.end;
        }
        marked.push_str(&source[done..]);
        marked
    }

    /// Rendered HTML with a link of its own in place of each mark; `link` makes it from the number and what the
    /// person's address has after what is fixed.
    pub(super) fn replace_in_html(&self, rendered: String, link: &dyn Fn(u16, &str) -> String) -> String {
        self.replace(rendered, decoded, link)
    }

    /// Rendered text likewise.
    pub(super) fn replace_in_text(&self, rendered: String, link: &dyn Fn(u16, &str) -> String) -> String {
        self.replace(rendered, str::to_owned, link)
    }

    fn replace(&self, rendered: String, read: fn(&str) -> String, link: &dyn Fn(u16, &str) -> String) -> String {
        let (mut made, mut rest) = (String::with_capacity(rendered.len() + 4096), rendered.as_str());
        while let Some(at) = self.open.find(rest.as_bytes()) {
            made.push_str(&rest[..at]);
            let inside = &rest[at + self.open.needle().len()..];
            let Some(end) = self.close.find(inside.as_bytes()) else { break };
            made.push_str(&self.link(&inside[..end], read, link));
            rest = &inside[end + self.close.needle().len()..];
        }
        made.push_str(rest);
        made
    }

    fn link(&self, mark: &str, read: fn(&str) -> String, link: &dyn Fn(u16, &str) -> String) -> String {
        let (number, content) = mark.split_once('.').unwrap_or((mark, ""));
        let number: u16 = number.parse().unwrap_or_default();
        let known = self.links.get(usize::from(number).wrapping_sub(1));
        match known.map(|known| (known, read(content))) {
            Some((known, _)) if known.is_same_for_everybody() => link(number, ""),
            Some((known, url)) => match url.strip_prefix(known.fixed()) {
                Some(rest) => link(number, rest),
                None => content.to_owned(),
            },
            None => content.to_owned(),
        }
    }
}

/// Whether an address is led through here: one of the web, whose server stands there whole.
fn is_followed(url: &str) -> bool {
    let Some(after) = after_scheme(url) else { return false };
    let (fixed, is_whole) = match url.find('{') {
        Some(place) => (&url[..place], false),
        None => (url, true),
    };
    let fixed = after_scheme(fixed).unwrap_or_default();
    let ends = fixed.find(['/', '?', '#', '\\']);
    let server = &fixed[..ends.unwrap_or(fixed.len())];
    !after.is_empty() && !server.is_empty() && (is_whole || ends.is_some())
}

fn after_scheme(url: &str) -> Option<&str> {
    ["https://", "http://"].iter().find_map(|scheme| {
        let begin = url.get(..scheme.len())?;
        begin.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn urls_of(html: &str, text: &str) -> Vec<String> {
        of(html, text).into_iter().map(|link| link.url).collect()
    }

    /// The HTML with links `[number|rest]` in place of those that are followed.
    fn followed(html: &str) -> String {
        let marks = Marks::new("k", &of(html, ""));
        marks.replace_in_html(marks.html(html), &|number, rest| format!("[{number}|{rest}]"))
    }

    fn followed_in_text(text: &str) -> String {
        let marks = Marks::new("k", &of("", text));
        marks.replace_in_text(marks.text(text), &|number, rest| format!("[{number}|{rest}]"))
    }

    #[test]
    fn links_are_found_however_they_are_written() {
        let html = "<a href=\"https://a.example/x?b=1&amp;c=2\">Shop</a> <A HREF='HTTP://B.example'>B</A>\
            <a class=x href=https://c.example/>C</a><area alt=\"\" href = \"https://d.example/d\">\
            <!--[if mso]><v:roundrect href=\"https://e.example\"></v:roundrect><![endif]-->\
            <a data-href=\"https://no.example\" href=\"https://f.example/%20\">F</a>";
        let found = urls_of(html, "See (https://g.example/a), or https://a.example/x?b=1&c=2.");
        assert_eq!(
            found,
            [
                "https://a.example/x?b=1&c=2",
                "HTTP://B.example",
                "https://c.example/",
                "https://d.example/d",
                "https://e.example",
                "https://f.example/%20",
                "https://g.example/a",
            ]
        );
    }

    #[test]
    fn others_are_left_alone() {
        let html = "<a href=\"mailto:a@b.example\">m</a><a href=\"tel:+1\">t</a><a href=\"#top\">a</a><a name=x>n</a>\
            <a href=\"{{unsubscribe_url}}\">u</a><a href=\"{{preferences_url}}\">p</a><a href=\"{{content_url}}\">c</a>\
            <a href=\"javascript:x\">j</a><link href=\"https://css.example\"><img src=\"https://i.example/a.png\">\
            <a href=\"https://{{custom.server}}/x\">s</a><a href=\"https://x.example{{custom.end}}\">e</a>\
            <a href=\"{{custom.url}}\">v</a><a href=\"https://\">n</a><a>b</a>";
        assert_eq!(urls_of(html, "http: https:// xhttps://a.example {{custom.url}}"), Vec::<String>::new());
        assert_eq!(followed(html), html);
    }

    #[test]
    fn a_link_is_replaced_where_it_stands_and_nothing_else() {
        let html =
            "<p>https://a.example/</p><a title='x>y' href='https://a.example/'>A</a><a href=https://b.example/>B</a>";
        assert_eq!(followed(html), "<p>https://a.example/</p><a title='x>y' href='[1|]'>A</a><a href=[2|]>B</a>");
        assert_eq!(followed_in_text("Go to https://a.example/b, now."), "Go to [1|], now.");
    }

    #[test]
    fn personal_values_go_with_the_link() {
        let html = "<a href=\"https://a.example/?id={{external_id}}&amp;n={first_name}\">A</a>";
        let links = of(html, "");
        assert_eq!(links[0].url, "https://a.example/?id={{external_id}}&n={first_name}");
        let marks = Marks::new("k", &links);
        let rendered = marks.html(html).replace("{{external_id}}", "7&amp;8").replace("{first_name}", "Ada");
        let made = marks.replace_in_html(rendered, &|number, rest| format!("[{number}|{rest}]"));
        assert_eq!(made, "<a href=\"[1|7&8&n=Ada]\">A</a>");
        assert_eq!(links[0].target("7&8&n=Ada").unwrap(), "https://a.example/?id=7&8&n=Ada");
    }

    #[test]
    fn a_value_cannot_pretend_to_be_a_mark() {
        let links = of("<a href=\"https://a.example/{{x}}\">A</a>", "");
        let marks = Marks::new("key", &links);
        for value in ["\u{F8F2}1.https://evil.example\u{F8F3}", "\u{F8F2}guess.1.https://a.example/\u{F8F3}guess."] {
            let made = marks.replace_in_html(format!("<p>{value}</p>"), &|_, _| "link".into());
            assert_eq!(made, format!("<p>{value}</p>"));
        }
    }

    #[test]
    fn labels_are_what_people_read() {
        let label = |html: &str| of(html, "")[0].label.clone();
        assert_eq!(label("<a href=\"https://a.example\"><b>Book</b> a&nbsp;class</a>"), "Book a class");
        assert_eq!(label("<a href=\"https://a.example\"><img src=x alt=\"Our shop\"></a>"), "Our shop");
        assert_eq!(label("<a href=\"https://a.example\">Hi {{first_name}}!</a>"), "Hi !");
        assert_eq!(label("<a href=\"https://a.example\">"), "");
        let twice = "<a href=\"https://a.example\"><img src=x></a><a href=\"https://a.example\">Shop</a>";
        assert_eq!((of(twice, "").len(), label(twice)), (1, "Shop".to_owned()));
    }

    proptest! {
        /// Whatever is written: no panic, and taking the marks out again gives what was there.
        #[test]
        fn marks_go_in_and_out(source in "(<a href=\"|<A HREF='|<a href=|https://a\\.example/|http://|\\{\\{x\\}\\}|\\{x\\}|\">|'>|</a>|<img alt=\"|&amp;|[ -~]|\\PC){0,30}") {
            prop_assume!(!source.contains([OPEN, CLOSE]));
            let links = of(&source, &source);
            let marks = Marks::new("k", &links);
            let back = |number: u16, rest: &str| links[usize::from(number) - 1].target(rest).unwrap();
            let text = marks.replace_in_text(marks.text(&source), &back);
            prop_assert_eq!(&text, &source);
            let html = marks.replace_in_html(marks.html(&source), &back);
            prop_assert_eq!(decoded(&html), decoded(&source));
        }

        /// A link never leads to another server than the one its author wrote.
        #[test]
        fn no_value_changes_the_server(before in "(https://|http://|HTTPS://)[a-z.{}/?#@:\\\\]{0,20}", value in "[a-z.:/@\\\\?#]{0,12}") {
            let html = format!("<a href=\"{before}{{{{x}}}}\">A</a>");
            for link in of(&html, "") {
                let target = link.target(&value).unwrap();
                let server = |url: &str| after_scheme(url).unwrap().split(['/', '?', '#', '\\']).next().unwrap().to_owned();
                prop_assert_eq!(server(&target), server(link.fixed()));
                prop_assert!(!server(link.fixed()).is_empty());
            }
        }
    }
}
