//! SQL of the export of results.

use chrono::{DateTime, Utc};
use domain::{
    id::RunId,
    limits::Money,
    message::{MessageState, Part, SkipReason},
};
use serde::Serialize;
use sqlx::PgConnection;

use crate::Result;

/// A line of the results.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ResultRow {
    /// Of the contact as it is now; empty when it is gone.
    pub first_name: String,
    /// Likewise.
    pub last_name: String,
    /// Likewise.
    pub phone: String,
    /// Where the message went, or would have gone.
    pub email: String,
    /// The word for its state.
    pub status: String,
    /// Channels on which it was handed over.
    pub channels_attempted: String,
    /// Channels on which it arrived.
    pub channels_delivered: String,
    /// When the provider took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it arrived.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Why it was not sent, or what the provider said.
    pub error: String,
    /// What it cost.
    pub cost: Money,
}

impl ResultRow {
    /// Its cells as text, in the order of the columns.
    pub fn cells(&self) -> [String; 11] {
        let moment = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
        [
            self.first_name.clone(),
            self.last_name.clone(),
            self.phone.clone(),
            self.email.clone(),
            self.status.clone(),
            self.channels_attempted.clone(),
            self.channels_delivered.clone(),
            moment(self.sent_at),
            moment(self.delivered_at),
            self.error.clone(),
            self.cost.to_string(),
        ]
    }
}

/// The messages of a run, newest sent first; those that were not sent at the end.
pub(in crate::reports) async fn order(conn: &mut PgConnection, run: RunId) -> Result<Vec<i32>> {
    Ok(sqlx::query_scalar!(
        "select n from message where run_id = $1 order by accepted_at desc nulls last, n desc",
        run.0
    )
    .fetch_all(conn)
    .await?)
}

/// These messages, in this order.
pub(in crate::reports) async fn rows(
    conn: &mut PgConnection,
    run: RunId,
    ns: &[i32],
    price: Money,
) -> Result<Vec<ResultRow>> {
    let rows = sqlx::query!(
        r#"select coalesce(c.first_name, '') as "first_name!", coalesce(c.last_name, '') as "last_name!",
             coalesce(c.phone_key, '') as "phone!", coalesce(m.address, '') as "email!", m.channel as "channel!",
             m.state as "state!: MessageState", m.reason, m.detail, m.attempts as "attempts!", m.accepted_at,
             e.at as "delivered_at?: DateTime<Utc>"
           from unnest($2::int[]) with ordinality as x(n, i)
             cross join lateral (select * from message m where m.run_id = $1 and m.n = x.n limit 1) m
             left join lateral (
               select c.first_name, c.last_name, c.phone_key from contact c
               where c.tenant_id = m.tenant_id and c.id = m.contact_id limit 1
             ) c on true
             left join lateral (
               select e.at from event e where e.tenant_id = m.tenant_id and e.run_id = $1 and e.n = x.n and e.kind = 'delivered'
                 and m.state in ('delivered', 'complained', 'bounced') order by e.at limit 1
             ) e on true
           order by x.i"#,
        run.0,
        ns
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| {
        let is_sent = row.state.part() == Part::Sent;
        let has_arrived = matches!(row.state, MessageState::Delivered | MessageState::Complained);
        let on = |is: bool| if is { row.channel.clone() } else { String::new() };
        ResultRow {
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            email: row.email,
            status: row.state.shown().to_owned(),
            channels_attempted: on(row.attempts > 0 || is_sent),
            channels_delivered: on(has_arrived),
            sent_at: row.accepted_at,
            delivered_at: row.delivered_at,
            error: error(row.reason, row.detail),
            cost: if is_sent { price } else { Money::default() },
        }
    });
    Ok(rows.collect())
}

fn error(reason: Option<String>, detail: Option<String>) -> String {
    let Some(reason) = reason else { return String::new() };
    match SkipReason::from_word(&reason) {
        Some(skip) => skip.sentence().to_owned(),
        None => match detail.filter(|detail| !detail.is_empty()) {
            Some(detail) if detail.starts_with(&reason) => detail,
            Some(detail) => format!("{reason}: {detail}"),
            None => reason,
        },
    }
}
