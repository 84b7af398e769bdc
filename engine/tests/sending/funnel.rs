//! The count that is shown is the count that is sent: funnel, people and run agree whatever the data are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{
    campaign::{NewCampaign, NewSwitches, ReachQuery, Stage as Step},
    contact::merge::NewMerge,
    id::{CampaignId, ContactId, ListId},
    message::SkipReason,
    page::PageQuery,
};
use engine::{
    audience, campaigns,
    testing::{assert_ledger_is_sound, draft},
};
use serde_json::json;

use crate::Stage;

/// A source of choices that a test can repeat.
struct Dice(u64);

impl Dice {
    fn one_in(&mut self, sides: u64) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33).is_multiple_of(sides)
    }
}

/// People of every kind on two lists, one of which is left out; some have been written to a moment ago.
async fn mixed(stage: &Stage, seed: u64, people: i32) -> ListId {
    let here = &stage.here;
    let (out, lately) = (here.list("Staff").await, here.list("Written to lately").await);
    let mut dice = Dice(seed);
    let mut all = Vec::new();
    for n in 0..people {
        let mut lists = vec![stage.list];
        lists.extend(dice.one_in(6).then_some(out));
        lists.extend(dice.one_in(4).then_some(lately));
        let contact = match dice.one_in(4) {
            true => here.contact_without_consent(&format!("p{n}@crowd.example"), &lists).await,
            false => here.contact(&format!("p{n}@crowd.example"), &lists).await,
        };
        all.push(contact);
    }
    here.contact("last@crowd.example", &[stage.list, lately]).await;
    let first = here.campaign("Before", stage.sender, &[lately]).await;
    here.start(first).await;
    here.work().await;
    let (goes, stays) = (all[0], all[1]);
    let new = NewMerge { into: stays.to_string(), ..Default::default() };
    here.act(async |tx| audience::merge(tx, goes, &new).await).await.unwrap();
    for contact in &all {
        spoil(stage, *contact, &mut dice).await;
    }
    here.clock.advance(TimeDelta::hours(1));
    out
}

/// What may be known of somebody, written past the verbs.
async fn spoil(stage: &Stage, contact: ContactId, dice: &mut Dice) {
    let owner = stage.here.engine.db.owner();
    let mut statements = Vec::new();
    if dice.one_in(6) {
        statements.push("update contact set do_not_contact = true where id = $1");
    }
    if dice.one_in(7) {
        statements.push("update contact set email = null, email_key = null, phone_key = '+1' || id where id = $1");
    }
    if dice.one_in(5) {
        statements.push("update consent set state = 'withdrawn' where contact_id = $1");
    }
    if dice.one_in(5) {
        statements.push(
            "insert into suppression (tenant_id, channel, address_key, reason, source, at)
             select tenant_id, 'email', email_key, 'hard_bounce', '', now() from contact
             where id = $1 and email_key is not null",
        );
    }
    statements.push(match (dice.one_in(5), dice.one_in(5)) {
        (true, _) => "update contact set custom = '{\"size\": 3}' where id = $1",
        (false, true) => "update contact set last_name = 'Ray', custom = '{\"size\": [1, 2]}' where id = $1",
        (false, false) => "update contact set last_name = 'Ray', custom = '{\"size\": \" 3\"}' where id = $1",
    });
    for statement in statements {
        sqlx::query(statement).bind(contact.0).execute(owner).await.unwrap();
    }
}

impl Stage {
    /// Everybody behind a number of the funnel, page by page.
    async fn behind(&self, campaign: CampaignId, stage: &str, reason: &str, detail: &str) -> BTreeSet<ContactId> {
        let (mut people, mut cursor) = (BTreeSet::new(), None);
        loop {
            let page = PageQuery { cursor, limit: Some(7), ..Default::default() };
            let query = ReachQuery { page, stage: stage.into(), reason: reason.into(), detail: detail.into() };
            let page = self.here.act(async |tx| campaigns::people(tx, campaign, &query).await).await.unwrap();
            for person in &page.data {
                assert!(people.insert(person.contact_id), "twice on the pages");
                assert_eq!(person.reason.is_some(), person.text.is_some());
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                return people;
            }
        }
    }

    /// What the run made of each person: the reason why not, or none.
    async fn ran(&self, campaign: CampaignId) -> BTreeMap<ContactId, Option<String>> {
        let rows: Vec<(sqlx::types::Uuid, Option<String>)> = sqlx::query_as(
            "select m.contact_id, case when m.state = 'skipped' then m.reason end
             from message m join campaign c on c.run_id = m.run_id where c.id = $1",
        )
        .bind(campaign.0)
        .fetch_all(self.here.engine.db.owner())
        .await
        .unwrap();
        rows.into_iter().map(|(contact, reason)| (ContactId(contact), reason)).collect()
    }

