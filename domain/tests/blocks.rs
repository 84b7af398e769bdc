//! What holds for every document and every way of editing it.

use domain::block::{
    Align, Block, Body, Button, Columns, Divider, Document, Edit, Footer, Heading, History, Image, Paragraph,
    ParagraphKind, Place, Rich, Run, Settings, Spacer, Text, Way, html, is_link, text,
};
use proptest::{collection::vec, option, prelude::*};

/// Texts with everything in them that means something somewhere.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ a-zA-Zäß\n]{0,6}",
        Just("{{first_name}}".to_owned()),
        Just("{{custom.a__b}}".to_owned()),
        "[-*_\\[\\]()<>&\"'{}\\\\.0-9;:#!/ •\n]{0,4}",
        Just("<script>alert(1)</script>".to_owned()),
        Just("{{{x}}}".to_owned()),
        Just("--><img src=x onerror=alert(1)>".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("\" onload=\"x".to_owned()),
    ];
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("https://a.example/x_(y)?a=1&b={{email}}".to_owned()),
        Just("mailto:a@b.co".to_owned()),
        Just("{{unsubscribe_url}}".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just(" JaVaScript:alert(1)".to_owned()),
        Just("data:text/html,<script>".to_owned()),
        Just("https://x\" onclick=\"alert(1)".to_owned()),
        words(),
    ]
}

fn colour() -> impl Strategy<Value = String> {
    prop_oneof![Just("#6b2d73".to_owned()), Just("red;}</style><script>".to_owned()), words()]
}

fn align() -> impl Strategy<Value = Align> {
    prop_oneof![Just(Align::Left), Just(Align::Center), Just(Align::Right)]
}

fn run(link: impl Strategy<Value = String>) -> impl Strategy<Value = Run> {
    (words(), any::<bool>(), any::<bool>(), any::<bool>(), option::weighted(0.3, link))
        .prop_map(|(text, bold, italic, underline, link)| Run { text, bold, italic, underline, link })
}

fn rich(link: impl Strategy<Value = String>) -> impl Strategy<Value = Rich> {
    let kind = prop_oneof![Just(ParagraphKind::Text), Just(ParagraphKind::Bullet), Just(ParagraphKind::Number)];
    vec((kind, vec(run(link), 0..5)).prop_map(|(kind, runs)| Paragraph { kind, runs }), 0..4).prop_map(Rich)
}

/// Addresses that can be linked to.
fn good_address() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("https://a.example/x_(y)?a=1&b={{email}}".to_owned()),
        Just("mailto:a@b.co".to_owned()),
        Just("{{unsubscribe_url}}".to_owned()),
        Just("https://a.example/*x*_[y]'".replace('\'', "")),
    ]
}

