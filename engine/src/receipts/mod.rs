//! Receipts: what providers report about messages after they took them (DESIGN 2, "Forward only"). A report is stored as
//! it came, and answered; only then is it read, and applied to the ledger in batches. So a provider never waits for us,
//! nothing is lost once it has been answered, and what cannot be read is kept with what is wrong with it.

mod apply;
mod bounce;
mod change;
mod effects;
mod intake;
mod refs;
mod report;
pub(crate) mod sandbox;
mod ses;
mod store;

use std::io::{Read, Write};

use chrono::{DateTime, Utc};
use domain::id::{ProviderId, TenantId};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use sqlx::PgConnection;

use crate::{Engine, Error, Result, secrets::Keys};
pub use apply::{apply_some, apply_waiting};
pub(crate) use bounce::{SOURCE as BOUNCES, return_path};
pub(crate) use intake::Intake;
use report::Report;
pub(crate) use ses::SOURCE as SES;
pub(crate) use store::{Kept, newest};

/// No provider sends as much at once (PROVIDERS 0); what unpacks to more was not packed by us.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Keeps what a provider reported, as it came, to be applied soon.
pub async fn keep(engine: &Engine, source: &str, body: &[u8]) -> Result<()> {
    let mut conn = engine.db.global().acquire().await?;
    keep_until(&mut conn, source, &[(engine.clock.now(), body.to_vec())]).await
}

/// Keeps what came to the address of an account, together with what others sent at the same moment.
pub(crate) async fn keep_from(
    engine: &Engine,
    source: &'static str,
    account: Option<(TenantId, ProviderId)>,
    body: &[u8],
) -> Result<()> {
    let row = store::New { source: source.to_owned(), account, body: pack(body)?, at: engine.clock.now() };
    engine.webhooks.intake.keep(engine, row).await
}

/// Keeps reports of which each is to be applied at its time, in one statement and in whatever transaction there is.
pub(crate) async fn keep_until(
    conn: &mut PgConnection,
    source: &str,
    reports: &[(DateTime<Utc>, Vec<u8>)],
) -> Result<()> {
    let row = |(at, body): &(DateTime<Utc>, Vec<u8>)| {
        Ok(store::New { source: source.to_owned(), account: None, body: pack(body)?, at: *at })
    };
    store::insert(conn, reports.iter().map(row).collect::<Result<Vec<_>>>()?).await
}

/// What a stored report is, in a few words, and why nothing follows from it where nothing does.
pub(crate) fn described(keys: &Keys, kept: &Kept) -> (String, Option<String>) {
    match read(keys, kept) {
        Ok(report) => (report.kind, report.note),
        Err(_) => ("Unreadable".to_owned(), None),
    }
}

/// Reads a stored report; in words why it cannot be read.
fn read(keys: &Keys, kept: &Kept) -> Result<Report, String> {
    let body = unpack(&kept.body).map_err(|error| format!("Cannot be unpacked: {error}."))?;
    match (kept.source.as_str(), kept.tenant) {
        (sandbox::SOURCE, _) => sandbox::read(&body),
        (ses::SOURCE, Some(tenant)) => ses::read(tenant, &body, kept.received_at),
        (bounce::SOURCE, Some(tenant)) => bounce::read(keys, tenant, &body, kept.received_at),
        (ses::SOURCE | bounce::SOURCE, None) => {
            Err("Several workspaces name this topic, and it says of none that it is its.".into())
        }
        (source, _) => Err(format!("Nothing reads what comes from {source:?}.")),
    }
}

fn pack(body: &[u8]) -> Result<Vec<u8>> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(body).and_then(|()| packer.finish()).map_err(|error| Error::internal("packing a receipt", error))
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    ZlibDecoder::new(packed).take(LARGEST + 1).read_to_end(&mut body)?;
    match body.len() as u64 > LARGEST {
        true => Err(std::io::Error::other("too large")),
        false => Ok(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_what_is_not_is_refused() {
        let body = b"delivered ".repeat(1000);
        let packed = pack(&body).unwrap();
        assert!(packed.len() < body.len() / 10);
        assert_eq!(unpack(&packed).unwrap(), body);
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
        assert!(unpack(b"delivered").is_err());
        assert!(unpack(&pack(&vec![0; LARGEST as usize + 1]).unwrap()).is_err(), "a bomb");
    }
}
