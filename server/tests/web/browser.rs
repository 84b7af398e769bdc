//! A browser: keeps cookies, knows on which page it is, sends forms as browsers do, with the script and without it.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// Where the console is reached in these tests.
pub(crate) const HOST: &str = "carillon.example";

/// One browser.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    address: SocketAddr,
    agent: String,
    page: String,
    /// Cookies by name.
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What it was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Browser {
    /// On the server's own machine.
    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            address: ([127, 0, 0, 1], 50_000).into(),
            agent: String::new(),
            page: "/".into(),
            cookies: BTreeMap::new(),
        }
    }

    /// On a machine of this address.
    pub(crate) fn at(self, address: [u8; 4]) -> Self {
        Self { address: (address, 50_000).into(), ..self }
    }

    /// That says of itself that it is this.
    pub(crate) fn called(self, agent: &str) -> Self {
        Self { agent: agent.into(), ..self }
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = Request::get(path).header(header::ACCEPT, "text/html,application/xhtml+xml");
        let page = self.send(request, "").await;
        self.page = path.to_owned();
        page
    }

    /// Sends a form that stands on the present page, as a browser does by itself.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let referer = format!("https://{HOST}{}", self.page);
        let request = form(path).header(header::ACCEPT, "text/html,application/xhtml+xml");
        self.send(request.header(header::REFERER, referer).header("sec-fetch-site", "same-origin"), &encoded(fields))
            .await
    }

    /// Calls a server function, as the script does.
    pub(crate) async fn call(&mut self, name: &str, fields: &[(&str, &str)]) -> Page {
        let request = form(&format!("/_fn/{name}")).header(header::ACCEPT, "application/json");
        self.send(request.header("sec-fetch-site", "same-origin"), &encoded(fields)).await
    }

    /// Goes on to where an answer leads.
    pub(crate) async fn follow(&mut self, answer: &Page) -> Page {
        let location = answer.leads_to();
        self.get(&location).await
    }

    /// Signs in on the page for it.
    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.get("/sign-in").await;
        self.submit("/_fn/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Sends a request with the cookies, and keeps those that come back.
    pub(crate) async fn send(&mut self, request: axum::http::request::Builder, body: &str) -> Page {
        let request = request
            .header(header::HOST, HOST)
            .header(header::USER_AGENT, &self.agent)
            .extension(ConnectInfo(self.address));
        let line: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if line.is_empty() { request } else { request.header(header::COOKIE, line.join("; ")) };
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        let text = body.collect().await.expect("a body").to_bytes();
        let page = Page {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&text).into_owned(),
        };
        page.set_cookies().iter().for_each(|cookie| self.keep(cookie));
        page
    }

    fn keep(&mut self, cookie: &str) {
        let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
        if cookie.to_ascii_lowercase().contains("max-age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// A form on its way, without a word about where it comes from.
pub(crate) fn form(path: &str) -> axum::http::request::Builder {
    Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// A form's body.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl Page {
    /// A header, empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The cookies that it sets, with their attributes.
    pub(crate) fn set_cookies(&self) -> Vec<String> {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter();
        cookies.map(|cookie| cookie.to_str().expect("text").to_owned()).collect()
    }

    /// Where it leads after a form or instead of a page (303).
    #[track_caller]
    pub(crate) fn leads_to(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location").to_owned()
    }

    /// Asserts a page's status and that it says this.
    #[track_caller]
    pub(crate) fn says(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(self.text.contains(words), "no {words:?} in {}", self.text);
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}
