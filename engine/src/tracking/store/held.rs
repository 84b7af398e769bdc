//! SQL of what is known of a message's people: its row of `engagement`, held while somebody counts. Every look-up goes by
//! the primary key, as in `hits`.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Makes a row for each message that has none yet, with where the contact is, and holds them all until the transaction
/// ends. They are held in their order, whoever asks: so nobody waits for somebody who waits for them. Where nobody has been
/// counted yet, a place that was missing is added.
pub(crate) async fn know(conn: &mut PgConnection, (tenant, run): (TenantId, RunId), ns: &[i32]) -> Result<()> {
    if ns.is_empty() {
        return Ok(());
    }
    // A row that is not changed, because the last condition does not hold, is locked all the same.
    sqlx::query!(
        "insert into engagement as g (tenant_id, run_id, n, place)
         select $1, $2, x.n, coalesce(c.place, '')
         from unnest($3::int[]) as x(n)
           cross join lateral (
             select m.contact_id from message m where m.tenant_id = $1 and m.run_id = $2 and m.n = x.n limit 1
           ) m
           left join lateral (
             select nullif(coalesce(c.country, '') || '/' || c.state, '/') as place from contact c
             where c.tenant_id = $1 and c.id = m.contact_id limit 1
           ) c on true
         order by x.n
         on conflict on constraint engagement_pk do update set place = excluded.place
           where g.place = '' and excluded.place <> '' and g.opened_by is null and g.clicked_by is null",
        tenant.0,
        run.0,
        ns
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who did something first with a message.
#[derive(Clone, Copy, Default)]
pub(in crate::tracking) struct Seen {
    /// A person, and the event that they are counted for.
    pub(in crate::tracking) person: Option<(DateTime<Utc>, Uuid)>,
    pub(in crate::tracking) machine: Option<DateTime<Utc>>,
}

/// What came back from a message by now.
pub(in crate::tracking) struct Engagement {
    pub(in crate::tracking) n: i32,
    pub(in crate::tracking) opened: Seen,
    pub(in crate::tracking) clicked: Seen,
    pub(in crate::tracking) place: String,
    /// When the provider took it; now, while that is not settled.
    pub(in crate::tracking) handed_over: Option<DateTime<Utc>>,
}

/// The rows of messages, which are held; without those of people who were erased.
pub(in crate::tracking) async fn read(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    ns: &[i32],
    now: DateTime<Utc>,
) -> Result<Vec<Engagement>> {
    let rows = sqlx::query!(
        r#"select g.n as "n!", g.opened_at, g.opened_by, g.clicked_at, g.clicked_by, g.machine_opened_at,
             g.machine_clicked_at, g.place as "place!", m.handed_over
           from unnest($3::int[]) as x(n)
             cross join lateral (
               select * from engagement g where g.tenant_id = $1 and g.run_id = $2 and g.n = x.n limit 1
             ) g
             cross join lateral (
               -- Nothing is recorded any more of whoever was erased.
               select case when m.state = 'planned' then $4::timestamptz else m.accepted_at end as handed_over
               from message m where m.tenant_id = $1 and m.run_id = $2 and m.n = x.n and m.address is not null limit 1
             ) m"#,
        tenant.0,
        run.0,
        ns,
        now
    );
    let rows = rows.fetch_all(conn).await?.into_iter().map(|row| Engagement {
        n: row.n,
        opened: Seen { person: row.opened_at.zip(row.opened_by), machine: row.machine_opened_at },
        clicked: Seen { person: row.clicked_at.zip(row.clicked_by), machine: row.machine_clicked_at },
        place: row.place,
        handed_over: row.handed_over,
    });
    Ok(rows.collect())
}
