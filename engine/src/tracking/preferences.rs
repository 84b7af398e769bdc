//! The page of preferences behind a link of a message: what a person may be written to about, and on which channels.
//! Each change is an entry of the consent ledger with the link as its source.

use domain::{
    channel::{Channel, Purpose},
    consent::{ConsentEntry, NewConsent, Source, State, in_force},
    error::FieldErrors,
};

use super::{Found, masked, open, store};
use crate::{
    Engine, Result, audience,
    audience::{SendFacts, consent},
    db::Tx,
};

/// What a person can choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preference {
    /// On this channel.
    pub channel: Channel,
    /// For this.
    pub purpose: Purpose,
    /// What was said last, if anything.
    pub state: Option<State>,
}

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preferences {
    /// Who writes to this person.
    pub workspace: String,
    /// The address, with its middle hidden: the link may have been forwarded.
    pub address: String,
    /// What there is to choose.
    pub choices: Vec<Preference>,
}

/// What a link is about. Unknown, changed and erased ones are all not found.
pub async fn preferences(engine: &Engine, token: &str) -> Result<Preferences> {
    let (mut tx, found) = open(engine, "preferences", token, None).await?;
    let workspace = crate::campaigns::own_workspace(&mut tx).await?.name;
    let choices = choices(&mut tx, &found).await?;
    Ok(Preferences { workspace, address: masked(&found.address), choices })
}

/// Keeps what a person chose: `wanted` are all that they want, what they do not name they do not want.
pub async fn prefer(
    engine: &Engine,
    token: &str,
    wanted: &[(Channel, Purpose)],
    address: Option<String>,
) -> Result<()> {
    let wants = |choice: &Preference| wanted.contains(&(choice.channel, choice.purpose));
    change(engine, token, address, |choice| match (wants(choice), choice.state) {
        (true, Some(State::Granted)) => None,
        (true, _) => Some(State::Granted),
        (false, Some(State::Granted)) => Some(State::Withdrawn),
        (false, _) => None,
    })
    .await
}

/// Withdraws everything. What was never said for marketing is said now: no later file may claim otherwise.
pub async fn stop_all(engine: &Engine, token: &str, address: Option<String>) -> Result<()> {
    let open = |choice: &Preference| match choice.purpose {
        Purpose::Marketing => choice.state != Some(State::Withdrawn),
        Purpose::Transactional => choice.state == Some(State::Granted),
    };
    change(engine, token, address, |choice| open(choice).then_some(State::Withdrawn)).await
}

async fn change(
    engine: &Engine,
    token: &str,
    address: Option<String>,
    becomes: impl Fn(&Preference) -> Option<State>,
) -> Result<()> {
    let (mut tx, found) = open(engine, "preferences", token, address).await?;
    super::hold(&mut tx, &found).await?;
    for choice in choices(&mut tx, &found).await? {
        let Some(state) = becomes(&choice) else { continue };
        enter(&mut tx, &found, choice, state).await?;
        let news = (choice.channel, choice.purpose) == (Channel::Email, Purpose::Marketing);
        if news && state == State::Withdrawn {
            store::count_unsubscribed(&mut tx, found.run, found.n).await?;
            super::leave_lists(&mut tx, &found).await?;
        }
    }
    tx.commit().await
}

async fn enter(tx: &mut Tx, found: &Found, choice: Preference, state: State) -> Result<()> {
    let entry = NewConsent {
        channel: choice.channel.word().into(),
        purpose: choice.purpose.word().into(),
        state: state.word().into(),
        source: Source::Link.word().into(),
        evidence: "Page of preferences, by the link in a message".into(),
        wording: if state == State::Granted { choice.purpose.asked().into() } else { String::new() },
        ..Default::default()
    };
    let mut errors = FieldErrors::default();
    let entry = entry.parse("", &mut errors);
    consent::add(tx, found.contact, &errors.finish(entry)?).await
}

/// The channels on which this person has an address, each for both purposes.
async fn choices(tx: &mut Tx, found: &Found) -> Result<Vec<Preference>> {
    let history = consent::history(tx.conn(), found.contact).await?;
    let facts = audience::contact_fields(tx.conn(), found.contact).await?;
    let channels = facts.as_ref().map(channels).unwrap_or_default();
    let of = |channel: Channel| Purpose::ALL.iter().map(move |purpose| (channel, *purpose));
    let choice = |(channel, purpose)| preference(&history, channel, purpose);
    Ok(channels.into_iter().flat_map(of).map(choice).collect())
}

fn preference(history: &[ConsentEntry], channel: Channel, purpose: Purpose) -> Preference {
    Preference { channel, purpose, state: in_force(history, channel, purpose) }
}

fn channels(facts: &SendFacts) -> Vec<Channel> {
    let has = |channel: &Channel| match channel {
        Channel::Email => facts.email.is_some(),
        Channel::Sms | Channel::Voice | Channel::Rvm => facts.phone.is_some(),
        Channel::Whatsapp => facts.whatsapp.is_some(),
        Channel::Social => !facts.social.is_empty(),
    };
    Channel::ALL.iter().copied().filter(has).collect()
}
