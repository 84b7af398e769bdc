//! What a campaign is exempt from: only an admin can say so, it is in the audit log, and it has its effect.

use chrono::TimeDelta;
use domain::{
    access::{Role, Scope},
    audit::AuditQuery,
    campaign::{CampaignChange, NewCampaign, NewSwitches},
    id::CampaignId,
};
use engine::{Error, accounts::audit, campaigns, testing::draft};
use serde_json::json;

use crate::Stage;

fn off(name: &str) -> NewSwitches {
    serde_json::from_value(json!({ name: false })).unwrap()
}

impl Stage {
    async fn exempt(&self, name: &str) -> CampaignId {
        let new = NewCampaign { switches: off(name), ..draft("Spring news", self.sender, &[self.list]) };
        self.here.campaign_with(new).await
    }

    async fn sends(&self, campaign: CampaignId) -> i64 {
        self.here.start(campaign).await;
        self.here.work().await;
        self.here.figures(campaign).await.sent
    }
}

#[tokio::test]
async fn quiet_hours_hold_nobody_back_where_they_are_turned_off() {
    let stage = Stage::with(&["ada@one.example"]).await;
    stage.here.limit(json!({ "channels": { "email": { "quiet_from": "00:00", "quiet_to": "23:00" } } })).await;
    let (loud, quiet) = (stage.exempt("quiet_hours").await, stage.exempt("frequency_caps").await);
    assert_eq!((stage.sends(loud).await, stage.sends(quiet).await), (1, 0));
}

#[tokio::test]
async fn caps_skip_nobody_where_they_are_turned_off() {
    let stage = Stage::with(&["ada@one.example"]).await;
    stage.here.limit(json!({ "caps": { "day": 1 } })).await;
    stage.started("First").await;
    stage.here.work().await;
    stage.here.clock.advance(TimeDelta::minutes(5));
    let (free, capped) = (stage.exempt("frequency_caps").await, stage.exempt("quiet_hours").await);
    assert_eq!((stage.sends(capped).await, stage.sends(free).await), (0, 1));
}

#[tokio::test]
async fn who_is_marked_do_not_contact_gets_it_where_that_is_turned_off_and_never_without_consent() {
    let stage = Stage::with(&["ada@one.example"]).await;
    stage.here.contact_without_consent("ben@two.example", &[stage.list]).await;
    let mark = sqlx::query("update contact set do_not_contact = true");
    mark.execute(stage.here.engine.db.owner()).await.unwrap();
    let strict = stage.exempt("quiet_hours").await;
    let start = async |tx: &mut _| campaigns::start(&stage.here.engine, tx, strict, None).await;
    assert!(matches!(stage.here.act(start).await, Err(Error::Invalid(_))), "nobody is left");
    let campaign = stage.exempt("do_not_contact").await;
    assert_eq!(stage.sends(campaign).await, 1);
    stage.assert_each_got_one(1);
}

#[tokio::test]
async fn only_an_admin_turns_one_off_and_the_log_says_who() {
    let stage = Stage::with(&[]).await;
    let here = &stage.here;
    let campaign = here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let turn = |name| CampaignChange { switches: Some(off(name)), ..Default::default() };
    for actor in [here.user(&[Role::Marketer]), here.key(&[Scope::Send])] {
        let change = turn("quiet_hours");
        match here.act_as(&actor, async |tx| campaigns::change(tx, campaign, &change).await).await {
            Err(Error::Invalid(errors)) => {
                assert_eq!((&*errors.0[0].field, &*errors.0[0].code), ("switches.quiet_hours", "admins_only"));
            }
            other => panic!("{:?}", other.map(|detail| detail.campaign.switches)),
        }
        let new = NewCampaign { switches: off("do_not_contact"), ..draft("Other", stage.sender, &[stage.list]) };
        assert!(here.act_as(&actor, async |tx| campaigns::create(tx, &new).await).await.is_err());
    }
    let change = turn("quiet_hours");
    here.act(async |tx| campaigns::change(tx, campaign, &change).await).await.unwrap();
    let marketer = here.user(&[Role::Marketer]);
    let rename = CampaignChange { name: Some("Summer".into()), ..Default::default() };
    let kept = here.act_as(&marketer, async |tx| campaigns::change(tx, campaign, &rename).await).await.unwrap();
    assert!(!kept.campaign.switches.quiet_hours, "what an admin turned off stays so");
    let copy = here.act_as(&marketer, async |tx| campaigns::duplicate(tx, campaign, None).await).await.unwrap();
    assert!(copy.campaign.switches.quiet_hours, "but not in a copy that somebody else makes");
    let query = AuditQuery { action: Some("campaign.changed".into()), ..Default::default() };
    let log = here.act(async |tx| audit::list(tx, &query).await).await.unwrap().data;
    let told: Vec<_> = log.iter().filter(|entry| !entry.detail["switches"].is_null()).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].detail["switches"]["after"]["quiet_hours"], json!(false));
}
