//! Lists and their totals, which are kept and not counted (SPEC 3.1).

use domain::{
    access::Scope,
    id::{ContactId, ListId},
    list::{AddedBy, NewList, NewMembers},
    page::PageQuery,
};
use engine::{Error, lists, testing::TestWorkspace};

use crate::{field, pair};

async fn add(here: &TestWorkspace, list: ListId, contacts: &[ContactId]) -> engine::Result<u64> {
    let new = NewMembers { contact_ids: contacts.iter().map(ToString::to_string).collect() };
    here.act(async |tx| lists::add_members(tx, list, &new).await).await
}

async fn remove(here: &TestWorkspace, list: ListId, contact: ContactId) -> engine::Result<()> {
    here.act(async |tx| lists::remove_member(tx, list, contact).await).await
}

/// Asserts the totals, and that counting gives the same.
async fn assert_totals(here: &TestWorkspace, list: ListId, total: i64, active: i64) {
    let kept = here.act(async |tx| lists::get(tx, list).await).await.unwrap();
    assert_eq!((kept.total, kept.active), (total, active));
    let count = "select count(*), count(*) filter (where status = 'active') from list_member where list_id = $1";
    let counted: (i64, i64) = sqlx::query_as(count).bind(list.0).fetch_one(here.engine.db.owner()).await.unwrap();
    assert_eq!(counted, (total, active));
}

#[tokio::test]
async fn totals_follow_every_change() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let ada = here.contact("ada@one.example", &[list]).await;
    let ben = here.contact("ben@two.example", &[]).await;
    assert_totals(&here, list, 1, 1).await;
    assert_eq!(add(&here, list, &[ada, ben, ben]).await.unwrap(), 1, "one is new");
    assert_totals(&here, list, 2, 2).await;
    assert_eq!(add(&here, list, &[ada, ben]).await.unwrap(), 0);
    assert_totals(&here, list, 2, 2).await;
    remove(&here, list, ada).await.unwrap();
    assert_totals(&here, list, 2, 1).await;
    assert!(matches!(remove(&here, list, ada).await, Err(Error::NotFound)), "she is off it already");
    assert_totals(&here, list, 2, 1).await;
    assert_eq!(add(&here, list, &[ada]).await.unwrap(), 1, "she is back");
    assert_totals(&here, list, 2, 2).await;
}

#[tokio::test]
async fn totals_are_right_after_changes_at_the_same_moment() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let mut people = Vec::new();
    for i in 0..6 {
        people.push(here.contact(&format!("p{i}@one.example"), &[]).await);
    }
    let (one, two, three) =
        tokio::join!(add(&here, list, &people[..4]), add(&here, list, &people[2..]), add(&here, list, &people[1..5]));
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 6);
    assert_totals(&here, list, 6, 6).await;
}

#[tokio::test]
async fn who_was_removed_is_not_shown_and_gets_nothing() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let ada = here.contact("ada@one.example", &[list]).await;
    let ben = here.contact("ben@two.example", &[list]).await;
    remove(&here, list, ada).await.unwrap();
    let query = PageQuery::default();
    let members = here.act(async |tx| lists::members(tx, list, &query).await).await.unwrap().data;
    assert_eq!(members.iter().map(|member| member.contact_id).collect::<Vec<_>>(), [ben]);
    let detail = here.act(async |tx| engine::audience::get(tx, ada).await).await.unwrap();
    assert!(detail.lists.is_empty());
}

#[tokio::test]
async fn members_come_in_pages_each_once() {
    let here = TestWorkspace::new().await;
    let list = here.list("Crowd").await;
    here.crowd(list, 25).await;
    let mut query = PageQuery { limit: Some(10), ..Default::default() };
    let mut seen = Vec::new();
    loop {
        let page = here.act(async |tx| lists::members(tx, list, &query).await).await.unwrap();
        seen.extend(page.data.into_iter().map(|member| member.contact_id));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((count, seen.len()), (25, 25));
}

#[tokio::test]
async fn a_member_shows_who_put_them_there() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let (ada, ben) = (here.contact("ada@one.example", &[]).await, here.contact("ben@two.example", &[]).await);
    add(&here, list, &[ada]).await.unwrap();
    let new = NewMembers { contact_ids: vec![ben.to_string()] };
    let shop = here.key(&[Scope::Send]);
    here.act_as(&shop, async |tx| lists::add_members(tx, list, &new).await).await.unwrap();
    let query = PageQuery::default();
    let members = here.act(async |tx| lists::members(tx, list, &query).await).await.unwrap().data;
    let by: Vec<_> = members.iter().map(|member| (member.label.as_str(), member.added_by)).collect();
    assert_eq!(by, [("ada", AddedBy::Manual), ("ben", AddedBy::Api)]);
}

#[tokio::test]
async fn a_name_is_one_lists_and_unknown_contacts_are_refused() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let same = NewList { name: " CUSTOMERS ".into(), ..Default::default() };
    let refused = here.act(async |tx| lists::create(tx, &same).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("name", "taken"));
    let nobody = ContactId(uuid::Uuid::from_u128(1));
    assert_eq!(field(add(&here, list, &[nobody]).await.unwrap_err()), pair("contact_ids", "unknown"));
    assert_eq!(field(add(&here, list, &[]).await.unwrap_err()), pair("contact_ids", "required"));
    let nowhere = ListId(uuid::Uuid::from_u128(1));
    let ada = here.contact("ada@one.example", &[]).await;
    assert!(matches!(add(&here, nowhere, &[ada]).await, Err(Error::NotFound)));
    assert_totals(&here, list, 0, 0).await;
}
