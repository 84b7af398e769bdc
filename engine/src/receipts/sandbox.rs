//! What the sandbox reports. It is our own, so that its word for whose messages they are can be taken.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    id::TenantId,
    receipt::{Happened, Receipt},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{keep_until, report::Report};
use crate::{Error, Result, sending::from_public_id};

/// The source of reports of the sandbox.
pub(super) const SOURCE: &str = "sandbox";
/// The most that one report says.
const LINES: usize = 100;

/// A report.
#[derive(Serialize, Deserialize)]
struct Body {
    tenant: TenantId,
    receipts: Vec<Line>,
}

/// One thing that happened to a message.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The message's public id.
    pub(crate) message: String,
    /// The sandbox's own id of it, another one each time that it is taken.
    pub(crate) id: String,
    pub(crate) at: DateTime<Utc>,
    #[serde(flatten)]
    pub(crate) happened: Happened,
}

/// Keeps what the sandbox reports of a workspace's messages, each to be applied at its time.
pub(crate) async fn keep(conn: &mut PgConnection, tenant: TenantId, lines: Vec<(DateTime<Utc>, Line)>) -> Result<()> {
    let mut by_time: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (at, line) in lines {
        by_time.entry(at).or_default().push(line);
    }
    let mut reports = Vec::new();
    for (at, lines) in &by_time {
        for receipts in lines.chunks(LINES) {
            let body = serde_json::to_vec(&Body { tenant, receipts: receipts.to_vec() });
            reports.push((*at, body.map_err(|error| Error::internal("a report of the sandbox", error))?));
        }
    }
    keep_until(conn, SOURCE, &reports).await
}

/// Reads a report.
pub(super) fn read(body: &[u8]) -> Result<Report, String> {
    let body: Body = serde_json::from_slice(body).map_err(|error| format!("Not a report of the sandbox: {error}."))?;
    let said = |line: Line| {
        let message = from_public_id(&line.message).ok_or(format!("{:?} is no message's id.", line.message))?;
        let key = format!("{SOURCE}/{}", line.id);
        Ok(Receipt { message, happened: line.happened, at: line.at, key }.into())
    };
    let told = body.receipts.into_iter().map(said).collect::<Result<_, String>>()?;
    Ok(Report { kind: "Sandbox".into(), tenant: body.tenant, told, sought: None, note: None })
}
