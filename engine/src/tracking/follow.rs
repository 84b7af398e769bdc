//! Opens and clicks: the links that a message gets for them, and what is done when one is followed (SPEC 10).
//!
//! A link's token names the message and the number of a link in its run's text, and holds what the person's own address
//! has behind what is the same for everybody. It is signed: it leads where that message led, and nowhere else.

use std::net::IpAddr;

use domain::{
    id::{RunId, TenantId},
    tracking::Act,
};

use super::{hits::Hit, named, payload};
use crate::{Engine, Error, Result, secrets::Keys};

/// The number of the link that nobody sees.
const TRAP: u16 = 0;
/// What is kept of what a program says of itself.
const AGENT_MAX: usize = 200;

/// Who follows a link, as far as a request tells.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// From where.
    pub address: Option<IpAddr>,
    /// What the program says of itself.
    pub agent: String,
    /// Whether only the headers are asked for.
    pub head: bool,
}

/// The link by which it is known that somebody follows the link of this number.
pub(crate) fn link(keys: &Keys, public_url: &str, message: (TenantId, RunId, i32), number: u16, rest: &str) -> String {
    let (tenant, run, n) = message;
    let payload = [&payload(tenant, run, n)[..], &number.to_be_bytes(), rest.as_bytes()].concat();
    format!("{public_url}/track/click/{}", keys.sign("click", &payload))
}

/// The link that nobody sees.
pub(crate) fn trap(keys: &Keys, public_url: &str, message: (TenantId, RunId, i32)) -> String {
    link(keys, public_url, message, TRAP, "")
}

/// What marks the links of a run's text while it is rendered: nobody outside knows it.
pub(crate) fn marks_key(keys: &Keys, run: RunId) -> String {
    let print = keys.fingerprint("marks", run.0.as_bytes());
    print.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Notes that a message's picture was fetched. Whatever the token is, there is a picture: so nothing is said of it.
pub fn opened(engine: &Engine, token: &str, visitor: &Visitor) {
    if let Some(message) = engine.keys.verify("open", token).as_deref().and_then(named) {
        note(engine, message, Act::Opened, visitor);
    }
}

/// Notes that a link was followed, and says where it leads. Not found: no link of ours, or the one that nobody sees.
pub async fn clicked(engine: &Engine, token: &str, visitor: &Visitor) -> Result<String> {
    let payload = engine.keys.verify("click", token).ok_or(Error::NotFound)?;
    let (message, link) = payload.split_at_checked(36).ok_or(Error::NotFound)?;
    let (number, rest) = link.split_first_chunk().ok_or(Error::NotFound)?;
    let message = named(message).ok_or(Error::NotFound)?;
    let number = u16::from_be_bytes(*number);
    if number == TRAP {
        note(engine, message, Act::Trapped, visitor);
        return Err(Error::NotFound);
    }
    let links = engine.hits.links(engine, (message.0, message.1)).await?;
    let link = links.get(usize::from(number) - 1).ok_or(Error::NotFound)?;
    let target = link.target(std::str::from_utf8(rest).or(Err(Error::NotFound))?).ok_or(Error::NotFound)?;
    note(engine, message, Act::Clicked(number), visitor);
    Ok(as_header(&target))
}

fn note(engine: &Engine, (tenant, run, n): (TenantId, RunId, i32), act: Act, visitor: &Visitor) {
    let agent = visitor.agent.chars().filter(|c| !c.is_control()).take(AGENT_MAX).collect();
    let (address, head, at) = (visitor.address, visitor.head, engine.clock.now());
    engine.hits.add(Hit { tenant, run, n, act, at, agent, address, head, tries: 0 });
}

/// An address as a header can say it: what is no printable ASCII is percent-encoded, as browsers do.
fn as_header(url: &str) -> String {
    let mut said = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'`' => said.push_str(&format!("%{byte:02X}")),
            _ if byte.is_ascii_graphic() => said.push(char::from(byte)),
            _ => said.push_str(&format!("%{byte:02X}")),
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_header_whatever_is_in_it() {
        assert_eq!(
            as_header("https://a.example/ü?n=Ada Ray&x=%20\"\r\nX: y"),
            "https://a.example/%C3%BC?n=Ada%20Ray&x=%20%22%0D%0AX:%20y"
        );
    }
}
