//! Asks the DNS: the servers that this machine is told to ask, or one that is named in the settings.

use std::{net::SocketAddr, time::Duration};

use domain::dns::{Answer, DnsKind};
use hickory_resolver::{
    Resolver, ResolverBuilder, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::ResponseCode,
        rr::{Name, RData, RecordType},
    },
};

/// How long one server may take for one answer.
const ANSWER: Duration = Duration::from_secs(3);

/// Where the DNS is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dns {
    server: Option<SocketAddr>,
}

impl Dns {
    /// This server and no other.
    pub fn at(server: SocketAddr) -> Self {
        Self { server: Some(server) }
    }

    /// Ready to be asked. Nothing is remembered from before, so that a line that was just put in is found.
    pub(crate) fn open(self) -> Asker {
        let builder = match self.server {
            Some(server) => Ok(Resolver::builder_with_config(only(server), TokioRuntimeProvider::default())),
            None => TokioResolver::builder_tokio(),
        };
        Asker(builder.and_then(built).map_err(|error| format!("This machine has no DNS server to ask: {error}.")))
    }
}

fn only(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    ResolverConfig::from_name_servers(vec![NameServerConfig::new(server.ip(), true, connections.into())])
}

fn built(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Result<TokioResolver, NetError> {
    let options = builder.options_mut();
    options.timeout = ANSWER;
    options.attempts = 2;
    // Keys of 2048 bits are longer than a plain answer over UDP.
    options.edns0 = true;
    options.use_hosts_file = ResolveHosts::Never;
    builder.build()
}

/// The DNS, ready to be asked.
pub(crate) struct Asker(Result<TokioResolver, String>);

impl Asker {
    /// What the DNS says of a name, each line as people write it.
    pub(crate) async fn ask(&self, name: &str, kind: DnsKind) -> Answer {
        let resolver = match &self.0 {
            Ok(resolver) => resolver,
            Err(why) => return Answer::Failed(why.clone()),
        };
        // With the dot at its end a name is whole: no domain of this machine is tried behind it.
        let Ok(whole) = Name::from_ascii(format!("{}.", name.trim_end_matches('.'))) else {
            return Answer::Failed(format!("{name} is no name of the DNS."));
        };
        let found = match resolver.lookup(whole, record_type(kind)).await {
            Ok(found) => found,
            Err(error) => return failed(&error),
        };
        let lines: Vec<String> = found.answers().iter().filter_map(|record| line(kind, &record.data)).collect();
        if lines.is_empty() { Answer::Nothing } else { Answer::Found(lines) }
    }
}

fn record_type(kind: DnsKind) -> RecordType {
    match kind {
        DnsKind::Txt => RecordType::TXT,
        DnsKind::Cname => RecordType::CNAME,
        DnsKind::Mx => RecordType::MX,
    }
}

/// What a line says; none for lines of another type, which a server may send along.
fn line(kind: DnsKind, data: &RData) -> Option<String> {
    match (kind, data) {
        // A text comes in pieces of 255 bytes at the most, which are one (RFC 7208, 3.3).
        (DnsKind::Txt, RData::TXT(txt)) => Some(readable(&txt.txt_data.concat())),
        (DnsKind::Cname, RData::CNAME(name)) => Some(bare(&name.0)),
        (DnsKind::Mx, RData::MX(mx)) => Some(format!("{} {}", mx.preference, bare(&mx.exchange))),
        _ => None,
    }
}

/// Bytes as text. What nobody could read, and the database not keep, is marked as such.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn bare(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_owned()
}

fn failed(error: &NetError) -> Answer {
    let why = match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain => return Answer::Nothing,
            code => format!("The DNS answered with an error ({code})."),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => format!("The DNS answered with an error ({code})."),
        NetError::Timeout => "The DNS did not answer in time.".to_owned(),
        other => format!("The DNS could not be asked: {other}."),
    };
    Answer::Failed(why)
}

/// A domain in the letters of the DNS: `münchen.example` is `xn--mnchen-3ya.example` there.
pub(crate) fn ascii(domain: &str) -> String {
    let name = Name::from_utf8(domain).map(|name| name.to_ascii().to_ascii_lowercase());
    name.unwrap_or_else(|_| domain.to_lowercase())
}

/// The domain of the organisation that a domain belongs to: what one registers, by the public list of suffixes.
pub(crate) fn organisation(domain: &str) -> String {
    psl::domain_str(domain).unwrap_or(domain).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organisation_is_what_one_registers() {
        for (domain, expected) in [
            ("maple.example", "maple.example"),
            ("news.maple.example", "maple.example"),
            ("a.b.maple.co.uk", "maple.co.uk"),
            ("co.uk", "co.uk"),
        ] {
            assert_eq!(organisation(domain), expected);
        }
        assert_eq!(ascii("München.example"), "xn--mnchen-3ya.example");
    }
}
