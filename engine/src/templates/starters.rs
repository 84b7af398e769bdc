//! The starter library (SPEC 4.1): messages that are ready to use, for a template to begin with.

use domain::template::{BodyFormat, Category, NewTemplate, Starter};

use crate::{Error, Result};

/// Key, name, when to use it, what it is for, subject, preheader, body.
type Row = (&'static str, &'static str, &'static str, Category, &'static str, &'static str, &'static str);

const LIBRARY: &[Row] = &[
    (
        "welcome",
        "Welcome",
        "The first message to somebody who has just signed up.",
        Category::Marketing,
        "Welcome to {{company_name}}, {{first_name}}",
        "Here is what you can look forward to.",
        include_str!("starters/welcome.html"),
    ),
    (
        "newsletter",
        "Newsletter",
        "News in three short pieces, with one that leads.",
        Category::Marketing,
        "What is new at {{company_name}}",
        "Three things worth a minute of your time.",
        include_str!("starters/newsletter.html"),
    ),
    (
        "offer",
        "Special offer",
        "One offer with a code and a date on which it ends.",
        Category::Marketing,
        "{{first_name}}, 20% off until Sunday",
        "Your code is inside. It works on everything.",
        include_str!("starters/offer.html"),
    ),
    (
        "event",
        "Event invitation",
        "An invitation with day, time and place, and what will happen.",
        Category::Marketing,
        "You are invited, {{first_name}}",
        "An evening with us. Bring somebody along.",
        include_str!("starters/event.html"),
    ),
    (
        "win-back",
        "Win back",
        "To people who have not been seen for a while.",
        Category::Marketing,
        "It has been a while, {{first_name}}",
        "Something to come back for.",
        include_str!("starters/win-back.html"),
    ),
    (
        "receipt",
        "Receipt notice",
        "What was paid, line by line, with the total. Lines come from the custom field items.",
        Category::Transactional,
        "Your receipt from {{company_name}}",
        "Thank you. Here are the details of your purchase.",
        include_str!("starters/receipt.html"),
    ),
    (
        "review",
        "Ask for a review",
        "After a visit: five stars to click on. Written in MJML.",
        Category::Notification,
        "How was your visit, {{first_name}}?",
        "It takes ten seconds, and it helps us a lot.",
        include_str!("starters/review.mjml"),
    ),
];

/// All of them.
pub fn starters() -> Vec<Starter> {
    LIBRARY.iter().map(made).collect()
}

/// The one of this key.
pub fn starter(key: &str) -> Result<Starter> {
    let found = LIBRARY.iter().find(|(known, ..)| *known == key.trim());
    found.map(made).ok_or_else(|| {
        let known: Vec<_> = LIBRARY.iter().map(|(key, ..)| *key).collect();
        Error::field("starter", "unknown", format!("Must be one of: {}.", known.join(", ")))
    })
}

fn made((key, name, description, category, subject, preheader, html): &Row) -> Starter {
    Starter {
        key: (*key).into(),
        name: (*name).into(),
        description: (*description).into(),
        category: *category,
        format: BodyFormat::of(html),
        subject: (*subject).into(),
        preheader: (*preheader).into(),
        html: (*html).into(),
    }
}

/// A new template with what its starter says, where nothing else was typed.
pub(super) fn filled(new: &NewTemplate) -> Result<NewTemplate> {
    let Some(key) = new.starter.as_deref().filter(|key| !key.trim().is_empty()) else { return Ok(new.clone()) };
    let starter = starter(key)?;
    let or = |typed: &str, other: String| if typed.trim().is_empty() { other } else { typed.to_owned() };
    Ok(NewTemplate {
        name: or(&new.name, starter.name),
        channel: or(&new.channel, "email".into()),
        category: new.category.clone().or(Some(starter.category.word().into())),
        description: new.description.clone().or(Some(starter.description)),
        subject: or(&new.subject, starter.subject),
        preheader: new.preheader.clone().or(Some(starter.preheader)),
        html: or(&new.html, starter.html),
        starter: None,
        ..new.clone()
    })
}

#[cfg(test)]
mod tests {
    use domain::{
        brand::Brand,
        template::{CLIPPED_FROM, EmailContent},
    };

    use super::*;
    use crate::templates::{
        email,
        render::{About, Links, Person, compile},
    };

    #[test]
    fn every_starter_renders_for_whoever_is_known_only_by_address() {
        assert!(LIBRARY.len() >= 6);
        for (key, ..) in LIBRARY {
            let starter = NewTemplate { starter: Some((*key).into()), ..Default::default() };
            let text = filled(&starter).unwrap().parse().unwrap_or_else(|wrong| panic!("{key}: {wrong}")).text;
            super::super::compile(&text).unwrap_or_else(|wrong| panic!("{key}: {wrong}"));
            let EmailContent { subject, html, text } = email(&text).unwrap();
            let compiled = compile(&EmailContent { subject, html, text }, "").unwrap();
            let about = About::example();
            let nobody = Person::of(serde_json::json!({"email": "a@b.example"}));
            let links = Links::of_trial("https://x.example");
            let mail = compiled.render(&nobody, &about, &links).unwrap_or_else(|missing| panic!("{key}: {missing:?}"));
            assert!(mail.html.len() < CLIPPED_FROM / 2, "{key}: {}", mail.html.len());
            assert!(
                mail.html.contains("prefers-color-scheme: dark") || mail.html.contains("prefers-color-scheme:dark"),
                "{key}"
            );
            for url in ["http://", "src=\"http", "url(http", "@import"] {
                assert!(!mail.html.replace("http://www.w3.org", "").contains(url), "{key} loads {url}");
            }
            assert!(!mail.html.contains("<img"), "{key}: no logo, no picture");
            let (colour, logo_url) = ("#ffe066".to_owned(), Some("https://x.example/logo/a".to_owned()));
            let branded = About { brand: Brand { colour, logo_url, ..about.brand.clone() }, ..about.clone() };
            let dressed = compiled.render(&nobody, &branded, &links).unwrap().html;
            assert_eq!(dressed.matches("src=\"https://x.example/logo/a\" alt=\"Maple Row\"").count(), 1, "{key}");
            assert!(dressed.contains("#ffe066") && dressed.contains("#000000"), "{key}: {dressed}");
            for part in [&mail.html, &mail.text] {
                assert!(part.contains(&links.unsubscribe) && part.contains("1 Maple Row"), "{key}: {part}");
                assert!(part.contains("there") || !part.contains("first_name"), "{key}");
            }
        }
    }

    #[test]
    fn what_is_typed_beside_a_starter_takes_its_place() {
        let typed = NewTemplate { starter: Some("welcome".into()), subject: "Hello".into(), ..Default::default() };
        let made = filled(&typed).unwrap();
        assert_eq!((made.name.as_str(), made.subject.as_str(), made.channel.as_str()), ("Welcome", "Hello", "email"));
        assert!(starter("nothing").is_err());
    }
}
