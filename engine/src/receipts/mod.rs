//! Receipts: what providers report about messages after they took them (DESIGN 2, "Forward only"). A report is stored as
//! it came, and answered; only then is it read, and applied to the ledger in batches. So a provider never waits for us,
//! nothing is lost once it has been answered, and what cannot be read is kept with what is wrong with it.

mod apply;
mod effects;
pub(crate) mod sandbox;
mod store;

use std::io::{Read, Write};

use chrono::{DateTime, Utc};
use domain::{id::TenantId, receipt::Receipt};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use sqlx::PgConnection;

use crate::{Engine, Error, Result};

pub use apply::apply_some;

/// No provider sends as much at once (PROVIDERS 0); what unpacks to more was not packed by us.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Keeps what a provider reported, as it came, to be applied soon.
pub async fn keep(engine: &Engine, source: &str, body: &[u8]) -> Result<()> {
    let mut conn = engine.db.global().acquire().await?;
    keep_until(&mut conn, source, &[(engine.clock.now(), body.to_vec())]).await
}

/// Keeps reports of which each is to be applied at its time, in one statement and in whatever transaction there is.
pub(crate) async fn keep_until(
    conn: &mut PgConnection,
    source: &str,
    reports: &[(DateTime<Utc>, Vec<u8>)],
) -> Result<()> {
    let packed = reports.iter().map(|(at, body)| Ok((*at, pack(body)?))).collect::<Result<Vec<_>>>()?;
    store::insert(conn, source, packed).await
}

/// What one stored report says.
struct Report {
    /// Whose messages it is about: no other workspace's are touched.
    tenant: TenantId,
    receipts: Vec<Receipt>,
}

/// Reads a stored report; in words why it cannot be read.
fn read(source: &str, packed: &[u8]) -> Result<Report, String> {
    let body = unpack(packed).map_err(|error| format!("Cannot be unpacked: {error}."))?;
    match source {
        sandbox::SOURCE => sandbox::read(&body),
        _ => Err(format!("Nothing reads what comes from {source:?}.")),
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
        assert!(packed.len() < 100);
        assert_eq!(unpack(&packed).unwrap(), body);
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
        assert!(unpack(b"delivered").is_err());
        assert!(unpack(&pack(&vec![0; LARGEST as usize + 1]).unwrap()).is_err(), "a bomb");
    }
}
