//! A program that uses the API of a workspace.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::TimeDelta;
use domain::{access::Scope, account::NewKey};
use engine::{
    accounts::keys,
    testing::{TestClock, TestWorkspace},
};
use http_body_util::BodyExt;
use serde_json::Value;
use server::api;
use tower::ServiceExt;

/// A program with a key.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    clock: TestClock,
    /// What it shows.
    pub(crate) secret: String,
}

/// What it was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// JSON; null when there is none, and a text of what is a file.
    pub(crate) body: Value,
}

/// The API of this installation, where the server has it.
pub(crate) fn router(workspace: &TestWorkspace) -> Router {
    Router::new().nest(api::ROOT, api::router(workspace.engine.clone())).with_state(workspace.engine.clone())
}

impl Client {
    /// With a key that may do everything.
    pub(crate) async fn of(workspace: &TestWorkspace) -> Self {
        Self::with(workspace, Scope::ALL).await
    }

    /// With a key of these scopes.
    pub(crate) async fn with(workspace: &TestWorkspace, scopes: &[Scope]) -> Self {
        let scopes = scopes.iter().map(|scope| scope.word().to_owned()).collect();
        let new = NewKey { name: "Shop".into(), scopes, ..Default::default() };
        let fresh = workspace.act(async |tx| keys::create(tx, &new).await).await.expect("a key");
        Self { router: router(workspace), clock: workspace.clock.clone(), secret: fresh.secret }
    }

    /// The same program with another key.
    pub(crate) fn showing(&self, secret: &Value) -> Self {
        Self { secret: secret.as_str().expect("a secret").to_owned(), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send("POST", path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send("PUT", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send("PATCH", path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, None).await
    }

    /// Sends JSON, or nothing.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.ask(request.expect("a request")).await
    }

    /// Sends a file as the part `file` of a form.
    pub(crate) async fn upload(&self, path: &str, name: &str, content: &[u8]) -> Reply {
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), content, b"\r\n--x--\r\n"].concat();
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.ask(request.body(Body::from(body)).expect("a request")).await
    }

    /// A request with the key, to be finished.
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("{}{path}", api::ROOT));
        request.header(header::AUTHORIZATION, format!("Bearer {}", self.secret))
    }

    /// Sends a request as it is; a millisecond passes, so that ids are in order of time.
    pub(crate) async fn ask(&self, request: Request<Body>) -> Reply {
        self.clock.advance(TimeDelta::milliseconds(1));
        ask(&self.router, request).await
    }
}

/// Sends a request to a router.
pub(crate) async fn ask(router: &Router, request: Request<Body>) -> Reply {
    let told = format!("{} {}", request.method(), request.uri());
    let (parts, body) = router.clone().oneshot(request).await.expect("an answer").into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let is_file = parts.headers.contains_key(header::CONTENT_DISPOSITION);
    let body = match bytes.is_empty() {
        true => Value::Null,
        false if is_file => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
        false => serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{told}: no JSON: {bytes:?}")),
    };
    let reply = Reply { status: parts.status, headers: parts.headers, body };
    if reply.status.is_client_error() || reply.status.is_server_error() {
        reply.assert_is_problem(&told);
    }
    reply
}

impl Reply {
    /// The body of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// Asserts that it is a problem with this status and code; returns it.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), &self.body["code"]), (status, &code.into()), "{}", self.body);
        self.body
    }

    /// Asserts that fields are wrong, and these: field and code.
    #[track_caller]
    pub(crate) fn invalid(self, expected: &[(&str, &str)]) -> Value {
        let body = self.problem(422, "invalid");
        let errors = body["errors"].as_array().expect("errors");
        let told = errors.iter().map(|error| (text(error, "field"), text(error, "code")));
        assert_eq!(told.collect::<Vec<_>>(), expected, "{body}");
        assert!(errors.iter().all(|error| !text(error, "message").is_empty()), "{body}");
        body
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whatever goes wrong is told in the same form.
    #[track_caller]
    fn assert_is_problem(&self, told: &str) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{told}: {}", self.body);
        assert_eq!(self.body["status"], self.status.as_u16(), "{told}: {}", self.body);
        let text = |name: &str| self.body[name].as_str().is_some_and(|text| !text.is_empty());
        assert!(["type", "title", "detail", "code"].into_iter().all(text), "{told}: {}", self.body);
        assert!(self.body["errors"].is_array(), "{told}: {}", self.body);
    }
}

#[track_caller]
fn text<'a>(thing: &'a Value, name: &str) -> &'a str {
    thing[name].as_str().unwrap_or_else(|| panic!("no {name}: {thing}"))
}

/// The id of a thing.
#[track_caller]
pub(crate) fn id(thing: &Value) -> String {
    text(thing, "id").to_owned()
}

/// What each thing in a list says under this name.
#[track_caller]
pub(crate) fn each<'a>(list: &'a Value, name: &str) -> Vec<&'a str> {
    let things = list["data"].as_array().unwrap_or_else(|| panic!("no list: {list}"));
    things.iter().map(|thing| text(thing, name)).collect()
}
