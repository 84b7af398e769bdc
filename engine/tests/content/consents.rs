//! The consent ledger: what was said when and in which words, with its proof; and what of it is in force (SPEC 2.5).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    channel::{Channel, Purpose},
    consent::{ConsentEntry, NewConsent, Source, State, in_force},
    id::{ContactId, ProofId},
    proof::{MediaType, Proof},
};
use engine::{Error, accounts::audit, audience, audience::proofs, clock::Clock, testing::TestWorkspace};
use futures::future::join_all;
use proptest::{collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};

use crate::{field, pair};

fn said(state: State) -> NewConsent {
    let (state, source) = (state.word().into(), "manual".into());
    NewConsent { channel: "email".into(), state, source, ..Default::default() }
}

async fn record(here: &TestWorkspace, who: ContactId, new: &NewConsent) -> engine::Result<()> {
    here.act(async |tx| audience::record_consent(tx, who, new).await).await
}

async fn history(here: &TestWorkspace, who: ContactId) -> Vec<ConsentEntry> {
    here.act(async |tx| audience::get(tx, who).await).await.unwrap().consents
}

async fn upload(here: &TestWorkspace, name: &str, bytes: &[u8]) -> engine::Result<Proof> {
    here.act(async |tx| proofs::add(tx, name, bytes).await).await
}

/// What the guards are told is in force.
async fn kept(here: &TestWorkspace, who: ContactId, channel: Channel, purpose: Purpose) -> Option<State> {
    let state = "select state from consent where contact_id = $1 and channel = $2 and purpose = $3";
    let state = sqlx::query_scalar(state).bind(who.0).bind(channel).bind(purpose);
    state.fetch_optional(here.engine.db.owner()).await.unwrap()
}

#[tokio::test]
async fn an_entry_tells_what_was_said_when_where_and_what_proves_it() {
    let here = TestWorkspace::new().await;
    let ada = here.contact_without_consent("ada@one.example", &[]).await;
    let scan = upload(&here, "C:\\scans\\form 7.pdf", b"%PDF-1.7 a form").await.unwrap();
    let new = NewConsent {
        channel: "whatsapp".into(),
        purpose: "transactional".into(),
        at: "2026-02-14T09:30:00+01:00".into(),
        wording: "Write to me about my bookings".into(),
        evidence: "Form at the desk".into(),
        address: "192.0.2.7".into(),
        proof: scan.id.to_string(),
        ..said(State::Granted)
    };
    record(&here, ada, &new).await.unwrap();
    let recorded_at = here.clock.now();
    let history = history(&here, ada).await;
    let [entry] = &history[..] else { panic!("one entry") };
    assert_eq!(
        (entry.channel, entry.purpose, entry.state),
        (Channel::Whatsapp, Purpose::Transactional, State::Granted)
    );
    assert_eq!((entry.at.to_rfc3339().as_str(), entry.source), ("2026-02-14T08:30:00+00:00", Source::Manual));
    assert_eq!((entry.wording.as_str(), entry.evidence.as_str()), (new.wording.as_str(), new.evidence.as_str()));
    assert_eq!((entry.address.as_deref(), entry.recorded_by.as_str()), (Some("192.0.2.7"), "Nora"));
    assert_eq!(entry.recorded_at, recorded_at);
    assert_eq!(entry.proof.as_ref().map(|proof| (proof.id, proof.name.as_str())), Some((scan.id, "form 7.pdf")));
    let log = here.act(async |tx| audit::list(tx, &Default::default()).await).await.unwrap().data;
    assert_eq!((log[0].action.as_str(), &log[0].detail["proof"]), ("consent.recorded", &scan.id.to_string().into()));
}

