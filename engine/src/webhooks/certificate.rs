//! The certificates that SNS signs with (PROVIDERS 2.3). Each is got once, over TLS, from the one host that speaks for the
//! topic's region: that connection is proven by a public authority, and what lies there is what Amazon put there. Besides,
//! the certificate must be in force and be of Amazon's name.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::sns::Topic;
use x509_parser::{certificate::X509Certificate, extensions::GeneralName, pem::parse_x509_pem};

use crate::Engine;

/// No certificate is larger.
const LARGEST: usize = 16 * 1024;
/// Certificates that are remembered.
const MOST: usize = 1_000;
/// What could not be got is not asked for again for so long.
const REST: TimeDelta = TimeDelta::seconds(60);
/// So many may be missing at a time: who makes up names of certificates does not make us ask for each.
const MISSING: usize = 20;

/// Why there is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NoKey {
    /// It could not be got now.
    Away,
    /// It is no certificate of Amazon's in force.
    Wrong,
}

/// What is known of a certificate, and until when.
struct Known {
    key: Result<Arc<[u8]>, NoKey>,
    until: DateTime<Utc>,
}

/// Certificates by their address.
#[derive(Default)]
pub(super) struct Certificates {
    known: Mutex<HashMap<String, Known>>,
    /// Held by whoever gets one: the others wait, and find it.
    getting: tokio::sync::Mutex<()>,
}

impl Certificates {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, url: &str, now: DateTime<Utc>) -> Option<Result<Arc<[u8]>, NoKey>> {
        self.all().get(url).filter(|known| now < known.until).map(|known| known.key.clone())
    }

    /// The key of the certificate that lies at this path of the topic's host.
    pub(super) async fn key(&self, engine: &Engine, topic: &Topic, path: &str) -> Result<Arc<[u8]>, NoKey> {
        let url = format!("{}{path}", topic.host());
        if let Some(known) = self.find(&url, engine.clock.now()) {
            return known;
        }
        let _turn = self.getting.lock().await;
        let now = engine.clock.now();
        if let Some(known) = self.find(&url, now) {
            return known;
        }
        let missing = self.all().values().filter(|known| known.key.is_err() && now < known.until).count();
        if missing >= MISSING {
            return Err(NoKey::Away);
        }
        let (key, until) = match got(engine, topic, path, now).await {
            Ok((key, until)) => (Ok(key), until),
            Err(why) => (Err(why), now + REST),
        };
        let mut all = self.all();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(url, Known { key: key.clone(), until });
        key
    }
}

async fn got(
    engine: &Engine,
    topic: &Topic,
    path: &str,
    now: DateTime<Utc>,
) -> Result<(Arc<[u8]>, DateTime<Utc>), NoKey> {
    let host = topic.host();
    let pem = engine.fetch.get(&host, path, LARGEST).await.map_err(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, host, "the certificate of SNS was not got");
        NoKey::Away
    })?;
    let read = read(&pem, topic, now);
    read.inspect_err(|why| tracing::warn!(why, host, "what lies there is no certificate of SNS")).or(Err(NoKey::Wrong))
}

/// The key of a certificate, and until when it is in force.
fn read(pem: &[u8], topic: &Topic, now: DateTime<Utc>) -> Result<(Arc<[u8]>, DateTime<Utc>), &'static str> {
    let (_, pem) = parse_x509_pem(pem).or(Err("it is no PEM"))?;
    let certificate = pem.parse_x509().or(Err("it is no certificate"))?;
    let validity = certificate.validity();
    let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    if !(from..=until).contains(&now.timestamp()) {
        return Err("it is not in force");
    }
    if !names(&certificate).iter().any(|name| topic.is_signer(name)) {
        return Err("it is somebody else's");
    }
    let key = certificate.public_key().subject_public_key.data.as_ref().into();
    Ok((key, DateTime::from_timestamp(until, 0).unwrap_or(now)))
}

/// Whose it is: by its alternative names; by its common name only where it has none.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let dns = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        _ => None,
    };
    match certificate.subject_alternative_name() {
        Ok(Some(names)) => names.value.general_names.iter().filter_map(dns).collect(),
        Ok(None) => {
            let common = certificate.subject().iter_common_name();
            common.filter_map(|name| name.as_str().ok().map(str::to_owned)).collect()
        }
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::sns;

    fn topic() -> Topic {
        Topic::parse("arn:aws:sns:us-east-1:123456789012:ses-events").unwrap()
    }

    #[test]
    fn only_a_certificate_of_amazon_in_force_is_believed() {
        let at = |year: &str| format!("{year}-03-02T09:00:00Z").parse().unwrap();
        let read = |pem: &str, year| read(pem.as_bytes(), &topic(), at(year)).map(drop);
        assert_eq!(read(sns::SIGNER, "2026"), Ok(()));
        assert_eq!(read(sns::SAMPLE, "2026"), Ok(()), "one with a common name only");
        assert_eq!(read(sns::SIGNER, "2019"), Err("it is not in force"));
        assert_eq!(read(sns::EXPIRED, "2026"), Err("it is not in force"));
        assert_eq!(read(sns::FOREIGN, "2026"), Err("it is somebody else's"));
        assert_eq!(read("hello", "2026"), Err("it is no PEM"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0..1200usize) {
            let _ = super::read(&bytes, &topic(), DateTime::UNIX_EPOCH);
            let _ = super::read(&sns::SIGNER.as_bytes()[..cut.min(sns::SIGNER.len())], &topic(), DateTime::UNIX_EPOCH);
        }
    }
}