    async fn assert_funnel_is_what_is_sent(&self, campaign: CampaignId) {
        let here = &self.here;
        let funnel = here.act(async |tx| campaigns::estimate(tx, campaign).await).await.unwrap();
        let mut shown = BTreeMap::new();
        for step in Step::ALL {
            let people = self.behind(campaign, step.word(), "", "").await;
            assert_eq!(people.len() as i64, funnel.at(*step), "{step}");
            shown.insert(*step, people);
        }
        let mut lost = BTreeMap::new();
        for loss in &funnel.losses {
            let people = self.behind(campaign, "", loss.reason.word(), &loss.detail).await;
            assert_eq!(people.len() as i64, loss.count, "{loss:?}");
            lost.extend(people.into_iter().map(|person| (person, Some(loss.reason.word().to_owned()))));
        }
        here.start(campaign).await;
        here.work().await;
        let reachable = shown.remove(&Step::Reachable).unwrap();
        lost.extend(reachable.iter().map(|person| (*person, None)));
        let ran = self.ran(campaign).await;
        assert_eq!(lost, ran, "each person with the reason that was shown");
        assert_eq!(ran.keys().copied().collect::<BTreeSet<_>>(), shown[&Step::Matched]);
        assert_eq!(here.figures(campaign).await.sent, funnel.reachable);
    }
}

#[tokio::test]
async fn funnel_people_and_run_agree_whatever_the_data() {
    for (seed, switches) in [
        (1, json!({})),
        (2, json!({ "do_not_contact": false })),
        (3, json!({ "frequency_caps": false })),
        (4, json!({ "do_not_contact": false, "frequency_caps": false })),
    ] {
        let stage = Stage::with(&[]).await;
        stage.here.limits_of_a_new_workspace().await;
        let out = mixed(&stage, seed, 60).await;
        let mut new = draft("Spring news", stage.sender, &[stage.list]);
        new.audience.exclude = vec![json!(out.to_string())];
        if seed % 2 == 0 {
            new.content.email.text.html =
                "<p>Dear {{uppercase last_name}}, size {custom.size} {{default city \"\"}}</p>".into();
        }
        new.switches = serde_json::from_value::<NewSwitches>(switches.clone()).unwrap();
        let campaign = stage.here.campaign_with(new).await;
        let funnel = stage.here.act(async |tx| campaigns::estimate(tx, campaign).await).await.unwrap();
        let reasons: BTreeSet<_> = funnel.losses.iter().map(|loss| loss.reason).collect();
        assert!(reasons.contains(&SkipReason::NoConsent) && reasons.contains(&SkipReason::Suppressed), "{funnel:?}");
        let off = |name: &str| switches[name] == json!(false);
        assert_eq!(reasons.contains(&SkipReason::FrequencyCap), !off("frequency_caps"), "{funnel:?}");
        assert_eq!(reasons.contains(&SkipReason::MissingValue), seed % 2 == 0, "{funnel:?}");
        assert!(!funnel.at_most, "nothing of it is undecided");
        assert_eq!(reasons.contains(&SkipReason::DoNotContact), !off("do_not_contact"), "{funnel:?}");
        stage.assert_funnel_is_what_is_sent(campaign).await;
        assert_ledger_is_sound(&stage.here.engine).await;
    }
}

#[tokio::test]
async fn whom_the_caps_leave_out_is_counted_for_the_moment_it_starts_at() {
    let stage = Stage::with(&["ada@one.example"]).await;
    stage.here.limits_of_a_new_workspace().await;
    stage.started("Before").await;
    stage.here.work().await;
    let reach = async |at: &str| {
        let schedule = Some(json!({ "at": at }));
        let new = NewCampaign { schedule, ..draft("Spring news", stage.sender, &[stage.list]) };
        let campaign = stage.here.campaign_with(new).await;
        stage.here.act(async |tx| campaigns::estimate(tx, campaign).await).await.unwrap().reachable
    };
    assert_eq!((reach("2026-03-02T20:00:00Z").await, reach("2026-03-03T10:00:00Z").await), (0, 1));
}

#[tokio::test]
async fn what_a_count_cannot_judge_is_said_to_be_at_most() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let estimate = async |html: &str| {
        let mut new = draft("Spring news", stage.sender, &[stage.list]);
        new.content.email.text.html = html.into();
        let campaign = stage.here.campaign_with(new).await;
        let funnel = stage.here.act(async |tx| campaigns::estimate(tx, campaign).await).await.unwrap();
        (funnel.reachable, funnel.at_most)
    };
    assert_eq!(estimate("<p>Hello {{first_name}}</p>").await, (2, false));
    assert_eq!(estimate("<p>Hello {{last_name}}</p>").await, (0, false));
    assert_eq!(estimate("<p>{{#if first_name}}Dear {{last_name}}{{/if}}</p>").await, (2, true));
}

#[tokio::test]
async fn those_who_are_few_are_found_wherever_they_stand() {
    // More people than are looked at first, and more than next.
    let stage = Stage::with_crowd(11_000).await;
    let campaign = stage.here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let marked: Vec<sqlx::types::Uuid> = sqlx::query_scalar(
        "with placed as (select id, row_number() over (order by id) as place from contact)
         update contact c set do_not_contact = true from placed p
         where p.id = c.id and p.place in (1, 500, 501, 502, 700, 10500, 10501, 10999, 11000) returning c.id",
    )
    .fetch_all(stage.here.engine.db.owner())
    .await
    .unwrap();
    let found = stage.behind(campaign, "", SkipReason::DoNotContact.word(), "").await;
    assert_eq!(found, marked.into_iter().map(ContactId).collect());
    assert!(stage.behind(campaign, "", SkipReason::NoConsent.word(), "").await.is_empty());
}
