//! After a campaign: its report, its people by what they did, their results as a table, lists made of them, and another try
//! for those who failed for a reason that may have passed (SPEC 14, UX "After").

use chrono::TimeDelta;
use domain::{
    id::{CampaignId, ListId},
    message::Recipient,
    page::PageQuery,
    report::NewPeopleList,
};
use engine::{
    Error, lists, reports,
    sending::retry,
    testing::{Answer, Phase, assert_ledger_is_sound, draft},
    tracking,
};

use crate::{
    Stage,
    tracking::{FIREFOX, by, tokens},
};

impl Stage {
    /// A campaign to six people: Ada opened and clicked, Ben opened, a machine opened Cy's, Di did nothing, Ed's mailbox was
    /// full until it was too late, and Flo's address does not exist.
    async fn story() -> (Self, CampaignId) {
        let people =
            ["ada@x.example", "ben@x.example", "cy@x.example", "di@x.example", "ed@x.example", "flo@x.example"];
        let stage = Self::with(&people).await;
        stage.sink.to("flo@x.example", Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
        stage.sink.to("ed@x.example", Phase::Recipient, Answer::Say("452 4.2.2 Mailbox full"));
        let mut new = draft("Spring news", stage.sender, &[stage.list]);
        new.content.email.text.html =
            "<a href=\"https://maple.example/book\">Book a class</a> <a href=\"https://maple.example/times\">Times</a>"
                .into();
        let campaign = stage.here.campaign_with(new).await;
        stage.here.start(campaign).await;
        for _ in 0..5 {
            stage.here.work().await;
            stage.here.clock.advance(TimeDelta::minutes(30));
        }
        let mail = |name: &str| stage.sink.mails().into_iter().find(|mail| mail.to.starts_with(name)).expect("a mail");
        let open = |name: &str, agent: &str| {
            tracking::opened(&stage.here.engine, &tokens(&mail(name), "track/open")[0], &by(agent));
        };
        open("ada", FIREFOX);
        open("ben", FIREFOX);
        open("cy", "Mozilla/5.0");
        stage.here.clock.advance(TimeDelta::seconds(9));
        let link = tokens(&mail("ada"), "track/click").remove(0);
        tracking::clicked(&stage.here.engine, &link, &by(FIREFOX)).await.expect("a link");
        tracking::write_all(&stage.here.engine).await.expect("written");
        (stage, campaign)
    }

    async fn found(&self, campaign: CampaignId, status: &str) -> Vec<String> {
        let query = PageQuery { status: Some(status.into()), ..Default::default() };
        let page = self.here.act(async |tx| reports::recipients(tx, campaign, &query).await).await.expect("recipients");
        page.data.into_iter().map(|one: Recipient| name_of(one.address)).collect()
    }

    async fn list_of(&self, campaign: CampaignId, name: &str, status: &str) -> (ListId, bool) {
        let new = NewPeopleList { name: name.into(), status: status.into(), ..Default::default() };
        let made = self.here.act(async |tx| reports::make_list(tx, campaign, &new).await).await.expect("a list");
        (made.0.id, made.1)
    }

    async fn members(&self, list: ListId) -> Vec<String> {
        let all = PageQuery { limit: Some(200), ..Default::default() };
        let page = self.here.act(async |tx| lists::members(tx, list, &all).await).await.expect("members");
        let mut names: Vec<_> = page.data.into_iter().map(|member| name_of(member.email)).collect();
        names.sort();
        names
    }
}

fn name_of(address: Option<String>) -> String {
    address.unwrap_or_default().split('@').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_report_tells_people_and_machines_apart() {
    let (stage, campaign) = Stage::story().await;
    let report = stage.here.act(async |tx| reports::report(tx, campaign).await).await.unwrap();
    let figures = report.campaign.figures;
    assert_eq!((figures.audience, figures.sent, figures.failed), (6, 4, 2));
    assert_eq!((figures.opened, figures.clicked, figures.machine_opened), (2, 1, 1));
    assert_eq!((report.rates.open, report.rates.click), (Some(0.5), Some(0.5)), "of the four who got it");
    assert_eq!(report.rates.delivery, None, "a mail server does not say what arrives");
    assert_eq!((report.cost.to_string(), report.cost_per_recipient.to_string()), ("0.0004".into(), "0.0001".into()));
    let hour = report
        .hours
        .iter()
        .fold((0, 0, 0), |sum, hour| (sum.0 + hour.opened, sum.1 + hour.clicked, sum.2 + hour.machine_opened));
    assert_eq!(hour, (2, 1, 1));
    let links: Vec<_> = report.links.iter().map(|link| (link.label.as_str(), link.url.as_str(), link.people)).collect();
    assert_eq!(links, [("Book a class", "https://maple.example/book", 1), ("Times", "https://maple.example/times", 0)]);
    assert_eq!(report.lanes.len(), 1);
    assert_eq!((report.lanes[0].opened, report.lanes[0].machine_opened), (2, 1));
    assert_eq!((report.retryable, report.problems.len()), (1, 2));
    assert_eq!(report.devices.len(), 1);
}

#[tokio::test]
async fn a_drafts_report_is_empty_and_anothers_is_not_found() {
    let stage = Stage::with(&["ada@x.example"]).await;
    let draft = stage.here.campaign("Later", stage.sender, &[stage.list]).await;
    let report = stage.here.act(async |tx| reports::report(tx, draft).await).await.unwrap();
    assert!(report.hours.is_empty() && report.links.is_empty() && report.rates.open.is_none());
    let other = stage.here.neighbour("Oak Lane").await;
    let foreign = other.act(async |tx| reports::report(tx, draft).await).await;
    assert!(matches!(foreign, Err(Error::NotFound)));
}

#[tokio::test]
async fn people_are_found_by_what_they_did() {
    let (stage, campaign) = Stage::story().await;
    for (status, names) in [
        ("", &["ada", "ben", "cy", "di", "ed", "flo"][..]),
        ("opened", &["ada", "ben"]),
        ("clicked", &["ada"]),
        ("not_opened", &["cy", "di"]),
        ("machine_only", &["cy"]),
        ("failed", &["ed", "flo"]),
        ("unsubscribed", &[]),
    ] {
        assert_eq!(stage.found(campaign, status).await, names, "{status}");
    }
    let query = PageQuery { status: Some("odd".into()), ..Default::default() };
    let refused = stage.here.act(async |tx| reports::recipients(tx, campaign, &query).await).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn a_recipients_history_says_what_happened_and_by_whom() {
    let (stage, campaign) = Stage::story().await;
    let all = stage.recipients(campaign, "").await;
    let history = async |name: &str| {
        let id = all.iter().find(|one| one.address.as_deref().is_some_and(|a| a.starts_with(name))).unwrap().id.clone();
        stage.here.act(async |tx| reports::message(tx, campaign, &id).await).await.unwrap()
    };
    let ada = history("ada").await;
    let kinds: Vec<_> = ada.events.iter().map(|event| (event.kind.as_str(), event.link.as_deref())).collect();
    assert_eq!(kinds, [("opened", None), ("clicked", Some("https://maple.example/book"))]);
    assert!(ada.sent_at.is_some() && ada.events[0].ip.as_deref() == Some("192.0.2.7"));
    let cy = history("cy").await;
    assert_eq!(
        (cy.events[0].kind.as_str(), cy.events[0].why),
        ("machine_opened", Some(domain::tracking::Why::PrivacyProxy))
    );
    assert!(history("di").await.events.is_empty());
    let other = stage.here.campaign("Later", stage.sender, &[stage.list]).await;
    let foreign = stage.here.act(async |tx| reports::message(tx, other, &all[0].id).await).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "of another campaign");
}

#[tokio::test]
async fn results_are_told_row_by_row_newest_sent_first() {
    let (stage, campaign) = Stage::story().await;
    let mut results = stage.here.act(async |tx| reports::begin_export(tx, campaign).await).await.unwrap();
    assert_eq!(results.len(), 6);
    let rows = stage.here.act(async |tx| reports::next_rows(tx, &mut results).await).await.unwrap();
    let again = stage.here.act(async |tx| reports::next_rows(tx, &mut results).await).await.unwrap();
    assert_eq!((rows.len(), again.len()), (6, 0));
    assert!(rows.windows(2).all(|pair| pair[0].sent_at >= pair[1].sent_at || pair[1].sent_at.is_none()), "{rows:?}");
    let row = |name: &str| rows.iter().find(|row| row.email.starts_with(name)).unwrap().cells();
    let ada = row("ada");
    assert_eq!(
        [&ada[0], &ada[3], &ada[4], &ada[5], &ada[6], &ada[9], &ada[10]],
        ["ada", "ada@x.example", "sent", "email", "", "", "0.0001"]
    );
    let flo = row("flo");
    assert_eq!([&flo[4], &flo[5], &flo[7], &flo[10]], ["failed", "email", "", "0"]);
    assert!(flo[9].contains("No such user"), "{}", flo[9]);
    assert_eq!(stage.count("select count(*) from audit_entry where action = 'campaign.exported'").await, 1);
}

#[tokio::test]
async fn a_list_is_made_of_whoever_a_filter_finds() {
    let (stage, campaign) = Stage::story().await;
    let (opened, is_whole) = stage.list_of(campaign, "Openers", "opened").await;
    assert!(is_whole);
    assert_eq!(stage.members(opened).await, ["ada", "ben"]);
    let (silent, _) = stage.list_of(campaign, "Silent", "not_opened").await;
    assert_eq!(stage.members(silent).await, ["cy", "di"]);
    let gone =
        NewPeopleList { name: "Gone".into(), status: "failed".into(), code: "550 5.1.1".into(), ..Default::default() };
    let (gone, _) = stage.here.act(async |tx| reports::make_list(tx, campaign, &gone).await).await.unwrap();
    assert_eq!(stage.members(gone.id).await, ["flo"]);
    let viewer = stage.here.user(&[domain::access::Role::Viewer]);
    let new = NewPeopleList { name: "X".into(), ..Default::default() };
    let refused = stage.here.act_as(&viewer, async |tx| reports::make_list(tx, campaign, &new).await).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    let draft = stage.here.campaign("Later", stage.sender, &[stage.list]).await;
    let refused = stage.here.act(async |tx| reports::make_list(tx, draft, &new).await).await;
    assert!(matches!(refused, Err(Error::Conflict { code: "not_started", .. })));
}

#[tokio::test]
async fn a_large_list_is_filled_in_the_background() {
    let stage = Stage::with_crowd(5_400).await;
    // So that nobody has to be sent to.
    let withdrawn = "update consent set state = 'withdrawn'";
    sqlx::query(withdrawn).execute(stage.here.engine.db.owner()).await.unwrap();
    stage.here.contact("ada@x.example", &[stage.list]).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let (list, is_whole) = stage.list_of(campaign, "Everybody", "skipped").await;
    assert!(!is_whole);
    let total = async || stage.here.act(async |tx| lists::get(tx, list).await).await.unwrap().total;
    assert_eq!(total().await, 5_000);
    assert!(stage.here.act(async |tx| reports::is_filling(tx, list).await).await.unwrap());
    stage.here.work().await;
    assert_eq!(total().await, 5_400);
    assert!(!stage.here.act(async |tx| reports::is_filling(tx, list).await).await.unwrap());
}

#[tokio::test]
async fn who_failed_for_a_passing_reason_is_tried_again_once_and_the_others_are_not() {
    let (stage, campaign) = Stage::story().await;
    let actor = stage.here.user(&[domain::access::Role::Admin]);
    stage.sink.behave();
    let (first, second) = tokio::join!(
        retry::retry_failed(&stage.here.engine, &actor, campaign),
        retry::retry_failed(&stage.here.engine, &actor, campaign)
    );
    assert_eq!(first.unwrap() + second.unwrap(), 1, "however often it is asked");
    let before = stage.sink.mails().len();
    stage.here.work().await;
    assert_eq!(stage.sink.mails().len(), before + 1);
    assert_eq!(stage.found(campaign, "failed").await, ["flo"]);
    let figures = stage.here.figures(campaign).await;
    assert_eq!((figures.sent, figures.failed, figures.waiting), (5, 1, 0));
    assert_eq!(retry::retry_failed(&stage.here.engine, &actor, campaign).await.unwrap(), 0);
    assert_eq!(stage.count("select count(*) from event where kind = 'retried'").await, 1);
    assert_eq!(stage.count("select count(*) from audit_entry where action = 'campaign.retried'").await, 1);
    assert_ledger_is_sound(&stage.here.engine).await;
    let viewer = stage.here.user(&[domain::access::Role::Viewer]);
    let refused = retry::retry_failed(&stage.here.engine, &viewer, campaign).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
}

#[tokio::test]
async fn nobody_of_a_stopped_campaign_is_tried_again() {
    let stage = Stage::with(&["ed@x.example", "flo@x.example"]).await;
    stage.sink.to("ed@x.example", Phase::Recipient, Answer::Say("452 4.2.2 Mailbox full"));
    let campaign = stage.started("Spring news").await;
    for _ in 0..5 {
        stage.here.work().await;
        stage.here.clock.advance(TimeDelta::minutes(30));
    }
    let stop = "update run set status = 'cancelled'; update campaign set status = 'cancelled'";
    sqlx::raw_sql(stop).execute(stage.here.engine.db.owner()).await.unwrap();
    let actor = stage.here.user(&[domain::access::Role::Admin]);
    let refused = retry::retry_failed(&stage.here.engine, &actor, campaign).await;
    assert!(matches!(refused, Err(Error::Conflict { code: "stopped", .. })), "{refused:?}");
}

#[tokio::test]
async fn who_is_known_to_have_it_is_not_tried_again_and_not_offered_to_be() {
    let (stage, campaign) = Stage::story().await;
    let actor = stage.here.user(&[domain::access::Role::Admin]);
    let retryable = async || stage.here.act(async |tx| reports::report(tx, campaign).await).await.unwrap().retryable;
    assert_eq!(retryable().await, 1);
    // An earlier attempt had arrived, and its report comes late.
    let ed = stage.recipients(campaign, "failed").await.into_iter().find(|one| one.label == "ed").unwrap();
    let late = serde_json::json!({ "message": ed.id, "id": "late", "at": "2026-03-02T09:00:07Z", "kind": "delivered" });
    stage.report_lines(&[late]).await;
    assert_eq!(retryable().await, 0);
    stage.sink.behave();
    assert_eq!(retry::retry_failed(&stage.here.engine, &actor, campaign).await.unwrap(), 0);
    assert_eq!(stage.found(campaign, "failed").await, ["ed", "flo"]);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_list_of_few_out_of_very_many_is_looked_for_in_pieces_up_to_the_runs_end() {
    let (stage, campaign) = Stage::story().await;
    let far = "update message set n = 120000 where address like 'flo%'; update run set next_n = 120001";
    sqlx::raw_sql(far).execute(stage.here.engine.db.owner()).await.unwrap();
    let (list, is_whole) = stage.list_of(campaign, "Failed", "failed").await;
    assert!(!is_whole, "not more than some messages are looked at in a request");
    assert_eq!(stage.members(list).await, ["ed"]);
    stage.here.work().await;
    assert_eq!(stage.members(list).await, ["ed", "flo"]);
    assert!(!stage.here.act(async |tx| reports::is_filling(tx, list).await).await.unwrap());
}