fn simple() -> impl Strategy<Value = Body> {
    prop_oneof![
        (any::<u8>(), words(), align()).prop_map(|(level, text, align)| Body::Heading(Heading { level, text, align })),
        (rich(address()), align()).prop_map(|(text, align)| Body::Text(Text { text: text.normal(), align })),
        (address(), words(), address(), any::<u16>(), align())
            .prop_map(|(url, alt, link, width, align)| Body::Image(Image { url, alt, link, width, align })),
        (words(), address(), colour(), colour(), align(), any::<bool>()).prop_map(
            |(label, url, color, text_color, align, full_width)| Body::Button(Button {
                label,
                url,
                color,
                text_color,
                align,
                full_width
            })
        ),
        (colour(), any::<u8>()).prop_map(|(color, thickness)| Body::Divider(Divider { color, thickness })),
        any::<u8>().prop_map(|height| Body::Spacer(Spacer { height })),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    let block = || simple().prop_map(|body| Block { id: 0, body });
    let columns = vec(vec(block(), 0..3), 2..4).prop_map(|columns| {
        let widths = if columns.len() == 2 { vec![50, 50] } else { vec![34, 33, 33] };
        Body::Columns(Columns { widths, columns })
    });
    prop_oneof![4 => simple(), 1 => columns]
}

fn document() -> impl Strategy<Value = Document> {
    let settings = (any::<u16>(), colour(), colour(), colour(), words()).prop_map(
        |(width, background, surface, color, preheader)| Settings {
            width,
            background,
            surface,
            color,
            preheader,
            ..Default::default()
        },
    );
    let footer = (words(), words(), words(), align()).prop_map(|(note, unsubscribe, preferences, align)| Footer {
        note,
        unsubscribe,
        preferences,
        align,
    });
    (settings, vec(body(), 0..6), footer).prop_map(|(settings, bodies, footer)| {
        let blocks = bodies.into_iter().map(|body| Block { id: 0, body }).collect();
        let mut document = Document { settings, blocks, footer };
        document.number();
        document
    })
}

/// An edit of whatever block stands at `pick`.
#[derive(Clone, Debug)]
enum Act {
    Insert(usize, Body),
    Move(usize, usize, usize),
    Shift(usize, bool),
    Duplicate(usize),
    Delete(usize),
    Change(usize, Body),
}

fn act() -> impl Strategy<Value = Act> {
    let n = || 0..20usize;
    prop_oneof![
        (n(), body()).prop_map(|(at, body)| Act::Insert(at, body)),
        (n(), n(), n()).prop_map(|(pick, column, index)| Act::Move(pick, column, index)),
        (n(), any::<bool>()).prop_map(|(pick, up)| Act::Shift(pick, up)),
        n().prop_map(Act::Duplicate),
        n().prop_map(Act::Delete),
        (n(), simple()).prop_map(|(pick, body)| Act::Change(pick, body)),
    ]
}

impl Act {
    fn edit(self, document: &Document) -> Option<Edit> {
        let all = document.all();
        let pick = |n: usize| (!all.is_empty()).then(|| all[n % all.len()].id);
        let column = |n: usize| match &all.get(n % (all.len() + 1))?.body {
            Body::Columns(columns) => Some((all[n % (all.len() + 1)].id, n % columns.columns.len())),
            _ => None,
        };
        Some(match self {
            Self::Insert(n, body) => Edit::Insert(Place { column: column(n), index: n }, body),
            Self::Move(n, c, index) => Edit::Move(pick(n)?, Place { column: column(c), index }),
            Self::Shift(n, up) => Edit::Shift(pick(n)?, if up { Way::Up } else { Way::Down }),
            Self::Duplicate(n) => Edit::Duplicate(pick(n)?),
            Self::Delete(n) => Edit::Delete(pick(n)?),
            Self::Change(n, body) => Edit::Change(pick(n)?, body),
        })
    }
}

fn ids(document: &Document) -> Vec<u32> {
    let mut ids: Vec<_> = document.all().iter().map(|block| block.id).collect();
    ids.sort_unstable();
    ids
}

/// Numbers of blocks that are put in with columns are given later, by `number`.
fn numbered(edit: Edit) -> Edit {
    match edit {
        Edit::Insert(place, Body::Columns(_)) => Edit::Insert(place, Body::Columns(Columns::default())),
        other => other,
    }
}

proptest! {
    #[test]
    fn whatever_was_done_can_be_undone_and_done_again(start in document(), acts in vec(act(), 0..25)) {
        let mut history = History::new(start.clone());
        for act in acts {
            if let Some(edit) = act.edit(history.now()) {
                let _ = history.edit(&edit);
            }
        }
        let end = history.now().clone();
        while history.undo() {}
        prop_assert_eq!(history.now(), &start);
        while history.redo() {}
        prop_assert_eq!(history.now(), &end);
    }

    #[test]
    fn moving_loses_no_block_and_each_has_a_number_of_its_own(start in document(), acts in vec(act(), 0..25)) {
        let mut now = start;
        for act in acts {
            let Some(edit) = act.edit(&now).map(numbered) else { continue };
            let Ok((next, at)) = now.edited(&edit) else { continue };
            let (before, after) = (ids(&now), ids(&next));
            match edit {
                Edit::Move(..) | Edit::Shift(..) => prop_assert_eq!(&before, &after),
                Edit::Insert(..) | Edit::Duplicate(..) => prop_assert!(after.len() > before.len() && after.contains(&at)),
                Edit::Delete(id) => prop_assert!(!after.contains(&id) && (at == 0 || after.contains(&at))),
                _ => {}
            }
            let mut once = after.clone();
            once.dedup();
            prop_assert_eq!(once, after);
            now = next;
        }
    }

    #[test]
    fn what_is_saved_is_read_back(document in document()) {
        let saved = serde_json::to_string(&document).unwrap();
        prop_assert_eq!(serde_json::from_str::<Document>(&saved).unwrap(), document);
    }

    #[test]
    fn a_text_survives_the_browser_and_the_plain_field(text in rich(good_address())) {
        let text = text.normal();
        prop_assert_eq!(&text.clone().normal(), &text);
        prop_assert_eq!(&Rich::from_markup(&text.to_markup()), &text, "{}", text.to_markup());
        prop_assert_eq!(&Rich::from_html(&text.to_html()), &text, "{}", text.to_html());
    }

    #[test]
    fn reading_never_fails_and_lets_only_safe_links_in(source in words(), more in address()) {
        for read in [Rich::from_markup(&source), Rich::from_html(&format!("{source}<a href=\"{more}\">x</a>{source}"))] {
            prop_assert_eq!(&read.clone().normal(), &read);
        }
        let pasted = Rich::from_html(&format!("<a href='{more}'>x</a>"));
        prop_assert!(pasted.0.iter().flat_map(|p| &p.runs).filter_map(|r| r.link.as_ref()).all(|link| is_link(link)));
    }

    #[test]
    fn nothing_that_runs_gets_out(document in document()) {
        let html = html(&document);
        for tag in tags(&html) {
            let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || "/:!".contains(*c)).collect();
            prop_assert!(KNOWN.contains(&name.trim_start_matches('/')), "a tag that we do not write: <{}>", tag);
            let attributes = attributes(&tag);
            prop_assert!(!attributes.iter().any(|(name, _)| name.starts_with("on")), "<{}>", tag);
            for (_, value) in attributes.iter().filter(|(name, _)| name == "href" || name == "src") {
                prop_assert!(is_link(&value.replace("&amp;", "&")), "<{}>", tag);
            }
        }
        let unescaped = ["{{{", "{{&"].iter().any(|place| html.contains(place));
        prop_assert!(!unescaped, "a variable that is not escaped");
        for place in ["unsubscribe_url", "postal_address", "company_name"] {
            prop_assert!(html.contains(place), "{}", place);
        }
        prop_assert_eq!(html.matches("<table").count(), html.matches("</table>").count());
        prop_assert!(text(&document).contains("unsubscribe_url"));
    }
}

