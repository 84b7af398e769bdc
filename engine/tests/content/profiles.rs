//! What is known of a contact: every field, changed one by one, tags, custom fields by their registry, stages.

use domain::{
    contact::{ContactChange, ContactQuery, NewContact, tag::NewTagging},
    custom_field::{CustomFieldChange, FieldKind, NewCustomField},
    id::ContactId,
    page::PageQuery,
    stage::{NewStage, NewStages},
};
use engine::{Error, accounts::audit, audience, testing::TestWorkspace};
use serde_json::json;

use crate::{field, fields, pair};

async fn create(here: &TestWorkspace, new: NewContact) -> engine::Result<ContactId> {
    here.act(async |tx| audience::create(&here.engine, tx, &new).await).await
}

async fn change(
    here: &TestWorkspace,
    id: ContactId,
    change: serde_json::Value,
) -> engine::Result<domain::contact::Contact> {
    let change: ContactChange = serde_json::from_value(change).unwrap();
    here.act(async |tx| audience::update(&here.engine, tx, id, &change).await).await
}

/// Addresses of those that fit.
async fn found(here: &TestWorkspace, query: ContactQuery) -> Vec<String> {
    let page = here.act(async |tx| audience::find(tx, &query).await).await.unwrap();
    let count = here.act(async |tx| audience::count_found(tx, &query).await).await.unwrap();
    assert_eq!(count, page.data.len() as i64);
    page.data.into_iter().filter_map(|contact| contact.email).collect()
}

fn search(text: &str) -> ContactQuery {
    ContactQuery { page: PageQuery { search: Some(text.into()), ..Default::default() }, ..Default::default() }
}

#[tokio::test]
async fn every_field_is_kept_and_changed_alone() {
    let here = TestWorkspace::new().await;
    let all = json!({
        "email": "ada@one.example", "phone": "06 1234 5678", "whatsapp": "+12125550123", "social": "@ada", "source": "crm",
        "external_id": 7, "language": "pt_br", "city": "Turin", "state": "TO", "country": "Italy", "latitude": 45.07,
        "longitude": "7.69", "industry": "Mathematics", "lead_score": 85, "stage": "sales", "birthday": "1815-12-10",
        "tags": ["VIP, first"], "test": true,
    });
    let wrong = create(&here, serde_json::from_value(all.clone()).unwrap()).await.unwrap_err();
    assert_eq!(field(wrong), pair("birthday", "invalid_date"), "nobody is two hundred years old");
    let mut all = all;
    all["birthday"] = json!("1915-12-10");
    let id = create(&here, serde_json::from_value(all).unwrap()).await.unwrap();
    let contact = here.act(async |tx| audience::get(tx, id).await).await.unwrap().contact;
    let kept = serde_json::to_value(&contact).unwrap();
    for (field, value) in [
        ("phone", json!("+390612345678")),
        ("whatsapp", json!("+12125550123")),
        ("external_id", json!("7")),
        ("language", json!("pt-BR")),
        ("country", json!("IT")),
        ("latitude", json!(45.07)),
        ("lead_score", json!(85)),
        ("birthday", json!("1915-12-10")),
        ("tags", json!(["first", "vip"])),
        ("test", json!(true)),
    ] {
        assert_eq!(kept[field], value, "{field}");
    }
    let after = change(&here, id, json!({"city": "Rome", "lead_score": "", "phone": ""})).await.unwrap();
    let mut expected = contact.clone();
    (expected.city, expected.lead_score, expected.phone) = ("Rome".into(), None, None);
    expected.updated_at = after.updated_at;
    assert_eq!(after, expected, "the rest is as it was");
    assert_eq!(field(change(&here, id, json!({"stage": "heaven"})).await.unwrap_err()), pair("stage", "unknown"));
    assert_eq!(
        field(change(&here, id, json!({"email": "", "whatsapp": ""})).await.unwrap_err()),
        pair("email", "required")
    );
}

#[tokio::test]
async fn a_taken_address_is_refused_with_who_has_it() {
    let here = TestWorkspace::new().await;
    let ada = here.contact("ada@one.example", &[]).await;
    let ben = here.contact("ben@two.example", &[]).await;
    let Err(Error::Invalid(errors)) = change(&here, ben, json!({"email": "ADA@one.example"})).await else { panic!() };
    assert!(errors.message("email").unwrap().contains(&format!("/contacts/{ada}")), "{errors}");
    let external = json!({"source": "crm", "external_id": "7"});
    change(&here, ada, external.clone()).await.unwrap();
    assert_eq!(field(change(&here, ben, external).await.unwrap_err()), pair("external_id", "taken"));
    change(&here, ada, json!({"email": "ada@one.example", "city": "London"})).await.expect("her own is not taken");
}

