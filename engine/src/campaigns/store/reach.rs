//! Who an audience reaches, counted before anything is frozen.

use domain::campaign::{Audience, Estimate};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::Result;

pub(in crate::campaigns) async fn estimate(conn: &mut PgConnection, audience: &Audience) -> Result<Estimate> {
    let (included, excluded) = lists(audience);
    let row = sqlx::query!(
        r#"with matched as (
             select distinct m.contact_id from list_member m
             where m.list_id = any($1) and m.status = 'active' and not exists (
               select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                 and x.list_id = any($2) and x.status = 'active')
           ), judged as (
             select c.email_key is not null and not c.do_not_contact as addressable,
               coalesce(s.state = 'granted', false) as consented, x.address_key is null as clear
             from matched join contact c on c.id = matched.contact_id
               left join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
                 and s.purpose = 'marketing'
               left join suppression x on x.tenant_id = c.tenant_id and x.channel = 'email' and x.address_key = c.email_key
           )
           select count(*) as "matched!", count(*) filter (where addressable) as "addressable!",
             count(*) filter (where addressable and consented) as "consented!",
             count(*) filter (where addressable and consented and clear) as "reachable!"
           from judged"#,
        &included,
        &excluded
    );
    let row = row.fetch_one(conn).await?;
    let (matched, addressable, consented, reachable) = (row.matched, row.addressable, row.consented, row.reachable);
    Ok(Estimate { matched, addressable, consented, reachable, ..Estimate::default() })
}

/// Whether there is one person who would get it: quick even where a count would not be.
pub(in crate::campaigns) async fn reaches_anybody(conn: &mut PgConnection, audience: &Audience) -> Result<bool> {
    let (included, excluded) = lists(audience);
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from list_member m
               join contact c on c.tenant_id = m.tenant_id and c.id = m.contact_id
               join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
                 and s.purpose = 'marketing' and s.state = 'granted'
             where m.list_id = any($1) and m.status = 'active' and c.email_key is not null and not c.do_not_contact
               and not exists (select from suppression x where x.tenant_id = c.tenant_id and x.channel = 'email'
                 and x.address_key = c.email_key)
               and not exists (select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                 and x.list_id = any($2) and x.status = 'active')
           ) as "any!""#,
        &included,
        &excluded
    )
    .fetch_one(conn)
    .await?)
}

/// Campaigns whose audience is still to be planned, or may yet be, by name.
pub(in crate::campaigns) async fn open_audiences(conn: &mut PgConnection) -> Result<Vec<(String, Audience)>> {
    let rows = sqlx::query!(
        r#"select c.name, c.audience as "audience: Json<Audience>" from campaign c
           where c.status in ('draft', 'pending_approval', 'approved', 'scheduled')
             or c.status in ('running', 'paused') and exists (select from run r where r.id = c.run_id and not r.planned)
           order by c.name, c.id"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.name, row.audience.0)).collect())
}

fn lists(audience: &Audience) -> (Vec<Uuid>, Vec<Uuid>) {
    let ids = |lists: Vec<domain::id::ListId>| lists.into_iter().map(|list| list.0).collect();
    (ids(audience.included_lists()), ids(audience.excluded_lists()))
}
