//! `home`: the same numbers as on the page, for a program.

use engine::testing::{Answer, Phase, Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::Client;

#[tokio::test]
async fn home_tells_a_program_what_it_tells_people() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let empty = api.get("/home").await.expect(200);
    for part in ["concerns", "sending", "upcoming", "results"] {
        assert_eq!(empty[part], json!([]), "{part}");
    }
    assert_eq!(empty["first_steps"]["provider"], false);
    assert_eq!((&empty["health"]["waiting"], &empty["health"]["oldest_due"]), (&json!(0), &Value::Null));

    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    here.contact("ben@one.example", &[list]).await;
    sink.to("ben@one.example", Phase::Dot, Answer::Close);
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    let on = api.get("/home").await.expect(200);
    assert_eq!(on["sending"][0]["name"], "Spring news");
    assert_eq!(on["sending"][0]["per_second"], Value::Null, "not known yet");
    here.work().await;

    let home = api.get("/home").await.expect(200);
    let result = &home["results"][0];
    assert_eq!((&result["id"], &result["figures"]["sent"]), (&json!(campaign), &json!(1)));
    assert_eq!(result["rates"]["open"], json!(0.0));
    let concern = &home["concerns"][0];
    assert_eq!((&concern["kind"], &concern["campaign"]["count"]), (&json!("in_doubt"), &json!(1)));
    let lanes = home["health"]["providers"].as_array().unwrap();
    let lane = lanes.iter().find(|lane| lane["name"] == "Post office").unwrap();
    assert_eq!((&lane["sent"], &lane["failed"], &lane["stands"]), (&json!(1), &json!(1), &json!(false)));
    assert_eq!(home["first_steps"]["campaign"], true);
    let there = Client::of(&here.neighbour("Oak Lane").await).await;
    assert_eq!(there.get("/home").await.expect(200)["results"], json!([]));
}
