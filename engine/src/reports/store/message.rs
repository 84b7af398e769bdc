//! SQL of one message's history.

use chrono::{DateTime, Utc};
use domain::{
    bounce,
    id::RunId,
    receipt::Happened,
    report::{MessageEvent, MessageHistory},
    tracking::Why,
};
use serde_json::Value;
use sqlx::PgConnection;

use super::{Narrow, figures, recipients};
use crate::{Result, templates::links::RunLink};

/// Events that are told; who opens a message a thousand times is told the last of them.
const EVENTS: i64 = 500;

/// A message with what happened to it.
pub(in crate::reports) async fn history(conn: &mut PgConnection, run: RunId, n: i32) -> Result<Option<MessageHistory>> {
    let narrow = Narrow { states: None, engaged: None, search: None, code: None };
    let found = recipients(conn, run, &narrow, n - 1, 1).await?;
    let Some((_, recipient)) = found.into_iter().next().filter(|(found, _)| *found == n) else { return Ok(None) };
    let sent =
        sqlx::query!("select accepted_at, attempts, provider_ref from message where run_id = $1 and n = $2", run.0, n);
    let sent = sent.fetch_one(&mut *conn).await?;
    let events = sqlx::query!(
        r#"select at as "at!: DateTime<Utc>", kind as "kind!", detail as "detail!" from (
             select at, kind, detail, id from event where run_id = $1 and n = $2 order by at desc, id desc limit $3
           ) e order by at, id"#,
        run.0,
        n,
        EVENTS
    );
    let events = events.fetch_all(&mut *conn).await?;
    let links = figures::links(conn, run).await?;
    let events = events.into_iter().map(|row| event(row.at, row.kind, &row.detail, &links)).collect();
    let (sent_at, attempts, provider_ref) = (sent.accepted_at, sent.attempts, sent.provider_ref);
    Ok(Some(MessageHistory { recipient, sent_at, attempts, provider_ref, events }))
}

fn event(at: DateTime<Utc>, kind: String, detail: &Value, links: &[RunLink]) -> MessageEvent {
    let text = |name: &str| detail.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let number = detail.get("link").and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
    let link = number.and_then(|number| links.get(number.checked_sub(1)?)).map(|link| link.url.clone());
    let why = detail.get("why").and_then(Value::as_str).and_then(Why::from_word);
    // What a provider tells bears its own names, and the link itself.
    let is_opened = kind == Happened::ProviderOpened.word() || kind == Happened::ProviderClicked.word();
    let agent = text("agent").or_else(|| text("user_agent").filter(|_| is_opened));
    let diagnostic = detail.as_object().and_then(bounce::words);
    let (hard, status) = (detail.get("hard").and_then(Value::as_bool), text("status"));
    MessageEvent { at, kind, why, link: link.or_else(|| text("link")), agent, ip: text("ip"), hard, status, diagnostic }
}
