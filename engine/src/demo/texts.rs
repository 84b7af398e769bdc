//! What the demo's campaigns say: starters of the library, with links of the studio's own.

use domain::template::NewTemplate;

use crate::{Result, templates};

/// A text: its starter, its name, subject and the pages that its links lead to.
pub(super) struct Text {
    starter: &'static str,
    name: &'static str,
    subject: &'static str,
    pub(super) pages: &'static [&'static str],
}

pub(super) const NEWS: usize = 0;
pub(super) const OFFER: usize = 1;
pub(super) const EVENT: usize = 2;
pub(super) const WIN_BACK: usize = 3;

pub(super) const TEXTS: [Text; 5] = [
    Text {
        starter: "newsletter",
        name: "Newsletter",
        subject: "{{first_name}}, what is new at Maple Row",
        pages: &["timetable", "journal/a-day-at-the-studio", "events"],
    },
    Text {
        starter: "offer",
        name: "Special offer",
        subject: "{{first_name}}, 20% off until Sunday",
        pages: &["offer"],
    },
    Text { starter: "event", name: "Open house", subject: "Come and see us, {{first_name}}", pages: &["open-house"] },
    Text {
        starter: "win-back",
        name: "We miss you",
        subject: "It has been a while, {{first_name}}",
        pages: &["welcome-back"],
    },
    Text {
        starter: "welcome",
        name: "Welcome",
        subject: "Welcome to Maple Row, {{first_name}}",
        pages: &["first-class"],
    },
];

/// A starter with links of the studio's own in the place of its examples.
pub(super) fn template(text: &Text) -> Result<NewTemplate> {
    let starter = templates::starter(text.starter)?;
    let mut html = starter.html;
    for page in text.pages {
        html =
            html.replacen("href=\"https://example.com\"", &format!("href=\"https://www.maplerow.example/{page}\""), 1);
    }
    Ok(NewTemplate {
        name: text.name.into(),
        channel: "email".into(),
        category: Some(starter.category.word().into()),
        description: Some(starter.description),
        subject: text.subject.into(),
        preheader: Some(starter.preheader),
        html,
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_links_of_its_own() {
        for text in &TEXTS {
            let made = template(text).unwrap();
            for page in text.pages {
                assert!(made.html.contains(&format!("https://www.maplerow.example/{page}\"")), "{}: {page}", text.name);
            }
            assert!(!made.html.contains("href=\"https://example.com\""), "{}", text.name);
        }
    }
}
