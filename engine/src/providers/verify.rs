//! Whether the mail of a sender's address reaches somebody of the workspace: a code is mailed to it, and typed in.

use chrono::TimeDelta;
use domain::{access::Verb, id::SenderId, provider::Sender};

use super::{senders, store};
use crate::{
    Engine, Error, Result,
    accounts::{
        Actor, audit,
        letters::{self, Letter, Text},
    },
    db::Tx,
    secrets,
};

/// How long a code is good.
const GOOD_FOR: TimeDelta = TimeDelta::minutes(30);
/// How long to wait before another code is mailed.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
/// How often a code may be mistyped.
const TRIES: i32 = 5;

/// A code that was asked for, as it is kept.
pub(super) struct Code {
    pub(super) hash: Option<Vec<u8>>,
    pub(super) until: Option<chrono::DateTime<chrono::Utc>>,
    pub(super) tries: i32,
}

/// Makes a code and the mail that tells it to whoever reads the sender's address: commit, and then send it.
pub async fn ask_code(engine: &Engine, tx: &mut Tx, id: SenderId) -> Result<Letter> {
    tx.allow(Verb::EditProviders)?;
    let sender = senders::sender(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let known = store::code(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let (now, until) = (tx.now, tx.now + GOOD_FOR);
    if let Some(again) = known.until.map(|until| until - GOOD_FOR + AGAIN).filter(|again| *again > now) {
        return Err(Error::RateLimited { seconds: (again - now).num_seconds().max(1).unsigned_abs() });
    }
    let code = six_digits();
    store::set_code(tx.conn(), id, &hash(id, &code), until).await?;
    let text = Text {
        to: &sender.email,
        subject: format!("{code} is the code for {}", sender.email),
        before: vec![
            format!("Somebody wants to send messages in the name of {} with Carillon.", sender.email),
            format!("To confirm that the address is theirs, they type in this code: {code}"),
        ],
        link: None,
        after: vec!["It is good for half an hour. If you do not know what this is about, do nothing.".into()],
    };
    letters::write_from(engine, tx, &sender, &text).await
}

/// Takes a code. A wrong one is counted at once, whatever becomes of the request: after five, a new one is needed.
pub async fn verify_sender(engine: &Engine, actor: &Actor, id: SenderId, code: &str) -> Result<Sender> {
    let mut tx = engine.begin(actor).await?;
    tx.allow(Verb::EditProviders)?;
    let mut sender = senders::sender(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let known = store::code(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if typed.is_empty() {
        return Err(Error::field("code", "required", "Needed: it stands in the mail to this address."));
    }
    let is_good = known.until.is_some_and(|until| until > tx.now) && known.tries < TRIES;
    let Some(expected) = known.hash.filter(|_| is_good) else {
        return Err(Error::field("code", "lapsed", "This code does not work any more. Have another one mailed."));
    };
    if expected != hash(id, &typed) {
        store::count_try(tx.conn(), id).await?;
        tx.commit().await?;
        return Err(Error::field("code", "wrong", "Not the code that was mailed last."));
    }
    let now = tx.now;
    store::set_verified(tx.conn(), id, now).await?;
    sender.verified_at = Some(now);
    let (name, detail) = (&*sender.email, serde_json::json!({}));
    let act = audit::Act { action: "sender.verified", kind: "sender", id: id.to_string(), name, detail };
    audit::record(&mut tx, act).await?;
    tx.commit().await?;
    Ok(sender)
}

/// Each of a million as likely as the others, as good as.
fn six_digits() -> String {
    let mut random = [0u8; 8];
    secrets::fill_random(&mut random);
    format!("{:06}", u64::from_le_bytes(random) % 1_000_000)
}

fn hash(id: SenderId, code: &str) -> Vec<u8> {
    secrets::sha256(format!("{id} {code}").as_bytes())
}
