//! What comes back from messages: opens and clicks of people and of machines, each person counted once; and links, which
//! lead where the message led and nowhere else (SPEC 10).

use chrono::TimeDelta;
use domain::{campaign::NewCampaign, contact::NewContact, id::CampaignId, stats::Figures, tracking::Why};
use engine::{
    Error,
    testing::{Mail, TestWorkspace, assert_ledger_is_sound, draft},
    tracking::{self, Visitor},
};
use serde_json::json;

use crate::Stage;

pub(crate) const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
const APPLE: &str = "Mozilla/5.0";

/// A text with two links that are everybody's and one that is each person's.
const HTML: &str = "<p>Dear {{first_name}}, <a href=\"https://maple.example/book?a=1&amp;b=2\">Book a class</a> or see \
    <a href='https://maple.example/times'>our times</a>, <a href=\"https://maple.example/u/{external_id|you}?n={{first_name}}\">\
    yours</a>, <a href=\"{{custom.page}}\">page</a> <a href=\"mailto:nora@maple.example\">write</a></p>";

pub(crate) fn by(agent: &str) -> Visitor {
    Visitor { address: Some([192, 0, 2, 7].into()), agent: agent.into(), head: false }
}

/// The tokens of the HTML's links of a kind, in order.
pub(crate) fn tokens(mail: &Mail, page: &str) -> Vec<String> {
    let text = mail.text();
    let (_, html) = text.split_once("text/html").expect("HTML");
    let start = format!("https://carillon.example/{page}/");
    let found = html.split(start.as_str()).skip(1);
    found.map(|rest| rest.split(['"', '\'']).next().unwrap_or_default().to_owned()).collect()
}

/// A message that somebody got.
pub(crate) struct Got {
    pub(crate) open: String,
    /// In order; the last one is the one that nobody sees.
    pub(crate) clicks: Vec<String>,
}

impl Stage {
    /// A campaign with links, sent a while ago, and the messages in order of their recipients.
    pub(crate) async fn followed(&self, html: &str) -> (CampaignId, Vec<Got>) {
        let mut new: NewCampaign = draft("Spring news", self.sender, &[self.list]);
        new.content.email.text.html = html.into();
        let campaign = self.here.campaign_with(new).await;
        self.here.start(campaign).await;
        self.here.work().await;
        self.here.clock.advance(TimeDelta::minutes(10));
        let mut mails = self.sink.mails();
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        let got = |mail: &Mail| Got { open: tokens(mail, "track/open").remove(0), clicks: tokens(mail, "track/click") };
        (campaign, mails.iter().map(got).collect())
    }

    pub(crate) fn open(&self, token: &str, agent: &str) {
        self.here.clock.advance(TimeDelta::seconds(30));
        tracking::opened(&self.here.engine, token, &by(agent));
    }

    /// Follows a link so many milliseconds after the one before.
    pub(crate) async fn click(&self, token: &str, agent: &str, after: i64) -> Result<String, Error> {
        self.here.clock.advance(TimeDelta::milliseconds(after));
        tracking::clicked(&self.here.engine, token, &by(agent)).await
    }

    pub(crate) async fn written(&self, campaign: CampaignId) -> Figures {
        tracking::write_all(&self.here.engine).await.expect("written");
        assert_ledger_is_sound(&self.here.engine).await;
        self.here.figures(campaign).await
    }

    async fn kinds(&self) -> Vec<(String, i64)> {
        let kinds = "select kind, count(*) from event group by kind order by kind";
        sqlx::query_as(kinds).fetch_all(self.here.engine.db.owner()).await.expect("events")
    }

    pub(crate) async fn counter(&self, kind: &str, code: &str) -> i64 {
        let count = "select coalesce(sum(count), 0)::bigint from run_counter where kind = $1 and code = $2";
        sqlx::query_scalar(count).bind(kind).bind(code).fetch_one(self.here.engine.db.owner()).await.expect("a counter")
    }
}

