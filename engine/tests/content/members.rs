//! Lists that change and end, and members who are taken off, put back, exported (SPEC 3.1).

use domain::{
    id::{ContactId, ListId},
    list::{ListChange, MemberStatus},
    page::PageQuery,
};
use engine::{
    Error, campaigns, lists,
    testing::{Sink, TestWorkspace},
};

use crate::{field, pair};

async fn labels(here: &TestWorkspace, list: ListId, status: &str, search: &str) -> Vec<String> {
    let query = PageQuery { status: Some(status.into()), search: Some(search.into()), ..Default::default() };
    let members = here.act(async |tx| lists::members(tx, list, &query).await).await.unwrap();
    members.data.into_iter().map(|member| member.label).collect()
}

async fn take_off(here: &TestWorkspace, list: ListId, who: ContactId) -> engine::Result<()> {
    here.act(async |tx| lists::remove_member(tx, list, who).await).await
}

#[tokio::test]
async fn a_list_is_renamed_and_described_anew() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    here.list("Staff").await;
    let change = async |name: Option<&str>, description: Option<&str>| {
        let change = ListChange { name: name.map(Into::into), description: description.map(Into::into) };
        here.act(async |tx| lists::update(tx, list, &change).await).await
    };
    let changed = change(Some(" Regulars "), Some("Who come often")).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.description.as_str()), ("Regulars", "Who come often"));
    let changed = change(None, Some("")).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.description.as_str()), ("Regulars", ""));
    assert_eq!(field(change(Some("STAFF"), None).await.unwrap_err()), pair("name", "taken"));
    assert_eq!(field(change(Some(" "), None).await.unwrap_err()), pair("name", "required"));
    assert_eq!(change(Some("regulars"), None).await.unwrap().name, "regulars", "one's own name in other letters");
}

#[tokio::test]
async fn a_list_that_a_campaign_still_needs_stays_and_another_goes_with_its_members() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let (list, other) = (here.list("Customers").await, here.list("Staff").await);
    let ada = here.contact("ada@one.example", &[list, other]).await;
    let draft = here.campaign("Spring news", sender, &[list]).await;
    let mut without = engine::testing::draft("But staff", sender, &[list]);
    without.audience.exclude = vec![other.to_string().into()];
    let without = here.campaign_with(without).await;
    let delete = async |list| here.act(async |tx| lists::delete(tx, list).await).await;
    match delete(list).await.unwrap_err() {
        Error::Conflict { code, message } => {
            assert_eq!(code, "in_use");
            assert!(message.contains("“But staff”, “Spring news”"), "{message}");
        }
        error => panic!("{error}"),
    }
    assert!(matches!(delete(other).await, Err(Error::Conflict { code: "in_use", .. })), "one that is excluded too");
    here.act(async |tx| campaigns::delete(tx, without).await).await.unwrap();
    delete(other).await.unwrap();
    here.start(draft).await;
    assert!(matches!(delete(list).await, Err(Error::Conflict { .. })), "it is being planned");
    here.work().await;
    delete(list).await.unwrap();
    assert!(matches!(here.act(async |tx| lists::get(tx, list).await).await, Err(Error::NotFound)));
    let detail = here.act(async |tx| engine::audience::get(tx, ada).await).await.unwrap();
    assert!(detail.lists.is_empty() && detail.messages.len() == 1, "the contact and what was sent to it stay");
    let left = sqlx::query_scalar::<_, i64>("select count(*) from list_member");
    assert_eq!(left.fetch_one(here.engine.db.owner()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_member_is_taken_off_and_put_back() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let ada = here.contact("ada@one.example", &[list]).await;
    here.contact("ben@two.example", &[list]).await;
    take_off(&here, list, ada).await.unwrap();
    assert_eq!(
        (labels(&here, list, "removed", "").await, labels(&here, list, "active", "").await),
        (vec!["ada".into()], vec!["ben".into()])
    );
    let counts = here.act(async |tx| lists::get(tx, list).await).await.unwrap();
    assert_eq!((counts.total, counts.active, counts.count(MemberStatus::Removed)), (2, 1, 1));
    for _ in 0..2 {
        here.act(async |tx| lists::put_back(tx, list, ada).await).await.unwrap();
        assert_eq!(labels(&here, list, "", "").await, ["ada", "ben"]);
    }
    let stranger = here.contact("eve@three.example", &[]).await;
    let put = here.act(async |tx| lists::put_back(tx, list, stranger).await).await;
    assert!(matches!(put, Err(Error::NotFound)), "who was never on it is added, not put back");
    assert_eq!(labels(&here, list, "active", "AD").await, ["ada"]);
    assert_eq!(labels(&here, list, "", "ben@t").await, ["ben"]);
    let odd = PageQuery { status: Some("lost".into()), ..Default::default() };
    let refused = here.act(async |tx| lists::members(tx, list, &odd).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("status", "unknown"));
}

#[tokio::test]
async fn many_are_put_on_a_list_by_their_addresses() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    here.contact("Ada@one.example", &[list]).await;
    here.contact("ben@two.example", &[]).await;
    let text = "ada@one.example, BEN@two.example\nnobody@three.example <odd>";
    let (added, errors) = here.act(async |tx| lists::add_by_address(tx, list, text).await).await.unwrap();
    assert_eq!(added, 1);
    let told: Vec<_> = errors.0.iter().map(|error| (error.code.as_str(), error.message.as_str())).collect();
    assert_eq!(told.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["invalid_email", "unknown"]);
    assert!(told[0].1.contains("<odd>") && told[1].1.contains("nobody@three.example"), "{told:?}");
    assert_eq!(labels(&here, list, "active", "").await.len(), 2);
}

#[tokio::test]
async fn the_export_has_everybody_ever_on_it_and_no_formulas() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let new = domain::contact::NewContact {
        email: "ada@one.example".into(),
        first_name: "=HYPERLINK(1)".into(),
        lists: vec![list.to_string()],
        ..Default::default()
    };
    here.contact_with(new).await;
    let ben = here.contact("ben@two.example", &[list]).await;
    take_off(&here, list, ben).await.unwrap();
    let (file, next) = here.act(async |tx| lists::export(tx, list, None).await).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    let lines: Vec<_> = file.lines().collect();
    assert_eq!((next, lines.len()), (None, 3));
    assert!(lines[1].starts_with("ada@one.example,,'=HYPERLINK(1),,,active,manual,2026-03-02T09:"), "{file}");
    assert!(lines[2].starts_with("ben@two.example,,ben,,,removed,manual,"), "{file}");
}
