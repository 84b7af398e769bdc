//! Why people were not sent to, or not yet, and why messages came back, grouped by what was answered, each with its
//! remedy.

use domain::{
    id::RunId,
    message::Part,
    remedy::{self, Problem},
    stats::Grouped,
};
use sqlx::PgConnection;

use super::store;
use crate::Result;

/// How many of those who wait for another try are looked at: a million may, and the page asks twice a second.
const LOOKED_AT: i64 = 5_000;
/// Reasons of bounces that are told; a long tail helps nobody.
const BOUNCES: i64 = 20;

/// The problems of a run: what a person must decide first, then what failed, what came back, what is tried again, what
/// was left out.
pub(super) async fn of(conn: &mut PgConnection, run: RunId) -> Result<Vec<Problem>> {
    let ended = store::groups(conn, run).await?;
    let back = store::bounces(conn, run, BOUNCES).await?;
    let retries = store::retries(conn, run, LOOKED_AT).await?;
    let looked_at: i64 = retries.iter().map(|retry| retry.count).sum();
    let waiting = retries.into_iter().map(|retry| Problem {
        at_least: looked_at >= LOOKED_AT,
        next_at: retry.next_at,
        ..problem(Grouped { part: Part::Waiting, code: retry.code, text: retry.text, count: retry.count })
    });
    let mut problems: Vec<_> = ended.into_iter().chain(back).map(problem).chain(waiting).collect();
    problems.sort_by_key(|problem| (rank(problem.part), -problem.count));
    Ok(problems)
}

fn problem(group: Grouped) -> Problem {
    let Grouped { part, code, text, count } = group;
    let remedy = remedy::remedy(part, &code, &text);
    Problem { part, code, text, count, at_least: false, next_at: None, remedy }
}

fn rank(part: Part) -> u8 {
    match part {
        Part::InDoubt => 0,
        Part::Failed => 1,
        Part::Sent => 2,
        Part::Waiting => 3,
        Part::Skipped | Part::Cancelled => 4,
    }
}
