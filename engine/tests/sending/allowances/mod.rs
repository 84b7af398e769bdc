//! The workspace's limits on real sending: the hour's messages, how often a person is written to, quiet hours, and the
//! month's budget.

mod budget;
mod caps;
mod hourly;
mod quiet;

use chrono::{DateTime, Utc};
use domain::{campaign::NewCampaign, contact::NewContact, id::CampaignId, limits::Wait};
use engine::{campaigns, reports, testing::draft};

use crate::Stage;

impl Stage {
    /// What a campaign waits for.
    async fn wait(&self, campaign: CampaignId) -> Option<Wait> {
        self.here.act(async |tx| reports::wait(tx, campaign).await).await.unwrap()
    }

    /// A campaign to the list that is not sent after a moment, started.
    async fn started_until(&self, end: DateTime<Utc>) -> CampaignId {
        let schedule = Some(serde_json::json!({ "type": "now", "not_after": end.to_rfc3339() }));
        let new = NewCampaign { schedule, ..draft("Spring news", self.sender, &[self.list]) };
        let campaign = self.here.campaign_with(new).await;
        self.here.start(campaign).await;
        campaign
    }

    /// Somebody on the list who is in this zone.
    async fn contact_in(&self, email: &str, zone: &str) {
        let consents = serde_json::json!([{ "channel": "email", "state": "granted", "source": "booking_form" }]);
        let new = NewContact {
            email: email.into(),
            time_zone: Some(zone.into()),
            consents: serde_json::from_value(consents).unwrap(),
            lists: vec![self.list.to_string()],
            ..Default::default()
        };
        self.here.contact_with(new).await;
    }

    async fn resume(&self, campaign: CampaignId) {
        let here = &self.here;
        here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, None).await).await.unwrap();
    }

    /// The codes of those who were skipped.
    async fn skipped_for(&self, campaign: CampaignId) -> Vec<String> {
        let skipped = self.recipients(campaign, "skipped").await;
        skipped.into_iter().filter_map(|recipient| recipient.code).collect()
    }
}

fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().unwrap()
}
