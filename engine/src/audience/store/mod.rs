//! SQL of contacts.

mod contact;
pub(super) mod erase;
pub(super) mod export;
mod facts;
pub(super) mod merge;
pub(super) mod registry;
mod search;
pub(super) mod timeline;

use domain::{
    channel::Channel,
    id::{CampaignId, ContactId, RunId},
    message::{ContactMessage, MessageState, SkipReason},
};
use sqlx::PgConnection;

pub(crate) use facts::{Lately, SendFacts, contact_fields, send_facts};

pub(super) use contact::{by_ids, contact, count_of, holder, insert, locked, retag, update};
pub(super) use search::{count_some, ids};

use crate::{Result, sending};

pub(super) async fn suppression(conn: &mut PgConnection, channel: Channel, key: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select reason from suppression where channel = $1 and address_key = $2",
        channel as Channel,
        key
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn messages(conn: &mut PgConnection, contact: ContactId) -> Result<Vec<ContactMessage>> {
    let rows = sqlx::query!(
        r#"select m.run_id as "run_id: RunId", m.n, c.id as "campaign_id: CampaignId", c.name as campaign,
             m.state as "state: MessageState", m.reason, m.detail, m.at
           from message m join run r on r.tenant_id = m.tenant_id and r.id = m.run_id
             join campaign c on c.tenant_id = m.tenant_id and c.id = r.campaign_id
           where m.contact_id = any(array(select a.id from contact_alias a where a.contact_id = $1) || $1::uuid)
           order by m.at desc limit 50"#,
        contact.0
    )
    .fetch_all(conn)
    .await?;
    let message = rows.into_iter().map(|row| ContactMessage {
        id: sending::public_id(row.run_id, row.n),
        campaign_id: row.campaign_id,
        campaign: row.campaign,
        status: row.state.shown().to_owned(),
        reason: in_words(row.reason.as_deref(), row.detail),
        at: row.at,
    });
    Ok(message.collect())
}

/// A skip reason's sentence, or what the provider said.
fn in_words(reason: Option<&str>, detail: Option<String>) -> Option<String> {
    match reason.and_then(SkipReason::from_word) {
        Some(skip) => Some(skip.sentence().to_owned()),
        None => detail,
    }
}