pub(crate) fn people(figures: &Figures) -> [i64; 4] {
    [figures.opened, figures.clicked, figures.machine_opened, figures.machine_clicked]
}

pub(crate) async fn with_page(stage: &Stage, email: &str, external: &str, first_name: &str, page: &str) {
    let list = stage.list.to_string();
    let mut new = NewContact {
        email: email.into(),
        first_name: first_name.into(),
        lists: vec![list],
        country: "US".into(),
        state: "NJ".into(),
        ..Default::default()
    };
    if !external.is_empty() {
        (new.source, new.external_id) = ("shop".into(), external.into());
    }
    new.custom = Some(json!({ "page": page }));
    let granted = domain::consent::NewConsent {
        channel: "email".into(),
        state: "granted".into(),
        source: "booking_form".into(),
        ..Default::default()
    };
    new.consents = vec![granted];
    stage.here.contact_with(new).await;
}

#[tokio::test]
async fn each_person_counts_once_however_often_they_come() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let (campaign, got) = stage.followed("<p><a href=\"https://maple.example/\">Shop</a></p>").await;
    for _ in 0..3 {
        stage.open(&got[0].open, FIREFOX);
        let target = stage.click(&got[0].clicks[0], FIREFOX, 4_000).await.unwrap();
        assert_eq!(target, "https://maple.example/");
    }
    assert_eq!(people(&stage.here.figures(campaign).await), [0; 4], "nothing is written yet");
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
    stage.open(&got[0].open, IPHONE);
    stage.open(&got[1].open, IPHONE);
    assert_eq!(people(&stage.written(campaign).await), [2, 1, 0, 0]);
    assert_eq!(stage.kinds().await, [("clicked".to_owned(), 3), ("opened".to_owned(), 5)]);
    assert_eq!((stage.counter("link_clicks", "1").await, stage.counter("link_people", "1").await), (3, 1));
    assert_eq!((stage.counter("device", "computer").await, stage.counter("device", "phone").await), (6, 2));
    let hours = "select sum(count)::bigint from run_hour where kind = 'opened'";
    assert_eq!(stage.count(hours).await, 5);
}

#[tokio::test]
async fn machines_are_told_apart_and_never_counted_as_people() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example", "cy@three.example"]).await;
    let html =
        "<a href=\"https://a.example/\">A</a><a href=\"https://b.example/\">B</a><a href=\"https://c.example/\">C</a>";
    let (campaign, got) = stage.followed(html).await;
    // Apple fetches the picture; then the person reads it elsewhere.
    stage.open(&got[0].open, APPLE);
    assert_eq!(people(&stage.written(campaign).await), [0, 0, 1, 0]);
    stage.open(&got[0].open, FIREFOX);
    assert_eq!(people(&stage.written(campaign).await), [1, 0, 1, 0]);
    // A filter that pretends to be a browser follows everything at once.
    for link in &got[1].clicks[..3] {
        stage.click(link, FIREFOX, 100).await.unwrap();
    }
    assert_eq!(people(&stage.written(campaign).await), [1, 0, 1, 1]);
    // Only the headers.
    stage.here.clock.advance(TimeDelta::minutes(5));
    let head = Visitor { head: true, ..by(FIREFOX) };
    tracking::clicked(&stage.here.engine, &got[2].clicks[0], &head).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 0, 1, 2]);
    assert_eq!((stage.counter("link_machines", "1").await, stage.counter("link_people", "1").await), (2, 0));
}

