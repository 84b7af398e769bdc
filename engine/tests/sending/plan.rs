//! The statement that plans a run and `domain::guard::decide` give the same reasons, whatever is known of a person.

use std::collections::BTreeMap;

use domain::{
    consent::{NewConsent, State},
    contact::NewContact,
    guard::{Facts, Verdict, decide},
};
use engine::testing::{Answer, Phase, assert_ledger_is_sound};

use crate::Stage;

/// Every combination of what can be known of a contact that exists and was not merged with another. Quiet hours and caps
/// are not asked about when a run is planned: they are facts of the moment of sending.
fn combinations() -> Vec<Facts> {
    let mut all = Vec::new();
    for has_address in [true, false] {
        for do_not_contact in [true, false] {
            for consent in [None, Some(State::Granted), Some(State::Withdrawn)] {
                for suppressed in [true, false] {
                    let facts = Facts { exists: true, has_address, do_not_contact, consent, ..Facts::default() };
                    all.push(Facts { suppressed, ..facts });
                }
            }
        }
    }
    // Who has no address cannot have a suppressed one.
    all.retain(|facts| facts.has_address || !facts.suppressed);
    all
}

/// A contact on the stage's list of whom just this is known.
async fn contact_with(stage: &Stage, number: usize, facts: &Facts) {
    let email = if facts.has_address { format!("p{number}@crowd.example") } else { String::new() };
    let consents = facts.consent.map(|state| NewConsent {
        channel: "email".into(),
        state: state.word().into(),
        source: "manual".into(),
        ..Default::default()
    });
    let new = NewContact {
        email: email.clone(),
        phone: Some(format!("+1212555{number:04}")),
        first_name: format!("Person {number}"),
        consents: consents.into_iter().collect(),
        lists: vec![stage.list.to_string()],
        ..Default::default()
    };
    let contact = stage.here.contact_with(new).await;
    let owner = stage.here.engine.db.owner();
    if facts.do_not_contact {
        let set = sqlx::query("update contact set do_not_contact = true where id = $1").bind(contact.0);
        set.execute(owner).await.unwrap();
    }
    if facts.suppressed {
        let suppress = "insert into suppression (tenant_id, channel, address_key, reason, source, at)
                        values ($1, 'email', $2, 'manual', '', now())";
        sqlx::query(suppress).bind(stage.here.tenant.0).bind(email).execute(owner).await.unwrap();
    }
}

/// What is written of each person, by label: the reason they are skipped for, or none.
async fn written(stage: &Stage) -> BTreeMap<String, Option<String>> {
    let rows: Vec<(String, String, Option<String>)> =
        sqlx::query_as("select c.first_name, m.state, m.reason from message m join contact c on c.id = m.contact_id")
            .fetch_all(stage.here.engine.db.owner())
            .await
            .unwrap();
    rows.into_iter().map(|(name, state, reason)| (name, reason.filter(|_| state == "skipped"))).collect()
}

#[tokio::test]
async fn the_plan_skips_for_the_reasons_that_the_guard_gives() {
    let stage = Stage::with(&[]).await;
    let mut wanted = BTreeMap::new();
    for (number, facts) in combinations().iter().enumerate() {
        contact_with(&stage, number, facts).await;
        let reason = match decide(facts) {
            Verdict::Send => None,
            Verdict::Skip(reason) => Some(reason.word().to_owned()),
            Verdict::Later(until) => panic!("nobody was said to sleep until {until}"),
        };
        wanted.insert(format!("Person {number}"), reason);
    }
    // A server that takes nobody keeps the run from getting further than the plan.
    stage.sink.always(Phase::Connect, Answer::Close);
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(written(&stage).await, wanted);

    stage.sink.behave();
    stage.here.clock.advance(chrono::TimeDelta::seconds(73));
    stage.here.work().await;
    let willing = wanted.values().filter(|reason| reason.is_none()).count();
    stage.assert_each_got_one(willing);
    assert_eq!(stage.here.figures(campaign).await.audience, wanted.len() as i64);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_campaigns_estimate_is_what_the_run_then_reaches() {
    let stage = Stage::with(&[]).await;
    for (number, facts) in combinations().iter().enumerate() {
        contact_with(&stage, number, facts).await;
    }
    let campaign = stage.here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let estimate = stage.here.act(async |tx| engine::campaigns::estimate(tx, campaign).await).await.unwrap();
    stage.here.start(campaign).await;
    stage.here.work().await;
    let figures = stage.here.figures(campaign).await;
    assert_eq!((estimate.matched, estimate.reachable), (figures.audience, figures.sent));
}
