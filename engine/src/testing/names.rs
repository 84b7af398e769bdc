//! A DNS server for tests: it says what it is told to, over UDP on a port of its own.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use domain::dns::DnsKind;
use hickory_resolver::proto::{
    op::{Message, MessageType, Query, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{CNAME, MX, TXT},
    },
};
use tokio::net::UdpSocket;

use crate::dns::Dns;

/// What the server says, by name and type.
type Lines = HashMap<(String, RecordType), Vec<RData>>;

/// The server.
#[derive(Clone)]
pub struct Names {
    addr: SocketAddr,
    lines: Arc<Mutex<Lines>>,
    broken: Arc<Mutex<Vec<String>>>,
}

impl Names {
    /// A server that knows nothing yet.
    pub async fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let addr = socket.local_addr().expect("its address");
        let names = Self { addr, lines: Arc::default(), broken: Arc::default() };
        let serving = names.clone();
        tokio::spawn(async move {
            let mut bytes = [0; 4096];
            while let Ok((length, from)) = socket.recv_from(&mut bytes).await {
                if let Some(answer) = serving.answer(&bytes[..length]) {
                    socket.send_to(&answer, from).await.expect("an answer");
                }
            }
        });
        names
    }

    /// Where it is asked.
    pub fn dns(&self) -> Dns {
        Dns::at(self.addr)
    }

    /// Says these lines of a name, and no others.
    pub fn say(&self, name: &str, kind: DnsKind, lines: &[&str]) {
        let name_of = |text: &str| Name::from_ascii(format!("{text}.")).expect("a name");
        let data = |line: &&str| match kind {
            DnsKind::Txt => {
                let pieces: Vec<&[u8]> = line.as_bytes().chunks(255).collect();
                (RecordType::TXT, RData::TXT(TXT::from_bytes(pieces)))
            }
            DnsKind::Cname => (RecordType::CNAME, RData::CNAME(CNAME(name_of(line)))),
            DnsKind::Mx => {
                let (preference, host) = line.split_once(' ').expect("a preference and a host");
                (RecordType::MX, RData::MX(MX::new(preference.parse().expect("a number"), name_of(host))))
            }
        };
        let (types, data): (Vec<_>, Vec<_>) = lines.iter().map(data).unzip();
        let kind = types.first().copied().unwrap_or(RecordType::TXT);
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).insert((name.to_lowercase(), kind), data);
    }

    /// From now on answers about a name with an error.
    pub fn breaks(&self, name: &str) {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_lowercase());
    }

    fn answer(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let asked = Message::from_vec(bytes).ok()?;
        let query: Query = asked.queries.first()?.clone();
        let name = query.name().to_ascii().trim_end_matches('.').to_lowercase();
        let mut answer = Message::new(asked.metadata.id, MessageType::Response, asked.metadata.op_code);
        answer.metadata.recursion_desired = true;
        answer.metadata.recursion_available = true;
        if self.broken.lock().unwrap_or_else(PoisonError::into_inner).contains(&name) {
            answer.metadata.response_code = ResponseCode::ServFail;
        } else {
            let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let is_known = lines.keys().any(|(known, _)| *known == name);
            answer.metadata.response_code = if is_known { ResponseCode::NoError } else { ResponseCode::NXDomain };
            for data in lines.get(&(name, query.query_type())).into_iter().flatten() {
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, data.clone()));
            }
        }
        answer.add_query(query);
        answer.to_vec().ok()
    }
}