#[tokio::test]
async fn what_was_taken_for_a_person_is_taken_back_when_more_is_known() {
    let stage = Stage::with(&[]).await;
    with_page(&stage, "ada@one.example", "", "Ada", "https://p.example").await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    stage.open(&got[0].open, FIREFOX);
    stage.click(&got[0].clicks[0], FIREFOX, 3_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
    assert_eq!((stage.counter("opened_in", "US/NJ").await, stage.counter("link_people", "1").await), (1, 1));
    // It follows the link that people cannot see: none of that was a person.
    let trap = stage.click(&got[0].clicks[1], FIREFOX, 3_000).await;
    assert!(matches!(trap, Err(Error::NotFound)), "it leads nowhere");
    assert_eq!(people(&stage.written(campaign).await), [0, 0, 1, 1]);
    assert_eq!((stage.counter("opened_in", "US/NJ").await, stage.counter("link_people", "1").await), (0, 0));
    assert_eq!(stage.kinds().await, [("machine_clicked".to_owned(), 2), ("machine_opened".to_owned(), 1)]);
    let why = "select count(*) from event where detail ->> 'why' = 'trap'";
    assert_eq!(stage.count(why).await, 3, "{}", Why::Trap.sentence());
    // An hour later somebody reads it.
    stage.here.clock.advance(TimeDelta::hours(1));
    stage.open(&got[0].open, FIREFOX);
    assert_eq!(people(&stage.written(campaign).await), [1, 0, 1, 1]);
}

#[tokio::test]
async fn clicks_as_soon_as_it_was_handed_over_are_a_machines() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let mut new = draft("Spring news", stage.sender, &[stage.list]);
    new.content.email.text.html = "<a href=\"https://a.example/\">A</a>".into();
    let campaign = stage.here.campaign_with(new).await;
    stage.here.start(campaign).await;
    stage.here.work().await;
    let token = tokens(&stage.sink.mails()[0], "track/click").remove(0);
    stage.click(&token, FIREFOX, 1_500).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [0, 0, 0, 1]);
    stage.click(&token, FIREFOX, 60_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 1]);
}

#[tokio::test]
async fn a_link_leads_where_that_persons_message_led() {
    let stage = Stage::with(&[]).await;
    with_page(&stage, "ada@one.example", "7&8", "Ada \"Ö\"", "https://evil.example/x").await;
    with_page(&stage, "ben@two.example", "", "Ben", "https://ben.example").await;
    let (campaign, got) = stage.followed(HTML).await;
    assert_eq!((got[0].clicks.len(), got[1].clicks.len()), (4, 4), "three links and the one that nobody sees");
    let mut targets = Vec::new();
    for one in &got {
        for token in &one.clicks[..3] {
            targets.push(stage.click(token, FIREFOX, 30_000).await.unwrap());
        }
    }
    assert_eq!(
        targets,
        [
            "https://maple.example/book?a=1&b=2",
            "https://maple.example/times",
            "https://maple.example/u/7&8?n=Ada%20%22%C3%96%22",
            "https://maple.example/book?a=1&b=2",
            "https://maple.example/times",
            "https://maple.example/u/you?n=Ben",
        ]
    );
    let mail = stage.sink.mails().into_iter().find(|mail| mail.to.starts_with("ada")).unwrap().text();
    assert!(mail.contains("href=\"https://evil.example/x\""), "whose server a field says is not led through here");
    assert!(!mail.contains("maple.example/times"), "neither part shows where it leads: {mail}");
    assert_eq!(people(&stage.written(campaign).await), [2, 2, 0, 0]);
    assert_eq!((stage.counter("link_people", "3").await, stage.counter("link_clicks", "3").await), (2, 2));
}

#[tokio::test]
async fn a_changed_or_foreign_token_leads_nowhere_and_counts_nothing() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/{{first_name}}\">A</a>").await;
    let mut changed = got[0].clicks[0].clone().into_bytes();
    for i in 0..changed.len() - 1 {
        let was = changed[i];
        changed[i] = if was == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(changed.clone()).unwrap();
        assert!(matches!(stage.click(&token, FIREFOX, 9_000).await, Err(Error::NotFound)), "{i}");
        changed[i] = was;
    }
    let other = TestWorkspace::new().await;
    for (engine, token) in [
        (&stage.here.engine, String::new()),
        (&stage.here.engine, "test".to_owned()),
        (&stage.here.engine, got[0].open.clone()),
        (&other.engine, got[0].clicks[0].clone()),
    ] {
        let answer = tracking::clicked(engine, &token, &by(FIREFOX)).await;
        assert!(matches!(answer, Err(Error::NotFound)), "{token}");
        tracking::opened(engine, &got[0].clicks[0], &by(FIREFOX));
    }
    tracking::write_all(&other.engine).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [0; 4]);
}

