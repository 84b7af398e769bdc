//! What of a report is counted, and as what: nobody is a person because a provider says so, and who unsubscribes counts
//! once, wherever they did.

use domain::{
    channel::{Channel, Purpose},
    id::CampaignId,
    report::MessageHistory,
};
use engine::{
    reports,
    testing::{assert_ledger_is_sound, draft},
    tracking,
};

use super::line;
use crate::{
    Stage,
    tracking::{FIREFOX, by, tokens as links},
    unsubscribe_token,
};

impl Stage {
    /// A message of a campaign with what happened to it.
    pub(crate) async fn history(&self, campaign: CampaignId, id: &str) -> MessageHistory {
        self.here.act(async |tx| reports::message(tx, campaign, id).await).await.expect("a message")
    }

    /// A campaign to these people that was sent, with its messages' public ids.
    async fn mailed(people: &[&str]) -> (Self, CampaignId, Vec<String>) {
        let stage = Self::with(people).await;
        let mut new = draft("Spring news", stage.sender, &[stage.list]);
        new.content.email.text.html = "<p>Dear {{first_name}}, <a href=\"{{preferences_url}}\">choose</a>.</p>".into();
        let campaign = stage.here.campaign_with(new).await;
        stage.here.start(campaign).await;
        stage.here.work().await;
        stage.here.clock.advance(chrono::TimeDelta::minutes(10));
        let ids = stage.all(campaign).await.into_iter().map(|(id, _)| id).collect();
        (stage, campaign, ids)
    }

    async fn opens(&self, campaign: CampaignId) -> (i64, i64, i64) {
        tracking::write_all(&self.here.engine).await.expect("written");
        assert_ledger_is_sound(&self.here.engine).await;
        let figures = self.here.figures(campaign).await;
        let hours = "select coalesce(sum(count), 0)::bigint from run_hour where kind = 'opened'";
        (figures.opened, figures.clicked, self.count(hours).await)
    }
}

#[tokio::test]
async fn one_complaint_about_a_mail_servers_message_says_nothing_of_what_arrived() {
    let (stage, campaign, ids) = Stage::mailed(&["ada@one.example", "ben@two.example", "cy@three.example"]).await;
    for mail in &stage.sink.mails()[..2] {
        tracking::opened(&stage.here.engine, &links(mail, "track/open")[0], &by(FIREFOX));
    }
    tracking::write_all(&stage.here.engine).await.unwrap();
    stage.report_lines(&[line(&ids[0], "complained", "a"), line(&ids[2], "delivered", "a")]).await;
    let report = stage.here.act(async |tx| reports::report(tx, campaign).await).await.unwrap();
    assert_eq!(report.campaign.figures.delivered, 2);
    assert_eq!((report.rates.delivery, report.rates.open), (None, Some(2.0 / 3.0)));
    assert_eq!(report.rates.complaint, Some(1.0 / 3.0));
}

#[tokio::test]
async fn what_a_provider_says_of_openings_is_told_and_counts_nowhere() {
    let (stage, campaign, ids) = Stage::mailed(&["ada@one.example"]).await;
    stage.report_lines(&[line(&ids[0], "provider_opened", "a"), line(&ids[0], "provider_clicked", "a")]).await;
    assert_eq!(stage.opens(campaign).await, (0, 0, 0));
    assert_eq!(stage.count("select count(*) from engagement").await, 0);
    let kinds: Vec<_> = stage.history(campaign, &ids[0]).await.events.into_iter().map(|event| event.kind).collect();
    assert!(
        kinds.contains(&"provider_opened".to_owned()) && kinds.contains(&"provider_clicked".to_owned()),
        "{kinds:?}"
    );
    tracking::opened(&stage.here.engine, &links(&stage.sink.mails()[0], "track/open")[0], &by(FIREFOX));
    assert_eq!(stage.opens(campaign).await, (1, 0, 1), "our own picture does");
}

