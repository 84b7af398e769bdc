//! SQL of what the DNS said of senders' domains.

use domain::{dns::SenderDns, id::SenderId, provider::Sender};
use sqlx::{PgConnection, types::Json};

use crate::Result;

pub(super) async fn kept(conn: &mut PgConnection, id: SenderId) -> Result<Option<SenderDns>> {
    let kept = sqlx::query_scalar!(r#"select dns as "dns: Json<SenderDns>" from sender where id = $1"#, id.0);
    Ok(kept.fetch_optional(conn).await?.flatten().map(|kept| kept.0))
}

/// Keeps it for the sender as it was when the DNS was asked.
pub(super) async fn keep(conn: &mut PgConnection, sender: &Sender, dns: &SenderDns) -> Result<()> {
    sqlx::query!(
        "update sender set dns = $2, dns_checked_at = $3
         where id = $1 and email = $4 and provider_id = $5 and dkim_selector = $6",
        sender.id.0,
        Json(dns) as _,
        dns.checked_at,
        sender.email,
        sender.provider_id.0,
        sender.dkim_selector
    )
    .execute(conn)
    .await?;
    Ok(())
}