#[tokio::test]
async fn switches_are_in_the_log_by_themselves() {
    let here = TestWorkspace::new().await;
    let ada = here.contact("ada@one.example", &[]).await;
    change(&here, ada, json!({"do_not_contact": true, "city": "Rome"})).await.unwrap();
    change(&here, ada, json!({"city": "Rome"})).await.unwrap();
    let log = here.act(async |tx| audit::list(tx, &domain::audit::AuditQuery::default()).await).await.unwrap().data;
    let mut about: Vec<_> =
        log.iter().filter(|entry| entry.subject_kind == "contact").map(|entry| entry.action.as_str()).collect();
    // Two of them are of the same moment.
    about.sort_unstable();
    assert_eq!(about, ["contact.created", "contact.do_not_contact", "contact.updated"]);
    let updated = log.iter().find(|entry| entry.action == "contact.updated").unwrap();
    assert_eq!(updated.detail, json!({"city": {"before": "", "after": "Rome"}}));
}

#[tokio::test]
async fn tags_are_added_and_taken_for_many_at_once() {
    let here = TestWorkspace::new().await;
    let (ada, ben) = (here.contact("ada@one.example", &[]).await, here.contact("ben@two.example", &[]).await);
    let tag = async |ids: &[ContactId], add: &str, remove: &str| {
        let contact_ids = ids.iter().map(ToString::to_string).collect();
        let new = NewTagging { contact_ids, add: vec![add.into()], remove: vec![remove.into()] };
        here.act(async |tx| audience::tag(tx, &new).await).await
    };
    assert_eq!(tag(&[ada, ben], "VIP, new", "").await.unwrap(), 2);
    assert_eq!(tag(&[ada, ben], "vip", "New").await.unwrap(), 2);
    assert_eq!(tag(&[ada, ben], "vip", "").await.unwrap(), 0, "nothing to change");
    assert_eq!(tag(&[ada], "gold", "").await.unwrap(), 1);
    let tagged = async |tag: &str| found(&here, ContactQuery { tag: tag.into(), ..Default::default() }).await;
    assert_eq!(
        (tagged("Gold").await, tagged("vip").await.len(), tagged("new").await.len()),
        (vec!["ada@one.example".to_owned()], 2, 0)
    );
    let many = (0..100).map(|n| format!("t{n}")).collect::<Vec<_>>().join(",");
    assert_eq!(field(tag(&[ben, ada], &many, "").await.unwrap_err()), pair("add", "too_many"));
    let nobody = ContactId(uuid::Uuid::from_u128(1));
    assert_eq!(field(tag(&[ada, nobody], "x", "").await.unwrap_err()), pair("contact_ids", "unknown"));
}

