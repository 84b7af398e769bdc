//! What recipients do through the links in their messages (SPEC 10). Tokens are signed and name tenant, run and
//! number; looking at a page changes nothing, only an answer does.

mod follow;
mod hits;
mod preferences;
mod reading;
mod record;
mod store;
mod waiting;

use domain::id::{ContactId, RunId, TenantId};
use uuid::Uuid;

use crate::{
    Engine, Error, Result,
    accounts::{Actor, Who},
    audience,
    audience::consent,
    db::Tx,
    lists,
    secrets::Keys,
    templates::render::Links,
};

pub use follow::{Visitor, clicked, opened};
pub(crate) use follow::{link, marks_key, trap};
pub use hits::{Hits, work, write_all};
pub use preferences::{Preference, Preferences, prefer, preferences, stop_all};
pub use reading::message;
pub(crate) use store::held::know;

/// In a link of a message that was only tried out this stands for the token: its page says so.
pub const TRIAL: &str = "test";

/// What the unsubscribe page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    /// Who writes to this person.
    pub workspace: String,
    /// The address, with its middle hidden: the link may have been forwarded.
    pub address: String,
    /// Whether they have unsubscribed already.
    pub unsubscribed: bool,
}

/// The links of one message. Each is good for one thing only: who forwards a message gives nobody their preferences
/// with the link to read it.
pub(crate) fn links(keys: &Keys, public_url: &str, tenant: TenantId, run: RunId, n: i32) -> Links {
    let payload = payload(tenant, run, n);
    let to = |page: &str, purpose: &str| format!("{public_url}/{page}/{}", keys.sign(purpose, &payload));
    Links {
        unsubscribe: to("unsubscribe", "unsubscribe"),
        preferences: to("p", "preferences"),
        content: to("m", "message"),
        pixel: to("track/open", "open"),
    }
}

fn payload(tenant: TenantId, run: RunId, n: i32) -> Vec<u8> {
    [&tenant.0.as_bytes()[..], run.0.as_bytes(), &n.to_be_bytes()].concat()
}

/// What a link is about. Unknown, changed and erased ones are all not found.
pub async fn subscription(engine: &Engine, token: &str) -> Result<Subscription> {
    let (mut tx, found) = open(engine, "unsubscribe", token, None).await?;
    let workspace = crate::campaigns::own_workspace(&mut tx).await?.name;
    Ok(Subscription { workspace, address: masked(&found.address), unsubscribed: found.withdrawn })
}

/// Withdraws consent for marketing by e-mail, effective at once, and marks the person in the lists that the campaign was
/// sent to. Doing so twice changes nothing.
pub async fn unsubscribe(engine: &Engine, token: &str, address: Option<String>) -> Result<()> {
    let (mut tx, found) = open(engine, "unsubscribe", token, address).await?;
    hold(&mut tx, &found).await?;
    if audience::unsubscribe(&mut tx, found.contact, "Unsubscribe link in a message").await? {
        store::count_unsubscribed(&mut tx, found.run, found.n).await?;
    }
    leave_lists(&mut tx, &found).await?;
    tx.commit().await
}

/// Holds what is known of a message before the consent of its person, as those do who apply what providers report.
async fn hold(tx: &mut Tx, found: &Found) -> Result<()> {
    let tenant = tx.actor.tenant;
    know(tx.conn(), (tenant, found.run), &[found.n]).await
}

/// Marks a person in the lists that their message's campaign was sent to.
async fn leave_lists(tx: &mut Tx, found: &Found) -> Result<()> {
    // The lists know it too, also those of a second campaign that the person leaves.
    let left = store::audience(tx.conn(), found.run).await?.included_lists();
    let marks = lists::Marks {
        unsubscribed: vec![found.contact.0],
        lists: left.into_iter().map(|list| list.0).collect(),
        ..Default::default()
    };
    let (tenant, now) = (tx.actor.tenant, tx.now);
    lists::mark(tx.conn(), tenant, &marks, now).await
}

/// The message that a token names.
struct Found {
    run: RunId,
    n: i32,
    contact: ContactId,
    address: String,
    withdrawn: bool,
}

async fn open(engine: &Engine, purpose: &str, token: &str, address: Option<String>) -> Result<(Tx, Found)> {
    let payload = engine.keys.verify(purpose, token).ok_or(Error::NotFound)?;
    let (tenant, run, n) = named(&payload).ok_or(Error::NotFound)?;
    let actor = Actor { tenant, who: Who::Recipient, address };
    let mut tx = engine.begin(&actor).await?;
    let (contact, address) = store::message(tx.conn(), run, n).await?.ok_or(Error::NotFound)?;
    let history = consent::history(tx.conn(), contact).await?;
    let state =
        domain::consent::in_force(&history, domain::channel::Channel::Email, domain::channel::Purpose::Marketing);
    let withdrawn = state == Some(domain::consent::State::Withdrawn);
    Ok((tx, Found { run, n, contact, address, withdrawn }))
}

/// The message that a payload names.
fn named(payload: &[u8]) -> Option<(TenantId, RunId, i32)> {
    let (tenant, message) = payload.split_at_checked(16)?;
    let (run, n) = crate::sending::message_of(message)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), run, n))
}

/// `n…a@example.com`: enough for its owner to know it.
fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            let last: String =
                if local.chars().count() > 2 { local.chars().last().into_iter().collect() } else { String::new() };
            format!("{first}…{last}@{domain}")
        }
        None => "…".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_masked_but_known_to_their_owner() {
        assert_eq!(masked("nora@maple.example"), "n…a@maple.example");
        assert_eq!(masked("no@maple.example"), "n…@maple.example");
    }
}
