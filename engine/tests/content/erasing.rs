//! A person who is erased: what names them is gone everywhere, figures stay, and nothing brings them back by itself.

use domain::{consent::State, contact::NewContact, id::ContactId, message::MessageState};
use engine::{
    Error, audience,
    testing::{Sink, TestWorkspace, assert_ledger_is_sound},
};

use crate::{field, pair};

async fn erase(here: &TestWorkspace, id: ContactId) -> engine::Result<()> {
    here.act(async |tx| audience::erase(&here.engine, tx, id).await).await
}

/// Every table of the database that has the text in any of its rows.
async fn named_in(here: &TestWorkspace, text: &str) -> Vec<String> {
    let owner = here.engine.db.owner();
    let tables = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = 'public' and c.relkind = 'r' and c.relname <> '_sqlx_migrations' order by 1";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(owner).await.unwrap();
    let mut found = Vec::new();
    for table in tables {
        let look = format!("select exists (select from {table} t where t::text ilike '%' || $1 || '%')");
        if sqlx::query_scalar(sqlx::AssertSqlSafe(look)).bind(text).fetch_one(owner).await.unwrap() {
            found.push(table);
        }
    }
    found
}

#[tokio::test]
async fn nothing_names_them_any_more_and_figures_stay() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let list = here.list("Customers").await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let ada = here.contact("lovelace@one.example", &[list]).await;
    here.contact("ben@two.example", &[list]).await;
    here.sandbox_mail("lovelace@one.example").await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    here.work().await;
    let before = here.figures(campaign).await;
    let export = here.act(async |tx| audience::export(tx, ada).await).await.unwrap();
    assert_eq!(export["profile"]["email"], "lovelace@one.example");
    let counts = ["consents", "lists", "messages", "test_mails"].map(|part| export[part].as_array().unwrap().len());
    assert_eq!(counts, [1, 1, 1, 1]);

    erase(&here, ada).await.unwrap();
    assert_eq!(named_in(&here, "lovelace").await, Vec::<String>::new());
    assert_eq!(here.figures(campaign).await, before);
    let list = here.act(async |tx| engine::lists::get(tx, list).await).await.unwrap();
    assert_eq!((list.total, list.active), (1, 1));
    assert!(matches!(here.act(async |tx| audience::get(tx, ada).await).await, Err(Error::NotFound)));
    assert!(matches!(erase(&here, ada).await, Err(Error::NotFound)));
    assert_ledger_is_sound(&here.engine).await;
    let log: Vec<(String, String)> =
        sqlx::query_as("select subject_name, detail::text from audit_entry where subject_id = $1")
            .bind(ada.to_string())
            .fetch_all(here.engine.db.owner())
            .await
            .unwrap();
    assert!(log.len() >= 3 && log.iter().all(|entry| *entry == (String::new(), "{}".into())), "{log:?}");
}

#[tokio::test]
async fn who_waits_for_a_message_gets_none() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let list = here.list("Customers").await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let ada = here.contact("ada@one.example", &[list]).await;
    here.contact("ben@two.example", &[list]).await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.act(async |tx| engine::campaigns::start(&here.engine, tx, campaign, Some(60)).await).await.unwrap();
    erase(&here, ada).await.unwrap();
    here.clock.advance(chrono::TimeDelta::seconds(61));
    here.work().await;
    assert_eq!(sink.recipients(), ["ben@two.example"]);
    let states: Vec<MessageState> =
        sqlx::query_scalar("select state from message").fetch_all(here.engine.db.owner()).await.unwrap();
    assert_eq!(states, [MessageState::Accepted], "who was gone before planning is in no figure");
}

#[tokio::test]
async fn they_come_back_only_by_themselves_and_what_was_suppressed_stays_so() {
    let here = TestWorkspace::new().await;
    let ada = here.contact("Ada@one.example", &[]).await;
    let suppress = "insert into suppression (tenant_id, channel, address_key, reason, source, at)
                    values ($1, 'email', 'ada@one.example', 'complaint', '', now())";
    sqlx::query(suppress).bind(here.tenant.0).execute(here.engine.db.owner()).await.unwrap();
    erase(&here, ada).await.unwrap();
    assert!(named_in(&here, "ada@one").await.is_empty());

    let again = NewContact { email: "ada@ONE.example".into(), ..Default::default() };
    let create = async |new: NewContact| here.act(async |tx| audience::create(&here.engine, tx, &new).await).await;
    assert_eq!(field(create(again.clone()).await.unwrap_err()), pair("email", "erased"));
    let ben = here.contact("ben@two.example", &[]).await;
    let change = domain::contact::ContactChange { email: Some("ada@one.example".into()), ..Default::default() };
    let changed = here.act(async |tx| audience::update(&here.engine, tx, ben, &change).await).await;
    assert_eq!(field(changed.unwrap_err()), pair("email", "erased"));
    let there = here.neighbour("Oak Lane").await;
    there.contact("ada@one.example", &[]).await;

    let back = create(NewContact { came_back: true, ..again }).await.unwrap();
    let detail = here.act(async |tx| audience::get(tx, back).await).await.unwrap();
    assert_eq!((detail.suppressed.as_deref(), detail.contact.email_consent), (Some("complaint"), None::<State>));
}
