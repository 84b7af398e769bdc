//! The suppression list: added to by hand and from files, searched, exported, and left again with a reason (SPEC 2.7).

use chrono::TimeDelta;
use domain::{
    channel::Channel,
    page::PageQuery,
    suppression::{Filter, Imported, Key, NewImport, NewSuppression, Suppression, SuppressionReason},
};
use engine::{Error, accounts::audit, clock::Clock, suppressions, testing::TestWorkspace};

use crate::{field, pair};

async fn add(here: &TestWorkspace, channel: &str, address: &str, reason: &str) -> engine::Result<Suppression> {
    let new = NewSuppression {
        channel: channel.into(),
        address: address.into(),
        reason: reason.into(),
        note: "by phone".into(),
    };
    here.act(async |tx| suppressions::add(tx, &new).await).await
}

async fn import(here: &TestWorkspace, text: &str) -> Imported {
    let new = NewImport { reason: "unsubscribe".into(), text: text.into(), ..Default::default() };
    here.act(async |tx| suppressions::import(tx, &new).await).await.unwrap()
}

/// The keys of a page, and the next cursor.
async fn page(here: &TestWorkspace, filter: &Filter, query: &PageQuery) -> (Vec<String>, Option<String>) {
    let page = here.act(async |tx| suppressions::list(tx, filter, query).await).await.unwrap();
    (page.data.iter().map(|one| one.key().to_string()).collect(), page.next_cursor)
}

async fn found(here: &TestWorkspace, channel: &str, reason: &str, search: &str) -> Vec<String> {
    page(here, &Filter::parse(channel, reason, search).unwrap(), &PageQuery::default()).await.0
}

#[tokio::test]
async fn an_address_is_suppressed_once_and_left_again_with_a_reason() {
    let here = TestWorkspace::new().await;
    let added = add(&here, "email", "Ada@One.example", "manual").await.unwrap();
    let since = here.clock.now();
    assert_eq!(
        added,
        Suppression {
            channel: Channel::Email,
            address: "ada@one.example".into(),
            reason: SuppressionReason::Manual,
            note: "by phone".into(),
            since,
            added_by: added.added_by.clone(),
        }
    );
    assert_eq!(field(add(&here, "", "ADA@one.example", "stop").await.unwrap_err()), pair("address", "taken"));
    let key = Key::new("email", " ADA@one.example").unwrap();
    let remove = async |why: &str| here.act(async |tx| suppressions::remove(tx, &key, why).await).await;
    assert_eq!(field(remove(" ").await.unwrap_err()), pair("reason", "required"));
    assert_eq!(found(&here, "", "", "").await, ["email:ada@one.example"]);
    remove("Asked for it in person").await.unwrap();
    assert!(found(&here, "", "", "").await.is_empty());
    assert!(matches!(remove("again").await, Err(Error::NotFound)));
    let log = here.act(async |tx| audit::list(tx, &Default::default()).await).await.unwrap().data;
    let log: Vec<_> = log.iter().filter(|entry| entry.subject_kind == "suppression").collect();
    assert_eq!([log[0].action.as_str(), log[1].action.as_str()], ["suppression.removed", "suppression.added"]);
    assert_eq!(
        (&log[0].detail["why"], &log[0].detail["was"]["reason"]),
        (&"Asked for it in person".into(), &"manual".into())
    );
}

#[tokio::test]
async fn an_address_that_is_suppressed_is_also_that_of_whoever_comes_later() {
    let here = TestWorkspace::new().await;
    add(&here, "email", "ada@one.example", "hard_bounce").await.unwrap();
    add(&here, "sms", "+1 212 555 0123", "stop").await.unwrap();
    let ada = here.contact("Ada@one.example", &[]).await;
    let detail = here.act(async |tx| engine::audience::get(tx, ada).await).await.unwrap();
    assert_eq!(detail.suppressed.as_deref(), Some("hard_bounce"));
}

#[tokio::test]
async fn they_are_narrowed_by_channel_reason_and_beginning_and_come_in_pages() {
    let here = TestWorkspace::new().await;
    for (channel, address, reason) in [
        ("email", "ada@one.example", "complaint"),
        ("email", "adam@two.example", "hard_bounce"),
        ("email", "ben_%@three.example", "hard_bounce"),
        ("sms", "+12125550123", "stop"),
        ("voice", "+12125550123", "do_not_call"),
    ] {
        add(&here, channel, address, reason).await.unwrap();
    }
    let elsewhere = here.neighbour("Oak Lane").await;
    add(&elsewhere, "email", "ada@one.example", "manual").await.unwrap();
    assert_eq!(found(&here, "", "", "").await.len(), 5);
    assert_eq!(found(&here, "email", "hard_bounce", "").await, ["email:adam@two.example", "email:ben_%@three.example"]);
    assert_eq!(found(&here, "", "", "ADA").await, ["email:ada@one.example", "email:adam@two.example"]);
    assert_eq!(found(&here, "", "", "+1212").await, ["sms:+12125550123", "voice:+12125550123"]);
    assert!(found(&here, "", "", "%").await.is_empty());
    let (mut query, mut seen) = (PageQuery { limit: Some(2), ..Default::default() }, Vec::new());
    loop {
        let (keys, next) = page(&here, &Filter::default(), &query).await;
        assert!(keys.len() <= 2);
        seen.extend(keys);
        query.cursor = next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, found(&here, "", "", "").await);
    assert_eq!(found(&elsewhere, "", "", "").await, ["email:ada@one.example"]);
}

#[tokio::test]
async fn an_import_takes_what_it_can_read_tells_the_rest_and_may_be_repeated() {
    let here = TestWorkspace::new().await;
    add(&here, "email", "known@one.example", "complaint").await.unwrap();
    let text = "Ada@one.example\nnobody\nknown@one.example\nada@ONE.example\n";
    let first = import(&here, text).await;
    assert_eq!((first.added, first.known, first.rejected), (1, 2, 1));
    assert_eq!((first.bad_lines[0].line, first.bad_lines[0].text.as_str()), (2, "nobody"));
    let again = import(&here, text).await;
    assert_eq!((again.added, again.known, again.rejected), (0, 3, 1));
    assert_eq!(found(&here, "", "complaint", "").await, ["email:known@one.example"], "what is known stays as it is");
    assert_eq!(found(&here, "", "unsubscribe", "").await, ["email:ada@one.example"]);
}

#[tokio::test]
async fn what_is_exported_can_be_imported_elsewhere() {
    let here = TestWorkspace::new().await;
    add(&here, "email", "ada@one.example", "complaint").await.unwrap();
    add(&here, "sms", "+12125550123", "stop").await.unwrap();
    here.clock.advance(TimeDelta::days(3));
    let (file, next) = here.act(async |tx| suppressions::export(tx, &Filter::default(), None).await).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    assert_eq!(next, None);
    assert!(file.starts_with("address,channel,reason,note,since\r\n") && file.contains("'+12125550123"), "{file}");
    let there = here.neighbour("Oak Lane").await;
    let imported = import(&there, &file).await;
    assert_eq!((imported.added, imported.rejected), (2, 0));
    let all = async |here: &TestWorkspace| {
        let list = here.act(async |tx| suppressions::list(tx, &Filter::default(), &PageQuery::default()).await).await;
        list.unwrap().data.into_iter().map(|one| (one.key(), one.reason, one.note, one.since)).collect::<Vec<_>>()
    };
    assert_eq!(all(&there).await, all(&here).await);
    let log = here.act(async |tx| audit::list(tx, &Default::default()).await).await.unwrap().data;
    assert_eq!(log[0].action, "suppression.exported");
}
