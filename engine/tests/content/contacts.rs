//! Contacts: known by their address, found by their beginnings, shown page by page (SPEC 2.3).

use domain::{
    consent::{NewConsent, State},
    contact::NewContact,
    page::PageQuery,
};
use engine::{Error, audience, testing::TestWorkspace};

use crate::{field, fields, pair};

async fn create(here: &TestWorkspace, new: NewContact) -> engine::Result<domain::id::ContactId> {
    here.act(async |tx| audience::create(&here.engine, tx, &new).await).await
}

/// Addresses of a page, and the next cursor.
async fn page(here: &TestWorkspace, query: &PageQuery) -> (Vec<String>, Option<String>) {
    let page = here.act(async |tx| audience::list(tx, query).await).await.unwrap();
    (page.data.into_iter().filter_map(|contact| contact.email).collect(), page.next_cursor)
}

async fn found(here: &TestWorkspace, search: &str) -> Vec<String> {
    page(here, &PageQuery { search: Some(search.into()), ..Default::default() }).await.0
}

#[tokio::test]
async fn an_address_is_one_contacts_whatever_its_case() {
    let here = TestWorkspace::new().await;
    here.contact("Ada@One.example", &[]).await;
    let same = NewContact { email: "ada@one.EXAMPLE".into(), ..Default::default() };
    assert_eq!(field(create(&here, same.clone()).await.unwrap_err()), pair("email", "taken"));
    let there = here.neighbour("Oak Lane").await;
    assert!(create(&there, same).await.is_ok(), "another workspace may know her too");
}

#[tokio::test]
async fn a_phone_number_is_one_contacts_however_it_is_written() {
    let here = TestWorkspace::new().await;
    let with = |phone: &str| NewContact { phone: Some(phone.into()), ..Default::default() };
    create(&here, with("+1 (212) 555-0123")).await.unwrap();
    assert_eq!(field(create(&here, with("+12125550123")).await.unwrap_err()), pair("phone", "taken"));
}

#[tokio::test]
async fn a_contact_is_kept_as_it_was_typed() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let new = NewContact {
        email: "Ada@One.example".into(),
        phone: Some("+1 212 555 0123".into()),
        first_name: " Ada ".into(),
        last_name: "Lovelace".into(),
        business_name: "Engines".into(),
        time_zone: Some("Europe/London".into()),
        custom: Some(serde_json::json!({ "size": 3 })),
        consents: vec![NewConsent {
            channel: "email".into(),
            state: "granted".into(),
            source: "paper form".into(),
            ..Default::default()
        }],
        lists: vec![list.to_string()],
        ..Default::default()
    };
    let id = create(&here, new).await.unwrap();
    let detail = here.act(async |tx| audience::get(tx, id).await).await.unwrap();
    let contact = &detail.contact;
    assert_eq!((contact.email.as_deref(), contact.phone.as_deref()), (Some("Ada@One.example"), Some("+12125550123")));
    assert_eq!((contact.label().as_str(), contact.custom["size"].as_i64()), ("Ada Lovelace", Some(3)));
    assert_eq!(contact.email_consent, Some(State::Granted));
    assert_eq!((detail.consents[0].evidence.as_str(), detail.lists[0].name.as_str()), ("paper form", "Customers"));
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once_and_nothing_is_kept() {
    let here = TestWorkspace::new().await;
    let wrong = NewContact {
        email: "not an address".into(),
        phone: Some("12".into()),
        time_zone: Some("Mars".into()),
        lists: vec!["?".into()],
        ..Default::default()
    };
    let want = [
        pair("phone", "invalid_phone"),
        pair("email", "invalid_email"),
        pair("time_zone", "invalid_time_zone"),
        pair("lists", "unknown"),
    ];
    assert_eq!(fields(create(&here, wrong).await.unwrap_err()), want);
    let list = uuid::Uuid::from_u128(1).to_string();
    let gone = NewContact { email: "ada@one.example".into(), lists: vec![list], ..Default::default() };
    assert_eq!(field(create(&here, gone).await.unwrap_err()), pair("lists", "unknown"));
    assert_eq!(here.act(async |tx| audience::count_some(tx).await).await.unwrap(), 0);
}

