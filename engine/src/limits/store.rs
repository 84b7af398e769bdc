//! SQL of limits and of what was used of them.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{
    channel::Channel,
    id::TenantId,
    limits::{Limits, Money},
};
use sqlx::{PgConnection, types::Json};

use crate::Result;

/// The limits of the transaction's workspace, and the name of its time zone.
pub(super) async fn limits(conn: &mut PgConnection) -> Result<(Limits, String)> {
    let row = sqlx::query!(
        r#"select t.time_zone as "time_zone!", l.limits as "limits?: Json<Limits>"
           from tenant t left join workspace_limits l on l.tenant_id = t.id"#
    );
    let row = row.fetch_one(conn).await?;
    Ok((row.limits.map(|limits| limits.0).unwrap_or_default(), row.time_zone))
}

pub(super) async fn set(conn: &mut PgConnection, tenant: TenantId, limits: &Limits, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into workspace_limits (tenant_id, limits, changed_at) values ($1, $2, $3)
         on conflict on constraint workspace_limits_pk do update
         set limits = excluded.limits, changed_at = excluded.changed_at",
        tenant.0,
        Json(limits) as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was used of an hour and a month.
pub(super) struct UsedRows(Vec<(String, String, i64)>);

impl UsedRows {
    pub(super) fn hour(&self, channel: Channel) -> u64 {
        self.amount("hour", channel.word())
    }

    pub(super) fn month(&self) -> Money {
        Money::micros(self.amount("month", ""))
    }

    fn amount(&self, span: &str, channel: &str) -> u64 {
        let found = self.0.iter().find(|(of, on, _)| of == span && on == channel);
        found.map_or(0, |(.., amount)| amount.unsigned_abs())
    }
}

/// What was used since these beginnings. Where the clock of another process is ahead, that of a later hour counts.
pub(super) async fn used(conn: &mut PgConnection, hour: NaiveDateTime, month: NaiveDateTime) -> Result<UsedRows> {
    let rows = sqlx::query!(
        "select span, channel, amount from sending_usage
         where begins >= case span when 'hour' then $1::timestamp else $2::timestamp end",
        hour,
        month
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(UsedRows(rows.into_iter().map(|row| (row.span, row.channel, row.amount)).collect()))
}

/// What is to be counted, by column.
#[derive(Default)]
pub(super) struct Spans {
    spans: Vec<String>,
    channels: Vec<String>,
    begins: Vec<NaiveDateTime>,
    amounts: Vec<i64>,
    most: Vec<i64>,
}

impl Spans {
    pub(super) fn add(&mut self, span: &str, channel: &str, begins: NaiveDateTime, amount: u64, most: u64) {
        let bounded = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.spans.push(span.to_owned());
        self.channels.push(channel.to_owned());
        self.begins.push(begins);
        self.amounts.push(bounded(amount));
        self.most.push(bounded(most));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

/// Counts in all spans at once; false when there is one that has no room. A new span begins where an old one stood.
pub(super) async fn count(conn: &mut PgConnection, tenant: TenantId, spans: &Spans) -> Result<bool> {
    let done = sqlx::query!(
        "insert into sending_usage as u (tenant_id, span, channel, begins, amount, most)
         select $1, w.span, w.channel, w.begins, w.amount, w.most
         from unnest($2::text[], $3::text[], $4::timestamp[], $5::bigint[], $6::bigint[])
           as w(span, channel, begins, amount, most)
         where w.amount <= w.most order by w.span
         on conflict on constraint sending_usage_pk do update
         set begins = greatest(u.begins, excluded.begins), most = excluded.most,
           amount = excluded.amount + case when u.begins < excluded.begins then 0 else u.amount end
         where excluded.amount + case when u.begins < excluded.begins then 0 else u.amount end <= excluded.most",
        tenant.0,
        &spans.spans,
        &spans.channels,
        &spans.begins,
        &spans.amounts,
        &spans.most
    );
    Ok(done.execute(conn).await?.rows_affected() == spans.spans.len() as u64)
}
