//! Templates: versions that campaigns pin, previews, archive, the starter library, tests (SPEC 4).

use domain::{
    contact::NewContact,
    id::TemplateId,
    template::{EmailContent, NewTemplate, NewTrial, TemplateChange, TemplateFilter},
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
    for (html, code) in [
        ("<p>\n{{frist_name}}</p>", "unknown_variable"),
        ("<p>{frist_name}</p>", "unknown_variable"),
        ("<p>{{shout first_name}}</p>", "unknown_helper"),
        ("<p>{{first_name</p>", "invalid_template"),
        ("<mjml><mj-body><mj-odd></mj-odd></mj-body></mjml>", "invalid_mjml"),
    ] {
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
        let seen = here.act(async |tx| templates::preview(&here.engine, tx, &text, contact).await).await.unwrap();
        assert_eq!(seen.subject, format!("For {name}"));
        assert!(seen.html.contains(&format!("Dear {name} of Maple Row")), "{}", seen.html);
        assert!(seen.text.contains(&format!("Dear {name} of Maple Row")), "{}", seen.text);
        assert!(seen.html.contains("1 Maple Row, Springfield") && seen.text.contains("Unsubscribe"), "{}", seen.html);
    }
    let needs = EmailContent { html: "<p>{{last_name}}</p>".into(), ..text };
    let refused = here.act(async |tx| templates::preview(&here.engine, tx, &needs, Some(ada)).await).await;
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
    let seen = here.act(async |tx| templates::preview(&here.engine, tx, &text, Some(id)).await).await.unwrap();
    assert!(!seen.html.contains("<script>"), "{}", seen.html);
    assert_eq!(seen.subject, "<script>alert(1)</script>", "a subject is plain text");
}

#[tokio::test]
async fn a_save_without_a_change_of_the_text_makes_no_version() {
    let here = TestWorkspace::new().await;
    let id = here.template("Spring", "First", "<p>Hello</p>").await;
    let renamed = NewTemplate { name: "Easter".into(), ..text("Spring", "First", "<p>Hello</p>") };
    let saved = here.act(async |tx| templates::update(tx, id, &renamed).await).await.unwrap().template;
    assert_eq!((saved.version, saved.name.as_str(), saved.slug.as_str()), (1, "Easter", "spring"));
    let change =
        TemplateChange { preheader: Some("Soon".into()), category: Some("notification".into()), ..Default::default() };
    let saved = here.act(async |tx| templates::change(tx, id, &change).await).await.unwrap();
    assert_eq!((saved.template.version, saved.preheader.as_str(), saved.html.as_str()), (2, "Soon", "<p>Hello</p>"));
    assert_eq!(saved.template.category.word(), "notification");
}

