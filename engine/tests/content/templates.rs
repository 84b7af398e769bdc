//! Templates: versions that campaigns pin, and previews (SPEC 4).

use domain::{
    contact::NewContact,
    id::TemplateId,
    template::{EmailContent, NewTemplate},
};
use engine::{
    Error, templates,
    testing::{Sink, TestWorkspace, draft},
};

use crate::{field, fields, pair};

fn text(name: &str, subject: &str, html: &str) -> NewTemplate {
    NewTemplate {
        name: name.into(),
        channel: "email".into(),
        subject: subject.into(),
        html: html.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn each_save_is_a_new_version_and_the_old_one_stays() {
    let here = TestWorkspace::new().await;
    let id = here.template("Spring", "First", "<p>{{first_name}}</p>").await;
    let second = text("Spring 2", "Second", "<p>{{custom.size}}</p>");
    let saved = here.act(async |tx| templates::update(tx, id, &second).await).await.unwrap();
    assert_eq!((saved.template.version, saved.template.name.as_str()), (2, "Spring 2"));
    assert_eq!(saved.variables, ["custom.size"]);
    let kept: Vec<(i32, String)> = sqlx::query_as("select version, subject from template_version order by version")
        .fetch_all(here.engine.db.owner())
        .await
        .unwrap();
    assert_eq!(kept, [(1, "First".into()), (2, "Second".into())]);
    let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
    let refused = sqlx::query("update template_version set subject = ''").execute(&mut *tx).await.unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
}

#[tokio::test]
async fn a_campaign_keeps_the_version_it_pinned() {
    let here = TestWorkspace::new().await;
    let sender = here.sender(&here.provider(&Sink::new().await).await).await;
    let template = here.template("Spring", "First", "<p>Hello</p>").await;
    let mut new = draft("Spring news", sender, &[]);
    new.content.email = Default::default();
    new.content.email.template_id = Some(template.to_string());
    let campaign = here.campaign_with(new.clone()).await;
    let second = text("Spring", "Second", "<p>Hello</p>");
    here.act(async |tx| templates::update(tx, template, &second).await).await.unwrap();
    let content = here.act(async |tx| engine::campaigns::get(tx, campaign).await).await.unwrap().content;
    assert_eq!((content.template_version, content.email.subject.as_str()), (Some(1), "First"));
    let saved = here.act(async |tx| engine::campaigns::update(tx, campaign, &new).await).await.unwrap().content;
    assert_eq!((saved.template_version, saved.email.subject.as_str()), (Some(2), "Second"), "until it is chosen anew");
}

#[tokio::test]
async fn a_text_that_cannot_be_rendered_is_refused_with_its_place() {
    let here = TestWorkspace::new().await;
    for (html, code) in [("<p>\n{{frist_name}}</p>", "unknown_variable"), ("<p>{{first_name</p>", "invalid_template")] {
        let refused = here.act(async |tx| templates::create(tx, &text("Spring", "Hello", html)).await).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{html} is taken") };
        assert_eq!((errors.0[0].field.as_str(), errors.0[0].code.as_str()), ("html", code));
        assert!(errors.0[0].message.starts_with("Line "), "{errors}");
    }
    let empty = here.act(async |tx| templates::create(tx, &NewTemplate::default()).await).await;
    assert_eq!(fields(empty.unwrap_err()).len(), 4);
    assert!(here.act(async |tx| templates::list(tx).await).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_name_is_one_templates() {
    let here = TestWorkspace::new().await;
    here.template("Spring", "Hello", "<p>Hello</p>").await;
    let id = here.template("Summer", "Hello", "<p>Hello</p>").await;
    let same = text("SPRING", "Hello", "<p>Hello</p>");
    let made = here.act(async |tx| templates::create(tx, &same).await).await;
    assert_eq!(field(made.unwrap_err()), pair("name", "taken"));
    let saved = here.act(async |tx| templates::update(tx, id, &same).await).await;
    assert_eq!(field(saved.unwrap_err()), pair("name", "taken"));
    let nothing = TemplateId(uuid::Uuid::from_u128(1));
    assert!(matches!(here.act(async |tx| templates::get(tx, nothing).await).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_preview_is_what_the_person_would_get() {
    let here = TestWorkspace::new().await;
    let ada = here.contact("ada@one.example", &[]).await;
    let phone = Some("+12125550123".into());
    let nameless = here.contact_with(NewContact { phone, ..Default::default() }).await;
    let text = EmailContent {
        subject: "For {{first_name}}".into(),
        html: "<p>Dear {{first_name}} of {{company_name}}</p>".into(),
        text: String::new(),
    };
    for (contact, name) in [(Some(ada), "ada"), (None, "Nora"), (Some(nameless), "there")] {
        let seen = here.act(async |tx| templates::preview(tx, &text, contact).await).await.unwrap();
        assert_eq!(seen.subject, format!("For {name}"));
        assert!(seen.html.contains(&format!("Dear {name} of Maple Row")), "{}", seen.html);
        assert!(seen.text.contains(&format!("Dear {name} of Maple Row")), "{}", seen.text);
        assert!(seen.html.contains("1 Maple Row, Springfield") && seen.text.contains("Unsubscribe"), "{}", seen.html);
    }
    let needs = EmailContent { html: "<p>{{last_name}}</p>".into(), ..text };
    let refused = here.act(async |tx| templates::preview(tx, &needs, Some(ada)).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("html", "missing_value"));
}

#[tokio::test]
async fn what_people_are_called_cannot_become_html() {
    let here = TestWorkspace::new().await;
    let new = NewContact {
        email: "x@one.example".into(),
        first_name: "<script>alert(1)</script>".into(),
        ..Default::default()
    };
    let id = here.contact_with(new).await;
    let text =
        EmailContent { subject: "{{first_name}}".into(), html: "<p>{{first_name}}</p>".into(), text: String::new() };
    let seen = here.act(async |tx| templates::preview(tx, &text, Some(id)).await).await.unwrap();
    assert!(!seen.html.contains("<script>"), "{}", seen.html);
    assert_eq!(seen.subject, "<script>alert(1)</script>", "a subject is plain text");
}
