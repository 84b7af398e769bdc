//! SQL of a report's figures: all of them counters.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{id::RunId, provider::ProviderKind, report::Hour};
use sqlx::{PgConnection, types::Json};

use crate::{Result, templates::links::RunLink};

/// The hours of a run in which something happened, in order.
pub(in crate::reports) async fn hours(conn: &mut PgConnection, run: RunId) -> Result<Vec<Hour>> {
    Ok(sqlx::query_as!(
        Hour,
        r#"select hour as "at!: DateTime<Utc>",
             coalesce(sum(count) filter (where kind = 'opened'), 0)::bigint as "opened!",
             coalesce(sum(count) filter (where kind = 'clicked'), 0)::bigint as "clicked!",
             coalesce(sum(count) filter (where kind = 'machine_opened'), 0)::bigint as "machine_opened!",
             coalesce(sum(count) filter (where kind = 'machine_clicked'), 0)::bigint as "machine_clicked!"
           from run_hour where run_id = $1 group by hour having sum(count) > 0 order by hour"#,
        run.0
    )
    .fetch_all(conn)
    .await?)
}

/// The counters that tell links, places and devices apart.
pub(in crate::reports) async fn coded(conn: &mut PgConnection, run: RunId) -> Result<BTreeMap<(String, String), i64>> {
    let rows = sqlx::query!(
        "select kind, code, count from run_counter where run_id = $1 and kind in ('link_people', 'link_clicks',
           'link_machines', 'opened_in', 'clicked_in', 'device')",
        run.0
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| ((row.kind, row.code), row.count)).collect())
}

/// The links of a run's text.
pub(in crate::reports) async fn links(conn: &mut PgConnection, run: RunId) -> Result<Vec<RunLink>> {
    let links = sqlx::query_scalar!(
        r#"select coalesce(content -> 'links', '[]') as "links!: Json<Vec<RunLink>>" from run where id = $1"#,
        run.0
    );
    Ok(links.fetch_optional(conn).await?.map(|links| links.0).unwrap_or_default())
}

/// Name and kind of the account that a run goes over; none when it is gone.
pub(in crate::reports) async fn provider(
    conn: &mut PgConnection,
    run: RunId,
) -> Result<Option<(String, ProviderKind)>> {
    let account = sqlx::query!(
        r#"select p.name, p.kind as "kind: ProviderKind"
           from run r join provider p on p.tenant_id = r.tenant_id and p.id = r.provider_id where r.id = $1"#,
        run.0
    );
    Ok(account.fetch_optional(conn).await?.map(|account| (account.name, account.kind)))
}