#[tokio::test]
async fn what_lies_in_the_future_or_is_not_there_is_refused() {
    let here = TestWorkspace::new().await;
    let ada = here.contact_without_consent("ada@one.example", &[]).await;
    let tomorrow = (here.clock.now() + TimeDelta::days(1)).to_rfc3339();
    let refused = record(&here, ada, &NewConsent { at: tomorrow, ..said(State::Granted) }).await;
    assert_eq!(field(refused.unwrap_err()), pair("at", "in_future"));
    let nothing = ProofId(uuid::Uuid::from_u128(1)).to_string();
    let refused = record(&here, ada, &NewConsent { proof: nothing, ..said(State::Granted) }).await;
    assert_eq!(field(refused.unwrap_err()), pair("proof", "unknown"));
    assert!(history(&here, ada).await.is_empty());
    let nobody = ContactId(uuid::Uuid::from_u128(1));
    assert!(matches!(record(&here, nobody, &said(State::Granted)).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn what_is_recorded_late_does_not_undo_what_was_said_since() {
    let here = TestWorkspace::new().await;
    let ada = here.contact_without_consent("ada@one.example", &[]).await;
    let at = |days| (here.clock.now() - TimeDelta::days(days)).to_rfc3339();
    record(&here, ada, &NewConsent { at: at(2), ..said(State::Withdrawn) }).await.unwrap();
    record(&here, ada, &NewConsent { at: at(9), ..said(State::Granted) }).await.unwrap();
    assert_eq!(kept(&here, ada, Channel::Email, Purpose::Marketing).await, Some(State::Withdrawn));
    let states: Vec<_> = history(&here, ada).await.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [State::Withdrawn, State::Granted], "newest first, by when it was said");
    record(&here, ada, &said(State::Granted)).await.unwrap();
    assert_eq!(kept(&here, ada, Channel::Email, Purpose::Marketing).await, Some(State::Granted));
}

/// Something said: channel, purpose, whether granted, and how long ago.
type Said = (Channel, Purpose, bool, i64);

fn typed((channel, purpose, granted, days): Said, now: DateTime<Utc>) -> NewConsent {
    let at = (now - TimeDelta::days(days)).to_rfc3339();
    let state = if granted { State::Granted } else { State::Withdrawn };
    NewConsent { channel: channel.word().into(), purpose: purpose.word().into(), at, ..said(state) }
}

#[tokio::test]
async fn what_is_in_force_is_what_the_rule_says_whatever_the_order() {
    let here = TestWorkspace::new().await;
    let now = here.clock.now();
    let one = (select(&[Channel::Email, Channel::Sms][..]), select(Purpose::ALL), any::<bool>(), 0..4_i64);
    let (some, mut chance) = (vec(one, 1..12), TestRunner::deterministic());
    for case in 0..40 {
        let who = here.contact_without_consent(&format!("p{case}@one.example"), &[]).await;
        let said = some.new_tree(&mut chance).unwrap().current();
        if case % 2 == 0 {
            for one in &said {
                record(&here, who, &typed(*one, now)).await.unwrap();
            }
        } else {
            // All at once.
            let all = said.iter().map(async |one| record(&here, who, &typed(*one, now)).await.unwrap());
            join_all(all.collect::<Vec<_>>()).await;
        }
        let history = history(&here, who).await;
        assert_eq!(history.len(), said.len());
        for (channel, purpose) in
            [Channel::Email, Channel::Sms].iter().flat_map(|c| Purpose::ALL.iter().map(move |p| (*c, *p)))
        {
            let kept = kept(&here, who, channel, purpose).await;
            assert_eq!(kept, in_force(&history, channel, purpose), "{channel} {purpose}: {said:?}");
            let first = history.iter().find(|entry| (entry.channel, entry.purpose) == (channel, purpose));
            assert_eq!(kept, first.map(|entry| entry.state), "the first that is shown is the one in force");
        }
    }
}

#[tokio::test]
async fn a_file_is_kept_once_and_comes_back_as_it_was() {
    let here = TestWorkspace::new().await;
    let first = upload(&here, "a.png", b"\x89PNG\r\n\x1a\n1").await.unwrap();
    let again = upload(&here, "copy of a.png", b"\x89PNG\r\n\x1a\n1").await.unwrap();
    assert_eq!(again, first);
    assert_eq!((first.media_type, first.bytes), (MediaType::Png, 9));
    assert_ne!(upload(&here, "a.png", b"\x89PNG\r\n\x1a\n2").await.unwrap().id, first.id);
    let (proof, body) = here.act(async |tx| proofs::get(tx, first.id).await).await.unwrap();
    assert_eq!((proof, body), (first, b"\x89PNG\r\n\x1a\n1".to_vec()));
    let refused = upload(&here, "form.pdf", b"MZ\x90\0").await.unwrap_err();
    assert_eq!(field(refused), pair("file", "unsupported"));
    let (one, two) = tokio::join!(upload(&here, "x.txt", b"yes"), upload(&here, "y.txt", b"yes"));
    assert_eq!(one.unwrap().id, two.unwrap().id);
}