#[tokio::test]
async fn the_registry_learns_checks_and_forgets() {
    let here = TestWorkspace::new().await;
    let with = |email: &str, custom: serde_json::Value| NewContact {
        email: email.into(),
        custom: Some(custom),
        ..Default::default()
    };
    create(&here, with("ada@one.example", json!({"size": 3, "Odd Name": 1, "list": [1]}))).await.unwrap();
    let registry = here.act(async |tx| audience::fields(tx).await).await.unwrap();
    let known: Vec<_> = registry.iter().map(|field| (field.key.as_str(), field.label.as_str(), field.kind)).collect();
    assert_eq!(known, [("size", "Size", FieldKind::Number)]);
    let since = NewCustomField { label: "Customer since".into(), kind: "date".into(), ..Default::default() };
    here.act(async |tx| audience::create_field(tx, &since).await).await.unwrap();
    let again = here.act(async |tx| audience::create_field(tx, &since).await).await;
    assert_eq!(field(again.unwrap_err()), pair("key", "taken"));

    let wrong = create(&here, with("ben@two.example", json!({"size": "large", "customer_since": "1/2/26"}))).await;
    let mut wrong = fields(wrong.unwrap_err());
    wrong.sort();
    assert_eq!(wrong, [pair("custom.customer_since", "wrong_kind"), pair("custom.size", "wrong_kind")]);
    let ben =
        create(&here, with("ben@two.example", json!({"size": "12", "customer_since": "2026-02-01"}))).await.unwrap();
    let ben = async || here.act(async |tx| audience::get(tx, ben).await).await.unwrap().contact;
    assert_eq!(ben().await.custom, json!({"size": 12, "customer_since": "2026-02-01"}));

    let label = CustomFieldChange { label: "Shoe size".into() };
    here.act(async |tx| audience::rename_field(tx, "size", &label).await).await.unwrap();
    assert_eq!(here.act(async |tx| audience::delete_field(tx, "size").await).await.unwrap(), 2);
    assert_eq!(ben().await.custom, json!({"customer_since": "2026-02-01"}));
    assert!(matches!(here.act(async |tx| audience::delete_field(tx, "size").await).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn the_pipeline_is_the_workspaces_own() {
    let here = TestWorkspace::new().await;
    let keys = async || -> Vec<String> {
        let stages = here.act(async |tx| audience::stages(tx).await).await.unwrap();
        stages.into_iter().map(|stage| stage.key).collect()
    };
    assert_eq!(keys().await, ["hook", "engagement", "sales", "retention"]);
    let ada = here.contact("ada@one.example", &[]).await;
    change(&here, ada, json!({"stage": "sales"})).await.unwrap();
    let set = async |stages: &[(&str, &str)]| {
        let stage = |(key, name): &(&str, &str)| NewStage { key: (*key).into(), name: (*name).into() };
        let new = NewStages { stages: stages.iter().map(stage).collect() };
        here.act(async |tx| audience::set_stages(tx, &new).await).await
    };
    assert_eq!(field(set(&[("hook", "Hook")]).await.unwrap_err()), pair("stages", "in_use"));
    set(&[("", "First visit"), ("sales", "Sold"), ("hook", "Hook")]).await.unwrap();
    assert_eq!(keys().await, ["first-visit", "sales", "hook"]);
    assert_eq!(found(&here, ContactQuery { stage: "sales".into(), ..Default::default() }).await, ["ada@one.example"]);
}

#[tokio::test]
async fn contacts_are_found_by_numbers_and_whole_names_and_by_what_they_contain() {
    let here = TestWorkspace::new().await;
    let new = |email: &str, first: &str, last: &str, phone: &str| NewContact {
        email: email.into(),
        first_name: first.into(),
        last_name: last.into(),
        phone: Some(phone.into()),
        ..Default::default()
    };
    create(&here, new("ada@one.example", "Ada", "Lovelace", "+12125550123")).await.unwrap();
    create(&here, new("ben@two.example", "Ben", "Adams", "+390612345678")).await.unwrap();
    for (text, who) in [
        ("ada lov", vec!["ada@one.example"]),
        ("ADAMS ben", vec!["ben@two.example"]),
        ("ada", vec!["ben@two.example", "ada@one.example"]),
        ("+1 (212) 555", vec!["ada@one.example"]),
        ("061234", vec!["ben@two.example"]),
        ("velace", vec!["ada@one.example"]),
        ("two.example", vec!["ben@two.example"]),
        ("%", vec![]),
    ] {
        assert_eq!(found(&here, search(text)).await, who, "{text}");
    }
    let anywhere = ContactQuery { how: "anywhere".into(), ..search("dam") };
    assert_eq!(found(&here, anywhere).await, ["ben@two.example"]);
}

#[tokio::test]
async fn filters_hold_together() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    here.contact_without_consent("ben@two.example", &[]).await;
    let test = NewContact { email: "carl@three.example".into(), test: true, ..Default::default() };
    create(&here, test).await.unwrap();
    let suppress = "insert into suppression (tenant_id, channel, address_key, reason, source, at)
                    values ($1, 'email', 'ben@two.example', 'manual', '', now())";
    sqlx::query(suppress).bind(here.tenant.0).execute(here.engine.db.owner()).await.unwrap();
    let with = |field: &str, value: &str| -> ContactQuery {
        serde_json::from_value(json!({ field: value })).expect("a query")
    };
    for (field, value, who) in [
        ("consent", "granted", vec!["ada@one.example"]),
        ("consent", "withdrawn", vec![]),
        ("consent", "none", vec!["carl@three.example", "ben@two.example"]),
        ("suppressed", "true", vec!["ben@two.example"]),
        ("test", "true", vec!["carl@three.example"]),
        ("test", "false", vec!["ben@two.example", "ada@one.example"]),
        ("list", &list.to_string(), vec!["ada@one.example"]),
    ] {
        assert_eq!(found(&here, with(field, value)).await, who, "{field} {value}");
    }
    let both = ContactQuery { test: "false".into(), ..with("consent", "none") };
    assert_eq!(found(&here, both).await, ["ben@two.example"]);
}