const KNOWN: &[&str] = &[
    "!DOCTYPE",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "table",
    "tr",
    "td",
    "p",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "a",
    "img",
    "br",
    "strong",
    "em",
    "u",
    "xml",
    "o:OfficeDocumentSettings",
    "o:PixelsPerInch",
    "!",
];

/// Everything between `<` and `>`.
fn tags(html: &str) -> Vec<String> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect()
}

/// Names and values of a tag's attributes; all of ours are in double quotes.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit(char::is_whitespace).next().unwrap_or_default().to_ascii_lowercase();
        let (value, behind) = after.split_once('"').unwrap_or((after, ""));
        found.push((name, value.to_owned()));
        rest = behind;
    }
    found
}

#[test]
fn programs_may_leave_out_what_has_a_default() {
    let json = r#"{"blocks": [{"type": "heading", "text": "Hi"}, {"type": "columns", "columns": [[{"type": "spacer"}], []]}]}"#;
    let mut document: Document = serde_json::from_str(json).unwrap();
    document.number();
    assert_eq!(ids(&document), [1, 2, 3]);
    assert_eq!(document.check(""), Ok(()));
}

#[test]
fn a_mail_is_one_column_on_a_phone_and_can_be_read_in_the_dark() {
    let mut document = Document::starter(&domain::brand::Brand::default());
    document.blocks.push(Columns::default().into());
    let html = html(&document);
    for needed in [
        "max-width: 620px",
        ".column { display: block !important;",
        "prefers-color-scheme: dark",
        "name=\"color-scheme\" content=\"light dark\"",
        "<!--[if mso]><td width=\"288\"",
        "max-width:600px",
    ] {
        assert!(html.contains(needed), "{needed}");
    }
}
