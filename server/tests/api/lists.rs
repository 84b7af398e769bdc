//! Lists that change, and where their members stand.

use engine::testing::{Sink, TestWorkspace};
use serde_json::json;

use crate::client::{Client, each};

#[tokio::test]
async fn a_list_is_renamed_kept_while_it_is_needed_and_deleted() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let list = here.list("Customers").await;
    let path = format!("/lists/{list}");
    let changed = api.patch(&path, json!({"name": "Regulars"})).await.expect(200);
    assert_eq!((&changed["name"], &changed["description"]), (&"Regulars".into(), &"".into()));
    here.list("Staff").await;
    api.patch(&path, json!({"name": "staff"})).await.invalid(&[("name", "taken")]);
    let sender = here.sender(&here.provider(&Sink::new().await).await).await;
    let draft = here.campaign("Spring news", sender, &[list]).await;
    let refused = api.delete(&path).await.problem(409, "in_use");
    assert!(refused["detail"].as_str().unwrap().contains("“Spring news”"), "{refused}");
    api.delete(&format!("/campaigns/{draft}")).await.expect(204);
    api.delete(&path).await.expect(204);
    api.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn members_are_filtered_put_back_added_by_address_and_exported() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let list = here.list("Customers & friends").await;
    let ada = here.contact("ada@one.example", &[list]).await;
    here.contact("ben@two.example", &[]).await;
    let members = format!("/lists/{list}/members");
    let added =
        api.post(&format!("{members}/by-address"), json!({"addresses": "ben@two.example x@y.zz"})).await.expect(200);
    assert_eq!((&added["added"], &added["errors"][0]["code"]), (&1.into(), &"unknown".into()));
    assert_eq!(added["list"]["active"], 2);
    api.delete(&format!("{members}/{ada}")).await.expect(204);
    assert_eq!(each(&api.get(&format!("{members}?status=removed")).await.expect(200), "label"), ["ada"]);
    assert_eq!(each(&api.get(&members).await.expect(200), "label"), ["ben"]);
    api.get(&format!("{members}?status=lost")).await.invalid(&[("status", "unknown")]);
    let file = api.get(&format!("{members}/export")).await;
    assert!(file.header("content-disposition").unwrap().contains("customers-friends.csv"));
    let text = file.expect(200);
    assert!(text.as_str().unwrap().contains("ada@one.example,,ada,,,removed,manual,"), "{text}");
    api.send("PUT", &format!("{members}/{ada}"), None).await.expect(204);
    assert_eq!(each(&api.get(&format!("{members}?status=active&search=AD")).await.expect(200), "label"), ["ada"]);
}
