//! What the sandbox reports. It is our own, so that its word for whose messages they are can be taken.

use chrono::{DateTime, Utc};
use domain::{
    id::TenantId,
    receipt::{Happened, Receipt},
};
use serde::{Deserialize, Serialize};

use super::Report;
use crate::sending::from_public_id;

/// The source of reports of the sandbox.
pub(crate) const SOURCE: &str = "sandbox";

/// A report.
#[derive(Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) tenant: TenantId,
    pub(crate) receipts: Vec<Line>,
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

pub(super) fn read(body: &[u8]) -> Result<Report, String> {
    let body: Body = serde_json::from_slice(body).map_err(|error| format!("Not a report of the sandbox: {error}."))?;
    let receipt = |line: Line| {
        let message = from_public_id(&line.message).ok_or(format!("{:?} is no message's id.", line.message))?;
        Ok(Receipt { message, happened: line.happened, at: line.at, key: format!("{SOURCE}/{}", line.id) })
    };
    Ok(Report { tenant: body.tenant, receipts: body.receipts.into_iter().map(receipt).collect::<Result<_, String>>()? })
}
