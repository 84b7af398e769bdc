//! SQL of a contact's history.

use chrono::{DateTime, Utc};
use domain::{
    contact::{Happening, Upcoming},
    id::{CampaignId, RunId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, sending};

/// A place in a history: the moment, and what tells apart what happened then.
pub struct Cursor {
    at: DateTime<Utc>,
    key: String,
}

/// What is no cursor.
#[derive(Debug, thiserror::Error)]
#[error("not a cursor")]
pub struct NoCursor;

impl std::str::FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> std::result::Result<Self, NoCursor> {
        let (micros, key) = text.split_once('_').ok_or(NoCursor)?;
        // A moment that PostgreSQL knows, too.
        let micros = micros.parse().ok().filter(|micros| (0..=4_000_000_000_000_000).contains(micros));
        let at = micros.and_then(DateTime::from_timestamp_micros).ok_or(NoCursor)?;
        if !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(NoCursor);
        }
        Ok(Self { at, key: key.to_owned() })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.at.timestamp_micros(), self.key)
    }
}

/// What happened before a place, newest first. A message that was taken counts as sent then, what came of it is its
/// events'; one that was not sent counts by its state. Those that are planned have not happened yet.
pub(in crate::audience) async fn happenings(
    conn: &mut PgConnection,
    contacts: &[Uuid],
    before: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<(Cursor, Happening)>> {
    let rows = sqlx::query!(
        r#"with mine as (
             select run_id, n, state, at, reason, detail, address, accepted_at from message where contact_id = any($1)
           ), history as (
             select run_id, n, coalesce(accepted_at, at) as at, case when accepted_at is null then state else 'sent' end as kind,
               reason, detail, address, '0' || run_id || '.' || n as key
             from mine where state <> 'planned'
             union all
             select e.run_id, e.n, e.at, e.kind, null, null, null, '1' || e.id
             from mine m join event e on e.run_id = m.run_id and e.n = m.n
           )
           select h.run_id as "run_id!: RunId", h.n as "n!", h.at as "at!", h.kind as "kind!", h.reason, h.detail, h.address,
             h.key as "key!", c.id as "campaign_id!: CampaignId", c.name as "campaign!"
           from history h join run r on r.id = h.run_id join campaign c on c.tenant_id = r.tenant_id and c.id = r.campaign_id
           where $2::timestamptz is null or (h.at, h.key) < ($2, $3)
           order by h.at desc, h.key desc limit $4"#,
        contacts,
        before.map(|place| place.at),
        before.map(|place| place.key.as_str()),
        limit
    )
    .fetch_all(conn)
    .await?;
    let happenings = rows.into_iter().map(|row| {
        let detail = super::in_words(row.reason.as_deref(), row.detail).filter(|_| row.kind != "sent");
        let happening = Happening {
            at: row.at,
            kind: row.kind,
            message: sending::public_id(row.run_id, row.n),
            campaign_id: row.campaign_id,
            campaign: row.campaign,
            detail,
            address: row.address,
        };
        (Cursor { at: row.at, key: row.key }, happening)
    });
    Ok(happenings.collect())
}

/// What is planned for these contacts in runs that go on, the next one first.
pub(in crate::audience) async fn upcoming(conn: &mut PgConnection, contacts: &[Uuid]) -> Result<Vec<Upcoming>> {
    let rows = sqlx::query!(
        r#"select m.run_id as "run_id: RunId", m.n, c.id as "campaign_id: CampaignId", c.name as campaign,
             greatest(r.begin_at, m.due_at) as "due_at!", r.status, m.detail, m.attempts
           from message m join run r on r.tenant_id = m.tenant_id and r.id = m.run_id
             join campaign c on c.tenant_id = r.tenant_id and c.id = r.campaign_id
           where m.contact_id = any($1) and m.state = 'planned' and (r.finished_at is null or m.due_at is not null)
             and exists (select from contact k where k.tenant_id = m.tenant_id and k.id = m.contact_id)
           order by 5, m.run_id, m.n limit 50"#,
        contacts
    )
    .fetch_all(conn)
    .await?;
    let upcoming = rows.into_iter().map(|row| Upcoming {
        message: sending::public_id(row.run_id, row.n),
        campaign_id: row.campaign_id,
        campaign: row.campaign,
        due_at: row.due_at,
        waits: match (row.status.as_str(), row.attempts) {
            ("paused", _) => Some("The campaign is paused".to_owned()),
            (_, 1..) => Some(row.detail.unwrap_or_else(|| "Tried before; it is tried again".to_owned())),
            _ => None,
        },
    });
    Ok(upcoming.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor { at: DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap(), key: "1_a".into() };
        let read: Cursor = cursor.to_string().parse().unwrap();
        assert_eq!((read.at, read.key), (cursor.at, cursor.key));
        assert!("x".parse::<Cursor>().is_err() && "x_1".parse::<Cursor>().is_err());
    }
}
