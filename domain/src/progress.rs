//! How a started campaign stands at this moment (UX "Running campaign"): what its page, its stream and the API tell.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    campaign::{Campaign, CampaignStatus},
    limits::Wait,
    message::Recipient,
    remedy::Problem,
};

/// Everything on the page that changes while a campaign is sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// The campaign with its figures.
    pub campaign: Campaign,
    /// How long it is still held back, in seconds.
    pub starts_in: Option<u64>,
    /// Messages a second, over the last ten seconds; none when it is not running or that is not known yet.
    pub per_second: Option<f64>,
    /// How long the rest takes at this pace, in seconds.
    pub seconds_left: Option<u64>,
    /// When it would be done then.
    pub done_at: Option<DateTime<Utc>>,
    /// What the rest waits for, where all of it does: a limit of the workspace.
    pub wait: Option<Wait>,
    /// Why people were not sent to, or not yet, with what can be done about it.
    pub problems: Vec<Problem>,
    /// The messages that were sent last, newest first.
    pub latest: Vec<Recipient>,
}

impl Progress {
    /// Whether nothing of it will change by itself any more. After a stop it is still to be learnt how what had been
    /// handed over ended, and some of a finished one may be sent to again.
    pub fn is_over(&self) -> bool {
        match self.campaign.status {
            CampaignStatus::Completed | CampaignStatus::Cancelled => self.campaign.figures.waiting == 0,
            _ => false,
        }
    }
}

/// Seconds until the first message of a started campaign may go, rounded up; none once it may.
pub fn starts_in(campaign: &Campaign, now: DateTime<Utc>) -> Option<u64> {
    let running = campaign.status == CampaignStatus::Running;
    let begins = campaign.begins_at.filter(|_| running)?;
    let left = u64::try_from((begins - now).num_milliseconds()).ok()?;
    Some(left.div_ceil(1000)).filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{campaign::CampaignType, channel::Channel, id::CampaignId, stats::Figures};

    fn campaign(now: DateTime<Utc>) -> Campaign {
        Campaign {
            id: CampaignId(Default::default()),
            name: "Autumn".into(),
            code: "A-001".into(),
            description: String::new(),
            goal: String::new(),
            kind: CampaignType::Bulk,
            channels: vec![Channel::Email],
            status: CampaignStatus::Running,
            status_reason: None,
            owner_id: None,
            created_at: now,
            starts_at: None,
            time_zone: None,
            late_minutes: 60,
            started_at: Some(now),
            finished_at: None,
            run_id: None,
            rate_per_second: None,
            not_after: None,
            switches: Default::default(),
            archived_at: None,
            begins_at: Some(now + TimeDelta::milliseconds(29_001)),
            figures: Figures::default(),
        }
    }

    #[test]
    fn a_campaign_is_held_only_while_it_waits_to_begin() {
        let now = DateTime::UNIX_EPOCH;
        let mut campaign = campaign(now);
        assert_eq!(starts_in(&campaign, now), Some(30));
        assert_eq!(starts_in(&campaign, now + TimeDelta::seconds(40)), None);
        campaign.status = CampaignStatus::Cancelled;
        assert_eq!(starts_in(&campaign, now), None, "stopped while it was held");
    }

    #[test]
    fn a_stopped_campaign_is_over_when_nobody_is_being_handed_over() {
        let mut progress = Progress {
            campaign: campaign(DateTime::UNIX_EPOCH),
            starts_in: None,
            per_second: None,
            seconds_left: None,
            done_at: None,
            wait: None,
            problems: Vec::new(),
            latest: Vec::new(),
        };
        for (status, waiting, over) in [
            (CampaignStatus::Running, 0, false),
            (CampaignStatus::Paused, 3, false),
            (CampaignStatus::Cancelled, 3, false),
            (CampaignStatus::Cancelled, 0, true),
            (CampaignStatus::Completed, 0, true),
        ] {
            (progress.campaign.status, progress.campaign.figures.waiting) = (status, waiting);
            assert_eq!(progress.is_over(), over, "{status} with {waiting}");
        }
    }
}