#[tokio::test]
async fn neighbours_in_one_database_count_for_themselves() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let there = stage.here.neighbour("Oak Lane").await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    let sender = there.sender(&there.provider(&stage.sink).await).await;
    let list = there.list("Customers").await;
    there.contact("ada@one.example", &[list]).await;
    let theirs = there.campaign("Oak news", sender, &[list]).await;
    there.start(theirs).await;
    there.work().await;
    stage.click(&got[0].clicks[0], FIREFOX, 60_000).await.unwrap();
    stage.open(&got[0].open, FIREFOX);
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
    assert_eq!(people(&there.figures(theirs).await), [0; 4]);
}

#[tokio::test]
async fn what_a_provider_reports_and_what_comes_back_to_ourselves_is_one_person() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    let all = stage.all(campaign).await;
    let report = |i: usize, kind: &str| json!({ "message": all[i].0, "id": format!("{kind}/{i}"), "at": "2026-03-02T09:00:07Z", "kind": kind });
    // Ada's provider is first, Ben's second.
    stage.report_lines(&[report(0, "opened")]).await;
    stage.open(&got[0].open, FIREFOX);
    stage.open(&got[1].open, FIREFOX);
    stage.click(&got[1].clicks[0], FIREFOX, 9_000).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [2, 1, 0, 0]);
    stage.report_lines(&[report(1, "opened"), report(1, "clicked"), report(0, "opened")]).await;
    assert_eq!(people(&stage.written(campaign).await), [2, 1, 0, 0]);
}

#[tokio::test]
async fn what_waits_for_the_database_is_written_when_it_is_back() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    stage.click(&got[0].clicks[0], FIREFOX, 9_000).await.unwrap();
    let owner = stage.here.engine.db.owner();
    sqlx::raw_sql("alter table engagement rename to away").execute(owner).await.unwrap();
    assert!(tracking::write_all(&stage.here.engine).await.is_err());
    stage.open(&got[0].open, FIREFOX);
    sqlx::raw_sql("alter table away rename to engagement").execute(owner).await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0]);
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_leaves_nothing_unwritten() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = tokio::spawn(tracking::work(stage.here.engine.clone(), stop.clone()));
    stage.open(&got[0].open, FIREFOX);
    stop.cancel();
    worker.await.unwrap();
    assert_eq!(people(&stage.written(campaign).await), [1, 0, 0, 0]);
}

#[tokio::test]
async fn an_erased_person_leaves_no_trace_in_what_came_back() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let (campaign, got) = stage.followed("<a href=\"https://a.example/\">A</a>").await;
    stage.click(&got[0].clicks[0], FIREFOX, 9_000).await.unwrap();
    stage.written(campaign).await;
    let contact = sqlx::query_scalar("select contact_id from message limit 1");
    let contact = domain::id::ContactId(contact.fetch_one(stage.here.engine.db.owner()).await.unwrap());
    stage.here.act(async |tx| engine::audience::erase(&stage.here.engine, tx, contact).await).await.unwrap();
    assert_eq!(stage.count("select count(*) from event where detail <> '{}'").await, 0);
    stage.open(&got[0].open, FIREFOX);
    assert_eq!(people(&stage.written(campaign).await), [1, 1, 0, 0], "figures stay, and nothing more is recorded");
    assert_eq!(stage.count("select count(*) from event where detail <> '{}'").await, 0);
}