#[tokio::test]
async fn who_unsubscribes_with_the_provider_counts_as_who_does_with_us_and_once() {
    let (stage, campaign, ids) = Stage::mailed(&["ada@one.example", "ben@two.example"]).await;
    let both = [line(&ids[0], "unsubscribed", "a"), line(&ids[0], "unsubscribed", "b"), line(&ids[0], "opened", "a")];
    stage.report_lines(&both).await;
    stage.report_lines(&[line(&ids[0], "unsubscribed", "c")]).await;
    assert_eq!(stage.here.figures(campaign).await.unsubscribed, 1);
    let found = stage.recipients(campaign, "unsubscribed").await;
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [&*ids[0]]);
    assert_ledger_is_sound(&stage.here.engine).await;

    // With us, and then once more with the provider.
    let mail = stage.sink.mails().into_iter().find(|mail| mail.to.starts_with("ben")).unwrap();
    let leave = unsubscribe_token(&mail);
    tracking::unsubscribe(&stage.here.engine, &leave, None).await.unwrap();
    stage.report_lines(&[line(&ids[1], "unsubscribed", "a")]).await;
    assert_eq!(stage.here.figures(campaign).await.unsubscribed, 2);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_comes_back_and_leaves_again_by_the_same_message_has_unsubscribed_once() {
    let (stage, campaign, _) = Stage::mailed(&["ada@one.example"]).await;
    let mail = &stage.sink.mails()[0];
    let (leave, choose) = (unsubscribe_token(mail), links(mail, "p").remove(0));
    let engine = &stage.here.engine;
    for _ in 0..2 {
        tracking::unsubscribe(engine, &leave, None).await.unwrap();
        stage.here.clock.advance(chrono::TimeDelta::minutes(1));
        tracking::prefer(engine, &choose, &[(Channel::Email, Purpose::Marketing)], None).await.unwrap();
        stage.here.clock.advance(chrono::TimeDelta::minutes(1));
    }
    tracking::stop_all(engine, &choose, None).await.unwrap();
    assert_eq!(stage.here.figures(campaign).await.unsubscribed, 1);
    assert_eq!(stage.count("select count(*) from event where kind = 'unsubscribed'").await, 3, "each is told");
    assert_ledger_is_sound(engine).await;
}

#[tokio::test]
async fn who_is_played_to_click_has_opened_whichever_is_reported_first() {
    let (stage, campaign, ids) = Stage::mailed(&["ada@one.example", "ben@two.example"]).await;
    stage.report_lines(&[line(&ids[0], "clicked", "a")]).await;
    assert_eq!(stage.opens(campaign).await, (1, 1, 1));
    stage.report_lines(&[line(&ids[0], "opened", "a"), line(&ids[0], "clicked", "a")]).await;
    assert_eq!(stage.opens(campaign).await, (1, 1, 2));
    stage.report_lines(&[line(&ids[1], "opened", "a"), line(&ids[1], "clicked", "b")]).await;
    let (opened, clicked, _) = stage.opens(campaign).await;
    assert_eq!((opened, clicked), (2, 2));
}

#[tokio::test]
async fn who_unsubscribes_waits_for_whoever_counts_before_their_consent_is_touched() {
    let (stage, campaign, _) = Stage::mailed(&["ada@one.example"]).await;
    let (engine, owner) = (stage.here.engine.clone(), stage.here.engine.db.owner());
    let known = "insert into engagement (tenant_id, run_id, n) select tenant_id, run_id, n from message";
    sqlx::raw_sql(known).execute(owner).await.unwrap();
    // As receipts and hits do: first what is known of the message, then the person.
    let mut counting = engine.db.begin_for(stage.here.tenant).await.unwrap();
    sqlx::raw_sql("select from engagement for update").execute(&mut *counting).await.unwrap();
    let leave = unsubscribe_token(&stage.sink.mails()[0]);
    let leaving = tokio::spawn(async move { tracking::unsubscribe(&engine, &leave, None).await });
    let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while stage.count(waits).await == 0 {}
    for free in ["select from contact for update nowait", "select from consent for update nowait"] {
        sqlx::raw_sql(free).execute(&mut *counting).await.unwrap();
    }
    counting.rollback().await.unwrap();
    leaving.await.unwrap().unwrap();
    assert_eq!(stage.here.figures(campaign).await.unsubscribed, 1);
}