#[tokio::test]
async fn old_versions_are_kept_and_come_back_as_new_ones() {
    let here = TestWorkspace::new().await;
    let id = here.template("Spring", "First", "<p>One</p>").await;
    let second = text("Spring", "Second", "<p>Two</p>");
    here.act(async |tx| templates::update(tx, id, &second).await).await.unwrap();
    let versions = here.act(async |tx| templates::versions(tx, id).await).await.unwrap();
    let told: Vec<_> = versions.iter().map(|version| (version.version, version.subject.as_str())).collect();
    assert_eq!(told, [(2, "Second"), (1, "First")]);
    let old = here.act(async |tx| templates::version(tx, id, 1).await).await.unwrap();
    assert_eq!((old.template.subject.as_str(), old.html.as_str()), ("First", "<p>One</p>"));
    let back = here.act(async |tx| templates::restore_version(tx, id, 1).await).await.unwrap();
    assert_eq!((back.template.version, back.html.as_str()), (3, "<p>One</p>"));
    assert!(matches!(here.act(async |tx| templates::version(tx, id, 9).await).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn archived_templates_cannot_be_chosen_until_they_are_restored() {
    let here = TestWorkspace::new().await;
    let sender = here.sender(&here.provider(&Sink::new().await).await).await;
    let id = here.template("Spring", "First", "<p>One</p>").await;
    here.act(async |tx| templates::archive(tx, id).await).await.unwrap();
    assert!(here.act(async |tx| templates::list(tx).await).await.unwrap().is_empty());
    let archived = TemplateFilter { active: "false".into(), ..Default::default() };
    assert_eq!(here.act(async |tx| templates::find(tx, &archived).await).await.unwrap().len(), 1);
    let mut new = draft("Spring news", sender, &[]);
    new.content.email = Default::default();
    new.content.email.template_id = Some(id.to_string());
    let refused = here.act(async |tx| engine::campaigns::create(tx, &new).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("content.email.template_id", "archived"));
    here.act(async |tx| templates::restore(tx, id).await).await.unwrap();
    assert!(here.act(async |tx| engine::campaigns::create(tx, &new).await).await.is_ok());
}

#[tokio::test]
async fn templates_are_found_by_kind_and_words_and_copied_under_a_free_name() {
    let here = TestWorkspace::new().await;
    let id = here.template("Spring", "First", "<p>One</p>").await;
    for name in ["Spring (copy)", "Spring (copy 2)"] {
        let copy = here.act(async |tx| templates::duplicate(tx, id, None).await).await.unwrap();
        assert_eq!((copy.template.name.as_str(), copy.html.as_str(), copy.template.version), (name, "<p>One</p>", 1));
    }
    let receipt = NewTemplate { category: Some("transactional".into()), ..text("Receipt", "Paid", "<p>Paid</p>") };
    here.act(async |tx| templates::create(tx, &receipt).await).await.unwrap();
    for (filter, count) in [
        (TemplateFilter::default(), 4),
        (TemplateFilter { category: "transactional".into(), ..Default::default() }, 1),
        (TemplateFilter { search: "SPRING".into(), ..Default::default() }, 3),
        (TemplateFilter { search: "paid".into(), ..Default::default() }, 1),
        (TemplateFilter { search: "%".into(), ..Default::default() }, 0),
        (TemplateFilter { channel: "sms".into(), ..Default::default() }, 0),
    ] {
        let found = here.act(async |tx| templates::find(tx, &filter).await).await.unwrap();
        assert_eq!(found.len(), count, "{filter:?}");
    }
}

#[tokio::test]
async fn mjml_with_a_preheader_is_pinned_as_html() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    let html = "<mjml><mj-body><mj-section><mj-column><mj-text>Dear {first_name}</mj-text></mj-column></mj-section></mj-body></mjml>";
    let new = NewTemplate { preheader: Some("For {first_name}".into()), ..text("Spring", "Hello", html) };
    let template = here.act(async |tx| templates::create(tx, &new).await).await.unwrap().template;
    assert_eq!(template.format.word(), "mjml");
    let mut campaign = draft("Spring news", sender, &[list]);
    campaign.content.email = Default::default();
    campaign.content.email.template_id = Some(template.id.to_string());
    here.start(here.campaign_with(campaign).await).await;
    here.work().await;
    let body = sink.mails()[0].text();
    let (plain, html) = body.split_once("Content-Type: text/html").unwrap();
    assert!(html.contains("Dear ada") && html.contains("For ada") && !html.contains("<mj-"), "{html}");
    assert!(plain.contains("Dear ada") && !plain.contains("For ada"), "{plain}");
    let used = here.act(async |tx| templates::get(tx, template.id).await).await.unwrap().template.used;
    assert_eq!(used, 1);
}

#[tokio::test]
async fn a_starter_is_a_template_that_is_ready() {
    let here = TestWorkspace::new().await;
    for starter in templates::starters() {
        let new = NewTemplate { starter: Some(starter.key.clone()), ..Default::default() };
        let made = here.act(async |tx| templates::create(tx, &new).await).await.unwrap();
        assert_eq!((made.template.name.as_str(), made.html.as_str()), (starter.name.as_str(), starter.html.trim()));
        let shown = TemplateChange::default().onto(&made);
        let mail = here.act(async |tx| templates::preview_text(&here.engine, tx, &shown, None).await).await.unwrap();
        assert!(mail.warnings.is_empty() && mail.html.contains("1 Maple Row, Springfield"), "{}", starter.key);
    }
    let unknown = NewTemplate { starter: Some("nothing".into()), ..Default::default() };
    let refused = here.act(async |tx| templates::create(tx, &unknown).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("starter", "unknown"));
}

#[tokio::test]
async fn large_messages_and_unknown_custom_fields_are_warned_of() {
    let here = TestWorkspace::new().await;
    sqlx::query(
        "insert into custom_field (tenant_id, key, label, kind, created_at) values ($1, 'size', 'Size', 'text', now())",
    )
    .bind(here.tenant.0)
    .execute(here.engine.db.owner())
    .await
    .unwrap();
    let html = format!("<p>{}</p>{{{{default custom.size 1}}}}{{{{default custom.colour 2}}}}", "word ".repeat(21_000));
    let shown = text("Spring", "Hello", &html);
    let warnings =
        here.act(async |tx| templates::preview_text(&here.engine, tx, &shown, None).await).await.unwrap().warnings;
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("105 kB") && warnings[1].contains("no custom field colour"), "{warnings:?}");
}

#[tokio::test]
async fn a_test_goes_to_any_address_and_counts_nowhere() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let ada = here.contact("ada@one.example", &[]).await;
    let id = here.template("Spring", "For {{first_name}}", "<p>Dear {{first_name}}</p>").await;
    let new = NewTrial {
        to: "boss@elsewhere.example".into(),
        contact_id: Some(ada.to_string()),
        sender_id: sender.to_string(),
    };
    let ready = here.act(async |tx| templates::ready_trial(&here.engine, tx, id, &new).await).await.unwrap();
    let done = ready.send().await;
    assert_eq!((done.ok, done.message.as_str()), (true, "Sent to boss@elsewhere.example."));
    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].header("Subject").as_deref(), Some("[Test] For ada"));
    assert!(mails[0].text().contains("/unsubscribe/test") && mails[0].text().contains("1 Maple Row"));
    let count = "select (select count(*) from message) + (select count(*) from run) + (select count(*) from event)";
    let counted: i64 = sqlx::query_scalar(count).fetch_one(here.engine.db.owner()).await.unwrap();
    assert_eq!(counted, 0);
    let wrong = NewTrial { to: "nobody".into(), contact_id: Some("7".into()), sender_id: String::new() };
    let refused = here.act(async |tx| templates::ready_trial(&here.engine, tx, id, &wrong).await).await.err().unwrap();
    assert_eq!(
        fields(refused).into_iter().map(|(field, _)| field).collect::<Vec<_>>(),
        ["to", "contact_id", "sender_id"]
    );
}
