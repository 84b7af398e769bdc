//! The examples of docs/API.md, sent as they stand there: what they promise comes.

use std::collections::HashMap;

use engine::testing::TestWorkspace;
use serde_json::Value;

use crate::client::Client;

const DOCUMENT: &str = include_str!("../../../docs/API.md");

/// An example: a request, and what comes back.
struct Example<'a> {
    method: &'a str,
    path: &'a str,
    body: Option<&'a str>,
    status: u16,
    answer: &'a str,
}

impl<'a> Example<'a> {
    fn read(block: &'a str) -> Self {
        let (request, answer) = block.trim().split_once("\n\n").expect("a request and an answer");
        let mut lines = request.lines();
        let (method, path) = lines.next().and_then(|line| line.split_once(' ')).expect("a method and a path");
        let (status, answer) = answer.split_once(' ').expect("a status and a body");
        Self { method, path, body: lines.next(), status: status.parse().expect("a status"), answer }
    }
}

/// Whether all that is expected is there: `…` is anything, and an object may say more.
fn holds(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::String(anything), found) if anything == "…" => !found.is_null(),
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().all(|(name, expected)| found.get(name).is_some_and(|found| holds(expected, found)))
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(expected, found)| holds(expected, found))
        }
        (expected, found) => expected == found,
    }
}

#[tokio::test]
async fn the_examples_are_answered_as_they_say() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let mut ids: HashMap<String, String> = HashMap::new();
    let blocks: Vec<_> = DOCUMENT.split("```http\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 8, "only {} examples", blocks.len());
    for block in blocks {
        let filled = ids.iter().fold(block.to_owned(), |text, (name, id)| text.replace(&format!("${name}"), id));
        let Example { method, path, body, status, answer } = Example::read(&filled);
        let body = body.map(|body| body.parse().expect("a body of JSON"));
        let found = api.send(method, path, body).await.expect(status);
        let expected: Value = answer.parse().expect("an answer of JSON");
        assert!(holds(&expected, &found), "{block}\nbut it is {found}");
        if let (201, Some(id)) = (status, found["id"].as_str()) {
            ids.insert(path.trim_start_matches('/').to_owned(), id.to_owned());
        }
    }
}