#[tokio::test]
async fn contacts_are_found_by_the_beginning_of_address_or_name() {
    let here = TestWorkspace::new().await;
    let named = |email: &str, first: &str, last: &str, business: &str| NewContact {
        email: email.into(),
        first_name: first.into(),
        last_name: last.into(),
        business_name: business.into(),
        ..Default::default()
    };
    create(&here, named("ada@one.example", "Ada", "Lovelace", "")).await.unwrap();
    create(&here, named("adam@two.example", "", "", "Engines")).await.unwrap();
    create(&here, named("ben_%@three.example", "Ben", "Ámos", "")).await.unwrap();
    assert_eq!(found(&here, "ADA").await, ["adam@two.example", "ada@one.example"]);
    assert_eq!(found(&here, "ada@").await, ["ada@one.example"]);
    assert_eq!(found(&here, "love").await, ["ada@one.example"]);
    assert_eq!(found(&here, "engi").await, ["adam@two.example"]);
    assert_eq!(found(&here, "ben_%").await, ["ben_%@three.example"]);
    assert_eq!(found(&here, "ámo").await, ["ben_%@three.example"]);
    for typed in ["%", "_"] {
        assert_eq!(found(&here, typed).await, ["ben_%@three.example"], "{typed} is a character like others");
    }
    for nothing in ["'", "\\", "\u{10ffff}"] {
        assert!(found(&here, nothing).await.is_empty(), "{nothing}");
    }
    assert_eq!(found(&here, "  ").await.len(), 3, "an empty search shows all");
}

#[tokio::test]
async fn pages_go_through_all_contacts_once_newest_first() {
    let here = TestWorkspace::new().await;
    for i in 0..7 {
        here.contact(&format!("p{i}@one.example"), &[]).await;
    }
    let mut query = PageQuery { limit: Some(3), ..Default::default() };
    let (first, next) = page(&here, &query).await;
    assert_eq!(first, ["p6@one.example", "p5@one.example", "p4@one.example"]);
    query.cursor = next;
    here.contact("new@one.example", &[]).await;
    let (second, next) = page(&here, &query).await;
    assert_eq!(second, ["p3@one.example", "p2@one.example", "p1@one.example"], "a new contact moves nothing");
    query.cursor = next;
    assert_eq!(page(&here, &query).await, (vec!["p0@one.example".into()], None));
}

#[tokio::test]
async fn consent_is_a_history_and_the_newest_entry_counts() {
    let here = TestWorkspace::new().await;
    let ada = here.contact("ada@one.example", &[]).await;
    let record = async |state: &str| {
        let new = NewConsent {
            channel: "email".into(),
            state: state.into(),
            source: "manual".into(),
            evidence: "by phone".into(),
            ..Default::default()
        };
        here.act(async |tx| audience::record_consent(tx, ada, &new).await).await
    };
    record("withdrawn").await.unwrap();
    record("granted").await.unwrap();
    let detail = here.act(async |tx| audience::get(tx, ada).await).await.unwrap();
    let states: Vec<_> = detail.consents.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [State::Granted, State::Withdrawn, State::Granted]);
    assert_eq!(detail.contact.email_consent, Some(State::Granted));
    assert_eq!(field(record("perhaps").await.unwrap_err()), pair("state", "unknown"));
}

#[tokio::test]
async fn the_ledger_of_consent_cannot_be_changed() {
    let here = TestWorkspace::new().await;
    here.contact("ada@one.example", &[]).await;
    for statement in ["update consent_entry set state = 'granted'", "delete from consent_entry"] {
        let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn a_contact_that_is_not_there_is_not_found() {
    let here = TestWorkspace::new().await;
    let nobody = domain::id::ContactId(uuid::Uuid::from_u128(1));
    assert!(matches!(here.act(async |tx| audience::get(tx, nobody).await).await, Err(Error::NotFound)));
}
