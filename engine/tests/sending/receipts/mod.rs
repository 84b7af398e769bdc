//! Receipts applied to the ledger: twice, late, in any order, before the send is recorded; and what cannot be applied.

mod faults;
mod figures;
mod first;
mod people;

use domain::{
    id::{CampaignId, TenantId},
    stats::Figures,
};
use engine::{receipts, testing::assert_ledger_is_sound};
use serde_json::{Value, json};

use crate::Stage;

/// That something happened to a message; the same `id` is the same report again.
fn line(message: &str, kind: &str, id: &str) -> Value {
    json!({ "message": message, "id": format!("{id}/{message}"), "at": "2026-03-02T09:00:07Z", "kind": kind, "hard": true })
}

/// A report about a workspace's messages.
fn body(tenant: TenantId, lines: &[Value]) -> Vec<u8> {
    json!({ "tenant": tenant, "receipts": lines }).to_string().into_bytes()
}

impl Stage {
    /// Keeps a report.
    async fn report(&self, lines: &[Value]) {
        receipts::keep(&self.here.engine, "sandbox", &body(self.here.tenant, lines)).await.expect("a kept report");
    }

    /// Applies everything that was kept.
    async fn apply(&self) {
        while receipts::apply_some(&self.here.engine).await.expect("applied") {}
    }

    /// Keeps a report and applies it.
    pub(crate) async fn report_lines(&self, lines: &[Value]) {
        self.report(lines).await;
        self.apply().await;
    }

    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.here.engine.db.owner()).await.expect("a count")
    }

    /// The public ids of a campaign's recipients, in order, and the words for what became of them.
    pub(crate) async fn all(&self, campaign: CampaignId) -> Vec<(String, String)> {
        let recipients = self.recipients(campaign, "").await;
        recipients.into_iter().map(|one| (one.id, one.status)).collect()
    }
}

/// What happens to the message of this number: kinds and ids of reports, and the word that it ends with.
fn story(i: usize) -> (&'static [(&'static str, &'static str)], &'static str) {
    match i % 8 {
        0 => (&[], "sent"),
        1 => (&[("bounced", "a")], "bounced"),
        2 => (&[("delivered", "a"), ("complained", "a")], "complained"),
        3 => (&[("undelivered", "a"), ("delivered", "a"), ("opened", "a"), ("opened", "b")], "delivered"),
        4 => (&[("delivered", "a"), ("bounced", "a"), ("complained", "a")], "complained"),
        5 => (&[("opened", "a"), ("clicked", "a"), ("clicked", "b"), ("clicked", "c")], "sent"),
        6 => (&[("undelivered", "a")], "failed"),
        _ => (&[("delivered", "a"), ("opened", "a"), ("clicked", "a")], "delivered"),
    }
}

#[tokio::test]
async fn every_report_three_times_and_shuffled_counts_once() {
    let stage = Stage::with_crowd(160).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let ids = stage.all(campaign).await;
    let once: Vec<_> = ids
        .iter()
        .enumerate()
        .flat_map(|(i, (message, _))| story(i).0.iter().map(move |(kind, id)| line(message, kind, id)))
        .collect();
    let mut thrice = [once.clone(), once.clone(), once.clone()].concat();
    // Shuffled, the same way each time.
    let mut turn = 0_usize;
    thrice.sort_by_cached_key(|_| {
        turn += 1;
        turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
    });
    for (i, lines) in thrice.chunks(7).enumerate() {
        stage.report(lines).await;
        if i % 5 == 0 {
            stage.apply().await;
        }
    }
    stage.apply().await;

    // Of each eight: three arrived or complained of it, one bounced, two complained, three opened, two clicked.
    let figures = Figures {
        audience: 160,
        sent: 160,
        delivered: 80,
        bounced: 20,
        complained: 40,
        opened: 60,
        clicked: 40,
        ..Default::default()
    };
    assert_eq!(stage.here.figures(campaign).await, figures);
    let words: Vec<_> = stage.all(campaign).await.into_iter().map(|(_, word)| word).collect();
    assert_eq!(words, (0..160).map(|i| story(i).1).collect::<Vec<_>>());
    assert_eq!(stage.count("select count(*) from event").await, once.len() as i64);
    assert_eq!(stage.count("select count(*) from receipt_queue").await, 0);
    assert_eq!(stage.count("select count(*) from receipt_raw where fault is not null").await, 0);
    assert_ledger_is_sound(&stage.here.engine).await;

    // Once more, a month later.
    stage.here.clock.advance(chrono::TimeDelta::days(30));
    stage.report(&thrice).await;
    stage.apply().await;
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_eq!(stage.count("select count(*) from event").await, once.len() as i64);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn what_was_applied_and_not_marked_so_is_applied_again_without_harm() {
    let stage = Stage::with_crowd(16).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    for (i, (message, _)) in stage.all(campaign).await.iter().enumerate() {
        let lines: Vec<_> = story(i).0.iter().map(|(kind, id)| line(message, kind, id)).collect();
        stage.report(&lines).await;
    }
    stage.apply().await;
    let (figures, events) = (stage.here.figures(campaign).await, stage.count("select count(*) from event").await);
    assert!(figures.delivered > 0 && events > 0);
    // As if it had been killed before the reports were marked.
    let forget = "insert into receipt_queue (id) select id from receipt_raw";
    sqlx::query(forget).execute(stage.here.engine.db.owner()).await.unwrap();
    stage.apply().await;
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_eq!(stage.count("select count(*) from event").await, events);
    assert_eq!(stage.count("select count(*) from receipt_queue").await, 0);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn several_who_apply_at_once_count_once() {
    let stage = Stage::with_crowd(64).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let ids = stage.all(campaign).await;
    for _ in 0..3 {
        for (i, (message, _)) in ids.iter().enumerate() {
            for (kind, id) in story(i).0 {
                stage.report(&[line(message, kind, id)]).await;
            }
        }
    }
    tokio::join!(stage.apply(), stage.apply(), stage.apply(), stage.apply());
    // What one of them had left because another was at it.
    stage.apply().await;
    assert_eq!(stage.count("select count(*) from receipt_queue").await, 0);
    let figures = stage.here.figures(campaign).await;
    assert_eq!((figures.delivered, figures.opened, figures.clicked), (32, 24, 16));
    assert_ledger_is_sound(&stage.here.engine).await;
}
