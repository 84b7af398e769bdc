//! What providers report, through the real routes: what Amazon signs (with a host of SNS on loopback, whose certificates
//! are checked as Amazon's would be), and mail that comes back.

mod bounces;
mod manners;
mod pages;
mod samples;
mod ses;
mod tenants;
mod why;

use axum::http::Request;
use chrono::TimeDelta;
use domain::{
    id::{CampaignId, RunId},
    page::PageQuery,
    provider::{NewConfig, Provider},
    webhook::Webhook,
};
use engine::{
    clock::Clock,
    reports, sending,
    testing::{Sink, TestWorkspace, assert_ledger_is_sound, sns},
    webhooks,
};
use serde_json::{Value, json};

use crate::{browser::Page, site::Site};

/// What Amazon's samples are, by file.
fn sample(name: &str) -> String {
    let path = format!("{}/../engine/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// An account of SES that names this topic.
fn config(topic: &str) -> NewConfig {
    NewConfig {
        region: Some("us-east-1".into()),
        access_key_id: Some("AKIAEXAMPLE".into()),
        secret_access_key: Some("s3cret".into()),
        topic_arn: Some(topic.into()),
        ..Default::default()
    }
}

/// An installation in which an account of SES names the topic of a test SNS, and a campaign went out.
struct Post {
    site: Site,
    sns: sns::TestSns,
    sink: Sink,
    ses: Provider,
}

impl Post {
    async fn new() -> Self {
        let (sns, sink) = (sns::TestSns::new().await, Sink::new().await);
        let site = Site::fetching(sns.fetch()).await;
        let ses = site.here.account("ses", "Amazon", config(sns::TOPIC)).await;
        Self { site, sns, sink, ses }
    }

    fn here(&self) -> &TestWorkspace {
        &self.site.here
    }

    /// Sends something to a path, as a program does.
    async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut request = Request::post(path).header("content-type", "text/plain; charset=UTF-8");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.site.browser().send(request, body).await;
        assert!(answer.set_cookies().is_empty(), "{path}");
        answer
    }

    /// Sends a message of SNS to the address of all topics; says the status.
    async fn post(&self, message: &Value) -> u16 {
        self.post_with("/webhooks/ses", &[], &message.to_string()).await.status
    }

    /// Publishes an event now.
    async fn publish(&self, event: &Value) {
        self.here().clock.advance(TimeDelta::milliseconds(1));
        let message = sns::TestSns::notification(&event.to_string(), self.here().clock.now());
        assert_eq!(self.post(&message).await, 200);
    }

    /// Applies what was kept.
    async fn apply(&self) {
        self.here().clock.advance(TimeDelta::milliseconds(2));
        self.here().work().await;
    }

    async fn webhook(&self, provider: &Provider) -> Webhook {
        let here = self.here();
        here.act(async |tx| webhooks::get(&here.engine, tx, provider.id).await).await.unwrap()
    }

    /// The path of an account's address.
    async fn path(&self, provider: &Provider) -> String {
        let url = self.webhook(provider).await.url.unwrap();
        url.strip_prefix("https://carillon.example").unwrap().to_owned()
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.here().engine.db.owner()).await.unwrap()
    }

    /// How many reports were kept.
    async fn kept(&self) -> i64 {
        self.count("select count(*) from receipt_raw where source <> 'sandbox'").await
    }

    async fn sound(&self) {
        assert_ledger_is_sound(&self.here().engine).await;
    }
}

/// A campaign that was sent in a workspace, with its messages' public ids in order.
struct Sent {
    campaign: CampaignId,
    ids: Vec<String>,
    run: RunId,
}

/// Sends a campaign to these people through a mail server on loopback.
async fn sent(here: &TestWorkspace, sink: &Sink, people: &[&str]) -> Sent {
    let sender = here.sender(&here.provider(sink).await).await;
    let list = here.list("Customers").await;
    for email in people {
        here.contact(email, &[list]).await;
    }
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let run = here.start(campaign).await;
    here.work().await;
    let ids = (1..=people.len() as i32).map(|n| sending::public_id(run, n)).collect();
    Sent { campaign, ids, run }
}

/// The words for what became of a campaign's messages, in order.
async fn states(here: &TestWorkspace, campaign: CampaignId) -> Vec<String> {
    let all = PageQuery { limit: Some(200), ..Default::default() };
    let page = here.act(async |tx| reports::recipients(tx, campaign, &all).await).await.unwrap();
    page.data.into_iter().map(|one| one.status).collect()
}

/// A sample event about a message of ours.
fn about(here: &TestWorkspace, file: &str, message: &str) -> Value {
    let mut event: Value = serde_json::from_str(&sample(&format!("ses/{file}.json"))).unwrap();
    event["mail"]["tags"]["tenant"] = json!([here.tenant]);
    event["mail"]["tags"]["message"] = json!([message]);
    event["mail"]["messageId"] = json!(format!("ses-{message}"));
    event
}
