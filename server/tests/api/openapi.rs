//! The description of the API: every route is in it, it holds together, and it is given to everybody.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, header},
};
use domain::access::Scope;
use engine::testing::TestWorkspace;
use serde_json::{Value, json};
use server::api;

use crate::{
    client::{Client, Reply, ask, router},
    routes::all,
};

async fn asked(here: &TestWorkspace, known: Option<&str>) -> Reply {
    let mut request = Request::builder().uri("/api/v1/openapi.json");
    if let Some(tag) = known {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    ask(&router(here), request.body(Body::empty()).expect("a request")).await
}

/// Every operation with its name, such as `GET /lists`.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let each = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods");
        methods.iter().map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    each.collect()
}

/// Calls it for every object within.
fn walk(value: &Value, call: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            call(object);
            object.values().for_each(|value| walk(value, call));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, call)),
        _ => {}
    }
}

#[tokio::test]
async fn everybody_gets_it_and_once_it_is_known_only_that_it_has_not_changed() {
    let here = TestWorkspace::new().await;
    let reply = asked(&here, None).await;
    let tag = reply.header("etag").expect("a tag").to_owned();
    assert_eq!(
        (reply.header("content-type"), reply.header("cache-control")),
        (Some("application/json"), Some("no-cache"))
    );
    assert_eq!(reply.expect(200)["openapi"], "3.1.0");
    assert_eq!(asked(&here, Some(&format!("\"other\", W/{tag}"))).await.expect(304), Value::Null);
    asked(&here, Some("\"other\"")).await.expect(200);
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let document = api::openapi::document();
    let described: BTreeSet<_> = operations(&document).into_iter().map(|(name, _)| name).collect();
    assert_eq!(described, all());
    let tags: BTreeSet<_> =
        document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).map(Value::to_string).collect();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let text = |key: &str| operation[key].as_str().filter(|text| !text.is_empty()).is_some();
        assert!(text("summary") && text("description"), "{name}: {operation}");
        assert!(tags.contains(&operation["tags"][0].to_string()), "{name} has a tag that is not told");
        assert!(ids.insert(operation["operationId"].to_string()), "{name} has another one's id");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{name} never succeeds");
        assert!(["401", "429", "500", "503"].iter().all(|status| answers.contains_key(*status)), "{name}");
    }
}

#[test]
fn places_in_paths_scopes_and_idempotency_are_told() {
    let document = api::openapi::document();
    for route in api::routes() {
        let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        let parameters = operation["parameters"].as_array().unwrap();
        let places: Vec<_> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let expected: Vec<_> = route.path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        assert_eq!(places, expected, "{} {}", route.method, route.path);
        let key = json!({ "$ref": "#/components/parameters/IdempotencyKey" });
        assert_eq!(parameters.contains(&key), route.method == "POST", "{} {}", route.method, route.path);
        let scopes: Vec<_> = route.needs.scope().into_iter().map(Scope::word).collect();
        assert_eq!(operation["security"], json!([{ "key": scopes }]));
        assert_eq!(operation["responses"].get("403").is_some(), !scopes.is_empty());
    }
}

#[test]
fn whatever_is_pointed_to_is_there_and_has_a_name_of_its_own() {
    let document = api::openapi::document();
    walk(&document, &mut |object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            let place = reference.strip_prefix('#').expect("a place in the document");
            assert!(document.pointer(place).is_some(), "{reference}");
        }
        if let Some(Value::String(text)) = object.get("description") {
            assert!(!text.contains("[`") && !text.contains("::"), "a link into the code: {text}");
        }
    });
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(!name.ends_with(char::is_numeric), "{name}: two types have one name");
    }
}

/// What they need depends on what else is said.
const IT_DEPENDS: [&str; 3] = ["POST /providers", "POST /templates", "POST /templates/preview"];

/// A body's fields that are said to be needed are, and the others may be left out.
#[tokio::test]
async fn what_is_said_to_be_needed_is_needed() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let document = api::openapi::document();
    for (name, operation) in operations(&document) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let Some(place) = schema.as_str().filter(|_| !name.contains('{') && !IT_DEPENDS.contains(&name.as_str()))
        else {
            continue;
        };
        let schema = document.pointer(&place[1..]).expect("a shape");
        let needed: BTreeSet<_> = schema["required"].as_array().into_iter().flatten().map(Value::to_string).collect();
        let (method, path) = name.split_once(' ').unwrap();
        let answer = api.send(method, path, Some(json!({}))).await.body;
        let told: BTreeSet<_> =
            answer["errors"].as_array().into_iter().flatten().map(|error| error["field"].to_string()).collect();
        assert_eq!(told, needed, "{name}: {answer}");
    }
}
