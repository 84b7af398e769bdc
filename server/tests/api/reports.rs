//! `campaigns/{id}/report` and what is done with results: one recipient's history, files, lists, another try.

use axum::http::header;
use chrono::TimeDelta;
use engine::{
    testing::{Answer, Phase, Sink, TestWorkspace, draft},
    tracking::{self, Visitor},
};
use serde_json::{Value, json};

use crate::client::{Client, each};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A campaign that Ada opened and clicked, and that Ben's mail server put off until it was too late.
async fn sent() -> (TestWorkspace, Sink, Client, String) {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("=ada@one.example", &[list]).await;
    here.contact("ben@two.example", &[list]).await;
    sink.to("ben@two.example", Phase::Recipient, Answer::Say("421 4.7.0 Try later"));
    let mut new = draft("Spring news", sender, &[list]);
    new.content.email.text.html = "<a href=\"https://maple.example/\">Shop</a>".into();
    let campaign = here.campaign_with(new).await;
    here.start(campaign).await;
    for _ in 0..5 {
        here.work().await;
        here.clock.advance(TimeDelta::minutes(30));
    }
    let text = sink.mails()[0].text();
    let token = |page: &str| {
        text.split(page).nth(1).and_then(|rest| rest.split(['"', '\n']).next()).expect("a link").trim().to_owned()
    };
    let visitor = Visitor { agent: FIREFOX.into(), ..Default::default() };
    tracking::opened(&here.engine, &token("/track/open/"), &visitor);
    here.clock.advance(TimeDelta::seconds(9));
    tracking::clicked(&here.engine, &token("/track/click/"), &visitor).await.expect("a link");
    tracking::write_all(&here.engine).await.expect("written");
    let api = Client::of(&here).await;
    (here, sink, api, format!("/campaigns/{campaign}"))
}

#[tokio::test]
async fn the_report_says_what_became_of_it() {
    let (_here, _sink, api, path) = sent().await;
    let report = api.get(&format!("{path}/report")).await.expect(200);
    assert_eq!(report["rates"]["open"], json!(1.0));
    assert_eq!((&report["rates"]["click"], &report["rates"]["delivery"]), (&json!(1.0), &Value::Null));
    assert_eq!((&report["cost"], &report["retryable"]), (&json!("0.0001"), &json!(1)));
    assert_eq!(report["campaign"]["figures"]["machine_opened"], 0);
    assert_eq!(report["links"][0]["url"], "https://maple.example/");
    assert_eq!((&report["links"][0]["people"], &report["links"][0]["label"]), (&json!(1), &json!("Shop")));
    assert_eq!((&report["hours"][0]["opened"], &report["hours"][0]["clicked"]), (&json!(1), &json!(1)));
    let opened = api.get(&format!("{path}/recipients?status=opened")).await.expect(200);
    assert_eq!(each(&opened, "address"), ["=ada@one.example"]);
    let id = opened["data"][0]["id"].as_str().unwrap();
    let message = api.get(&format!("{path}/recipients/{id}")).await.expect(200);
    assert_eq!(each(&json!({"data": message["events"]}), "kind"), ["opened", "clicked"]);
    assert_eq!(message["address"], "=ada@one.example");
    api.get(&format!("{path}/recipients?status=odd")).await.invalid(&[("status", "unknown")]);
}

#[tokio::test]
async fn results_come_as_tables_in_which_nothing_is_a_formula() {
    let (_here, _sink, api, path) = sent().await;
    let reply = api.get(&format!("{path}/results.csv")).await;
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(reply.header("content-disposition").unwrap().contains("spring-news-results.csv"));
    let text = reply.expect(200).as_str().unwrap().to_owned();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0],
        "first_name,last_name,phone,email,status,channels_attempted,channels_delivered,sent_at,delivered_at,error,cost"
    );
    assert!(lines[1].starts_with("'=ada,,,'=ada@one.example,sent,email,,20"), "{text}");
    assert!(lines[2].starts_with("ben,,,ben@two.example,failed,email,,,,") && lines[2].ends_with(",0"), "{text}");
    let json = api.get(&format!("{path}/results.json")).await.expect(200);
    let json: Value = serde_json::from_str(json.as_str().unwrap()).unwrap();
    assert_eq!(each(&json, "email"), ["=ada@one.example", "ben@two.example"]);
    assert_eq!(json["next_cursor"], Value::Null);
    let request = api.request("GET", &format!("{path}/results.xlsx")).body(axum::body::Body::empty()).unwrap();
    let sheet = api.ask(request).await;
    assert!(sheet.headers[header::CONTENT_TYPE].to_str().unwrap().contains("spreadsheetml"));
    assert!(sheet.body.as_str().unwrap().starts_with("PK"));
    let draft = api.post("/campaigns", json!({"name": "Later"})).await.expect(201);
    let empty = format!("/campaigns/{}/results", draft["id"].as_str().unwrap());
    assert_eq!(api.get(&format!("{empty}.csv")).await.expect(200).as_str().unwrap().lines().count(), 1);
    let json: Value =
        serde_json::from_str(api.get(&format!("{empty}.json")).await.expect(200).as_str().unwrap()).unwrap();
    assert_eq!(json["data"], json!([]));
    assert_eq!(api.get(&format!("{empty}.xlsx")).await.status, 200);
}

#[tokio::test]
async fn a_list_is_made_and_who_failed_is_tried_again() {
    let (here, sink, api, path) = sent().await;
    let list = format!("{path}/recipients/list");
    let made = api.post(&list, json!({"name": "Openers", "status": "opened"})).await.expect(201);
    assert_eq!((&made["name"], &made["total"], &made["complete"]), (&json!("Openers"), &json!(1), &json!(true)));
    api.post(&list, json!({"status": "opened"})).await.invalid(&[("name", "required")]);
    api.post(&list, json!({"name": "X", "status": "odd"})).await.invalid(&[("status", "unknown")]);
    sink.behave();
    let retry = format!("{path}/retry");
    assert_eq!(api.post(&retry, json!({})).await.expect(200), json!({"changed": 1}));
    assert_eq!(api.post(&retry, json!({})).await.expect(200), json!({"changed": 0}));
    here.work().await;
    assert_eq!(api.get(&format!("{path}/stats")).await.expect(200)["sent"], 2);
}
