//! What reports mean for people: complaints and bounces reach consent, suppression and lists, once, and nothing else
//! does (SPEC 2.7, 3.1).

use chrono::TimeDelta;
use domain::{
    consent::{Source, State},
    contact::ContactDetail,
    id::{CampaignId, ContactId},
    list::MemberStatus,
    page::PageQuery,
    suppression::{Filter, Key, Suppression, SuppressionReason},
};
use engine::{audience, clock::Clock, lists, suppressions, testing::assert_ledger_is_sound, tracking};
use serde_json::json;

use super::line;
use crate::{Stage, unsubscribe_token};

impl Stage {
    async fn detail(&self, who: ContactId) -> ContactDetail {
        self.here.act(async |tx| audience::get(tx, who).await).await.unwrap()
    }

    async fn suppressed(&self) -> Vec<Suppression> {
        let (filter, all) = (Filter::default(), PageQuery::default());
        self.here.act(async |tx| suppressions::list(tx, &filter, &all).await).await.unwrap().data
    }

    /// Where the members of the list stand, by their names.
    async fn stand(&self) -> Vec<(String, MemberStatus)> {
        let all = PageQuery::default();
        let members = self.here.act(async |tx| lists::members(tx, self.list, &all).await).await.unwrap();
        members.data.into_iter().map(|member| (member.label, member.status)).collect()
    }

    /// A campaign that was sent, with the public ids of its messages.
    async fn sent(&self, name: &str) -> (CampaignId, Vec<String>) {
        let campaign = self.started(name).await;
        self.here.work().await;
        (campaign, self.all(campaign).await.into_iter().map(|(id, _)| id).collect())
    }

    /// Reports that a message bounced softly just now.
    async fn bounce_softly(&self, message: &str) {
        let at = self.here.clock.now();
        self.report(&[json!({ "message": message, "id": message, "at": at, "kind": "bounced", "hard": false })]).await;
        self.apply().await;
    }
}

