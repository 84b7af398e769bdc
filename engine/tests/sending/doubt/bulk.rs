//! Very many in doubt: decided in slices, and paged through.

use domain::{
    doubt::{Decided, Decision, Doubted},
    id::CampaignId,
    page::PageQuery,
    stats::Figures,
};
use engine::{sending::doubt, testing::assert_ledger_is_sound};

use crate::Stage;

/// A finished campaign of so many people who are all in doubt, every third by an interruption.
async fn many_in_doubt(count: i32) -> (Stage, CampaignId) {
    const FILL: &str = "
        with told as (
          insert into message (tenant_id, run_id, n, contact_id, channel, address, state, at, attempts, reason)
          select $1, $2, n, gen_random_uuid(), 'email', concat('p', n, '@crowd.example'), 'in_doubt', now(), 1,
            case when n % 3 = 0 then 'interrupted' else 'no_answer' end
          from generate_series(1, $3) n returning reason
        ), counted as (
          insert into run_counter (tenant_id, run_id, kind, code, count)
          select $1, $2, 'in_doubt', reason, count(*) from told group by reason
          union all select $1, $2, 'audience', '', count(*) from told
        ), ended as (
          update run set status = 'completed', planned = true, finished_at = now() where id = $2
        )
        update campaign set status = 'completed', finished_at = now() where run_id = $2";
    let stage = Stage::with(&["ada@one.example"]).await;
    let campaign = stage.here.campaign("To many", stage.sender, &[stage.list]).await;
    let run = stage.here.start(campaign).await;
    let fill = sqlx::query(FILL).bind(stage.here.tenant.0).bind(run.0).bind(count);
    fill.execute(stage.here.engine.db.owner()).await.unwrap();
    (stage, campaign)
}

#[tokio::test]
async fn all_are_decided_in_slices_by_one_call() {
    let (stage, campaign) = many_in_doubt(11_000).await;
    let done = stage.decide_all(campaign, Decision::MarkSent).await.unwrap();
    assert_eq!(done, Decided { changed: 11_000, already_decided: 0, left: 0 });
    assert_eq!(stage.actions("campaign.in_doubt").await.len(), 3, "one for each slice");
    let figures = Figures { audience: 11_000, sent: 11_000, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(&stage.here.engine).await;
    let again = stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    assert_eq!(again, Decided::default());
}

#[tokio::test]
async fn pages_go_through_every_reason_and_on_after_what_was_decided() {
    let (stage, campaign) = many_in_doubt(301).await;
    let page = async |cursor: Option<String>| {
        let query = PageQuery { cursor, limit: Some(100), ..Default::default() };
        stage.here.act(async |tx| doubt::list(tx, campaign, &query).await).await.unwrap()
    };
    let (mut seen, mut cursor): (Vec<Doubted>, _) = (vec![], None);
    loop {
        let next = page(cursor).await;
        // Deciding about a page does not move what comes after it.
        let ids: Vec<_> = next.data.iter().map(|one| one.id.clone()).collect();
        stage.decide(campaign, Decision::MarkNotSent, &ids).await.unwrap();
        seen.extend(next.data);
        cursor = next.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let number = |one: &Doubted| engine::sending::from_public_id(&one.id).unwrap().1;
    let order: Vec<_> = seen.iter().map(|one| (one.reason, number(one))).collect();
    assert!(order.is_sorted() && order.len() == 301, "{order:?}");
    assert_eq!(stage.here.figures(campaign).await.failed, 301);
    let gone = page(Some("interrupted.100000".into())).await;
    assert!(gone.data.is_empty() && gone.next_cursor.is_none());
    assert_ledger_is_sound(&stage.here.engine).await;
}
