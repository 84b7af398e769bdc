//! A campaign's stream of events, as a browser's page hears it.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    extract::ConnectInfo,
    http::{Request, header},
    response::Response,
};
use domain::{id::CampaignId, progress::Progress};
use engine::{
    campaigns, live,
    testing::{Answer, Phase, Sink},
};
use futures_util::StreamExt;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{browser::Browser, site::Site};

/// Longer than any event takes.
const SOON: Duration = Duration::from_secs(20);

/// An open stream.
struct Ear {
    body: BodyDataStream,
    heard: String,
}

impl Ear {
    /// Opens the stream of a path with the browser's cookies.
    async fn open(browser: &Browser, site: &Site, path: &str) -> Response {
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(path)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT, "text/event-stream")
            .header(header::ACCEPT_ENCODING, "gzip, br")
            .extension(ConnectInfo::<std::net::SocketAddr>(([127, 0, 0, 1], 50_000).into()));
        site.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    fn of(answer: Response) -> Self {
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
        assert_eq!(header("content-encoding"), None, "an event that waits to be compressed is not live");
        Self { body: answer.into_body().into_data_stream(), heard: String::new() }
    }

    /// The next event: its name and data; none when the stream ends.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.heard.clone().split_once("\n\n") {
                self.heard = rest.to_owned();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                if let Some(data) = field("data: ") {
                    return Some((field("event: ").unwrap_or_default().to_owned(), data.to_owned()));
                }
                continue;
            }
            let part = timeout(SOON, self.body.next()).await.expect("something within a while")?;
            self.heard.push_str(std::str::from_utf8(&part.unwrap()).unwrap());
        }
    }

    /// The next event, which tells the progress.
    async fn progress(&mut self) -> Progress {
        let (name, data) = self.next().await.expect("an event");
        assert_eq!(name, "progress", "{data}");
        serde_json::from_str(&data).unwrap()
    }

    /// Events until one is so.
    async fn until(&mut self, is_so: impl Fn(&Progress) -> bool) -> Progress {
        loop {
            let progress = self.progress().await;
            if is_so(&progress) {
                return progress;
            }
        }
    }
}

/// A campaign to two people, one of whom waits for another try.
async fn under_way(site: &Site, sink: &Sink) -> CampaignId {
    let here = &site.here;
    let sender = here.sender(&here.provider(sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    here.contact("ben@two.example", &[list]).await;
    sink.to("ben@two.example", Phase::Recipient, Answer::Say("452 4.2.2 Mailbox full"));
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    here.work().await;
    campaign
}

#[tokio::test]
async fn it_tells_how_things_stand_then_each_change_and_the_end() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    let stop = CancellationToken::new();
    tokio::spawn(live::listen(site.here.engine.clone(), stop.clone()));
    let campaign = under_way(&site, &sink).await;
    let viewer = site.signed_in(&["viewer"]).await;
    let mut ear = Ear::of(Ear::open(&viewer, &site, &format!("/campaigns/{campaign}/live")).await);

    let first = ear.progress().await;
    assert_eq!((first.campaign.figures.sent, first.campaign.figures.waiting), (1, 1));
    assert_eq!(first.problems[0].remedy.title, "Mailbox is full");
    assert_eq!(first.latest.len(), 2);

    site.here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    assert_eq!(ear.until(|told| told.campaign.status_shown() == "Paused").await.per_second, None);
    site.here.act(async |tx| campaigns::resume(&site.here.engine, tx, campaign, None).await).await.unwrap();
    ear.until(|told| told.campaign.status_shown() == "Sending").await;

    sink.behave();
    site.here.clock.advance(chrono::TimeDelta::seconds(73));
    site.here.work().await;
    let last = ear.until(Progress::is_over).await;
    assert_eq!(last.campaign.figures.sent, 2);
    assert_eq!(ear.next().await, Some(("end".to_owned(), "over".to_owned())));
    assert_eq!(ear.next().await, None);
    stop.cancel();
}

#[tokio::test]
async fn it_ends_with_the_server() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    let stop = CancellationToken::new();
    let listener = tokio::spawn(live::listen(site.here.engine.clone(), stop.clone()));
    let campaign = under_way(&site, &sink).await;
    let admin = site.signed_in(&["admin"]).await;
    let mut ear = Ear::of(Ear::open(&admin, &site, &format!("/campaigns/{campaign}/live")).await);
    ear.progress().await;
    stop.cancel();
    listener.await.unwrap();
    let rest = async { while ear.next().await.is_some() {} };
    timeout(SOON, rest).await.expect("the stream ends");
}