#[tokio::test]
async fn a_complaint_withdraws_consent_suppresses_and_is_known_to_the_list() {
    let stage = Stage::with(&["ben@two.example"]).await;
    let ada = stage.here.contact("Ada@one.example", &[stage.list]).await;
    let (_, ids) = stage.sent("Spring news").await;
    // In the order of planning, which is that of the contacts' ids.
    stage.report(&[line(&ids[1], "complained", "a"), line(&ids[0], "not_spam", "b")]).await;
    stage.apply().await;

    let detail = stage.detail(ada).await;
    assert_eq!(detail.contact.email_consent, Some(State::Withdrawn));
    let newest = &detail.consents[0];
    assert_eq!((newest.state, newest.source), (State::Withdrawn, Source::Complaint));
    assert!(newest.evidence.contains("“Spring news”") && newest.recorded_by.is_empty(), "{newest:?}");
    let suppressed = stage.suppressed().await;
    let [only] = &suppressed[..] else { panic!("one address") };
    assert_eq!((only.address.as_str(), only.reason), ("ada@one.example", SuppressionReason::Complaint));
    let want = [("ben".to_owned(), MemberStatus::Active), ("Ada".to_owned(), MemberStatus::Unsubscribed)];
    assert_eq!(stage.stand().await, want, "to say that it is no spam changes nothing");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn what_was_put_right_since_is_not_undone_by_the_same_report() {
    let stage = Stage::with(&[]).await;
    let ada = stage.here.contact("ada@one.example", &[stage.list]).await;
    let (_, ids) = stage.sent("Spring news").await;
    let report = [line(&ids[0], "complained", "a"), line(&ids[0], "bounced", "b")];
    stage.report(&report).await;
    stage.apply().await;
    let key = Key::new("email", "ada@one.example").unwrap();
    stage.here.act(async |tx| suppressions::remove(tx, &key, "She wrote that it was a mistake").await).await.unwrap();
    stage.here.act(async |tx| lists::put_back(tx, stage.list, ada).await).await.unwrap();
    let entries = stage.detail(ada).await.consents.len();
    stage.report(&report).await;
    stage.apply().await;
    // As if it had been killed before the reports were marked.
    let forget = "insert into receipt_queue (id) select id from receipt_raw";
    sqlx::query(forget).execute(stage.here.engine.db.owner()).await.unwrap();
    stage.apply().await;
    assert!(stage.suppressed().await.is_empty());
    assert_eq!(stage.detail(ada).await.consents.len(), entries);
    assert_eq!(stage.stand().await, [("ada".to_owned(), MemberStatus::Active)]);
}

#[tokio::test]
async fn a_hard_bounce_suppresses_the_address_and_marks_its_owner_in_all_lists() {
    let stage = Stage::with(&[]).await;
    let other = stage.here.list("Staff").await;
    let ada = stage.here.contact("ada@one.example", &[stage.list, other]).await;
    let ben = stage.here.contact("ben@two.example", &[stage.list]).await;
    let (_, ids) = stage.sent("Spring news").await;
    let moved = "update contact set email = 'b@new.example', email_key = 'b@new.example' where id = $1";
    sqlx::query(moved).bind(ben.0).execute(stage.here.engine.db.owner()).await.unwrap();
    stage.report(&[line(&ids[0], "bounced", "a"), line(&ids[1], "bounced", "a")]).await;
    stage.apply().await;

    let suppressed: Vec<_> = stage.suppressed().await.into_iter().map(|one| (one.address, one.reason)).collect();
    let hard = |address: &str| (address.to_owned(), SuppressionReason::HardBounce);
    assert_eq!(suppressed, [hard("ada@one.example"), hard("ben@two.example")]);
    let want = [("ada".to_owned(), MemberStatus::Bounced), ("ben".to_owned(), MemberStatus::Active)];
    assert_eq!(stage.stand().await, want, "ben has another address by now");
    let staff = stage.here.act(async |tx| lists::get(tx, other).await).await.unwrap();
    assert_eq!((staff.active, staff.bounced), (0, 1));
    assert_eq!(stage.detail(ada).await.contact.email_consent, Some(State::Granted), "a bounce says nothing of consent");

    let (second, _) = stage.sent("Summer news").await;
    assert_eq!(stage.here.figures(second).await.audience, 1, "who bounced is not in the audience");
    let reached = stage.sink.recipients();
    assert!(reached.len() == 3 && reached.iter().any(|to| to == "b@new.example"), "{reached:?}");
}

#[tokio::test]
async fn five_soft_bounces_in_a_row_within_two_weeks_suppress() {
    let stage = Stage::with(&["ada@one.example"]).await;
    for n in 1..=9 {
        let (_, ids) = stage.sent(&format!("News {n}")).await;
        if n == 4 {
            // One arrives: the row begins anew.
            let at = stage.here.clock.now();
            stage.report(&[json!({ "message": ids[0], "id": "x", "at": at, "kind": "delivered" })]).await;
            stage.apply().await;
        } else {
            stage.bounce_softly(&ids[0]).await;
            // The same once more is not one more.
            stage.bounce_softly(&ids[0]).await;
        }
        assert_eq!(stage.suppressed().await.len(), usize::from(n == 9), "after {n}");
        stage.here.clock.advance(TimeDelta::days(3));
    }
    let suppressed = stage.suppressed().await;
    let only = &suppressed[0];
    assert_eq!(only.reason, SuppressionReason::HardBounce);
    assert!(only.note.contains("5 messages in a row") && only.note.contains("“News 9”"), "{}", only.note);
    assert_eq!(stage.stand().await, [("ada".to_owned(), MemberStatus::Bounced)]);
}

#[tokio::test]
async fn whoever_counts_soft_bounces_waits_for_others_who_do() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let mut ids = Vec::new();
    for n in 1..=5 {
        ids.push(stage.sent(&format!("News {n}")).await.1.remove(0));
    }
    for id in &ids[..4] {
        stage.bounce_softly(id).await;
    }
    // Somebody counts those of all addresses, and has not said so yet.
    let mut held = stage.here.engine.db.owner().begin().await.unwrap();
    let all = "select pg_advisory_xact_lock(1, place) from generate_series(0, 63) as place";
    sqlx::query(all).execute(&mut *held).await.unwrap();
    let waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted
                     and database = (select oid from pg_database where datname = current_database())";
    let waits = async { while stage.count(waiting).await == 0 {} };
    tokio::select! {
        biased;
        () = stage.bounce_softly(&ids[4]) => panic!("it was counted meanwhile"),
        () = waits => {}
    }
    held.rollback().await.unwrap();
    stage.apply().await;
    assert_eq!(stage.suppressed().await.len(), 1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn five_soft_bounces_over_longer_do_not() {
    let stage = Stage::with(&["ada@one.example"]).await;
    for n in 1..=6 {
        let (_, ids) = stage.sent(&format!("News {n}")).await;
        stage.bounce_softly(&ids[0]).await;
        stage.here.clock.advance(TimeDelta::days(4));
    }
    assert!(stage.suppressed().await.is_empty());
}

#[tokio::test]
async fn who_unsubscribes_by_a_link_is_known_to_the_lists_of_that_campaign() {
    let stage = Stage::with(&[]).await;
    let other = stage.here.list("Staff").await;
    let ada = stage.here.contact("ada@one.example", &[stage.list, other]).await;
    stage.here.contact("ben@two.example", &[stage.list]).await;
    stage.sent("Spring news").await;
    let token = unsubscribe_token(&stage.sink.mails()[0]);
    for _ in 0..2 {
        tracking::unsubscribe(&stage.here.engine, &token, None).await.unwrap();
        let left = stage.here.act(async |tx| lists::get(tx, stage.list).await).await.unwrap();
        assert_eq!((left.total, left.active, left.unsubscribed), (2, 1, 1));
    }
    let staff = stage.here.act(async |tx| lists::get(tx, other).await).await.unwrap();
    assert_eq!((staff.active, staff.unsubscribed), (1, 0), "the campaign was not sent to these");
    let (second, _) = stage.sent("Summer news").await;
    assert_eq!(stage.here.figures(second).await.audience, 1);
    let refused = stage.here.act(async |tx| lists::remove_member(tx, stage.list, ada).await).await;
    assert!(matches!(refused, Err(engine::Error::Conflict { code: "unsubscribed", .. })), "it stays known why");
}