#[tokio::test]
async fn it_ends_with_the_session_and_with_the_membership() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    let stop = CancellationToken::new();
    tokio::spawn(live::listen(site.here.engine.clone(), stop.clone()));
    let campaign = under_way(&site, &sink).await;
    let path = format!("/campaigns/{campaign}/live");
    let (mut admin, viewer) = (site.signed_in(&["admin"]).await, site.signed_in(&["viewer"]).await);
    let mut elsewhere = site.browser();
    elsewhere.sign_in("viewer@maple.example", engine::testing::PASSWORD).await;
    let mut signed_out = Ear::of(Ear::open(&viewer, &site, &path).await);
    let mut removed = Ear::of(Ear::open(&elsewhere, &site, &path).await);
    let mut stays = Ear::of(Ear::open(&admin, &site, &path).await);
    for ear in [&mut signed_out, &mut removed, &mut stays] {
        ear.progress().await;
    }
    // Without a word from the server the session would be looked at once a minute: longer than this test waits.
    let mut leaving = viewer.clone();
    assert_eq!(leaving.submit("/sign-out", &[]).await.leads_to(), "/sign-in");
    timeout(SOON, async { while signed_out.next().await.is_some() {} })
        .await
        .expect("the stream of who signed out ends");
    let people = admin.call("users", &[("fresh", "")]).await.json();
    let member =
        people["users"].as_array().unwrap().iter().find(|user| user["email"] == "viewer@maple.example").unwrap();
    let done = admin.submit("/_fn/remove-user", &[("user", member["id"].as_str().unwrap())]).await;
    assert_eq!(done.leads_to(), "/settings/users?done=removed");
    timeout(SOON, async { while removed.next().await.is_some() {} }).await.expect("so does that of who was removed");
    site.here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    stays.until(|told| told.campaign.status_shown() == "Paused").await;
    stop.cancel();
}

#[tokio::test]
async fn what_the_page_does_not_show_the_stream_does_not_tell() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    let campaign = under_way(&site, &sink).await;
    let path = format!("/campaigns/{campaign}/live");
    let neighbour = site.here.neighbour("Oak Lane").await;
    crate::site::add(&neighbour, "olga@oak.example", &["admin"]).await;
    let mut olga = site.browser();
    olga.sign_in("olga@oak.example", engine::testing::PASSWORD).await;
    let owner = site.signed_in(&["owner"]).await;
    for (who, status) in [(&olga, 404), (&owner, 404), (&site.browser(), 401)] {
        assert_eq!(Ear::open(who, &site, &path).await.status().as_u16(), status);
    }
    let admin = site.signed_in(&["admin"]).await;
    for odd in ["nonsense", "018f0000-0000-7000-8000-000000000000", "%00"] {
        let answer = Ear::open(&admin, &site, &format!("/campaigns/{odd}/live")).await;
        assert_eq!(answer.status().as_u16(), 404, "{odd}");
    }
}

#[tokio::test]
async fn a_stream_needs_no_listener_to_come_to_its_end() {
    let (site, sink) = (Site::new().await, Sink::new().await);
    let campaign = under_way(&site, &sink).await;
    let admin = site.signed_in(&["admin"]).await;
    let mut ear = Ear::of(Ear::open(&admin, &site, &format!("/campaigns/{campaign}/live")).await);
    ear.progress().await;
    site.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    assert_eq!(ear.until(Progress::is_over).await.campaign.figures.cancelled, 1);
}
