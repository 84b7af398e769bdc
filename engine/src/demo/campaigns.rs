//! The demo's campaigns: what they say, to whom they went, when and how. All of them are made and begun by the verbs that
//! people use, at the moments at which they are said to have been.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use domain::{
    campaign::{NewAudience, NewCampaign, NewContent, NewEmailContent},
    id::{CampaignId, ListId, RunId, SenderId, TemplateId},
    zone,
};
use fastrand::Rng;
use serde_json::json;

use super::{
    history::{self, Went},
    places::PLACES,
    story::Fortune,
    texts::{EVENT, NEWS, OFFER, TEXTS, WIN_BACK, template},
};
use crate::{
    Engine, Error, Result,
    campaigns::{self, NewSend},
    db::Tx,
    sending, templates,
};

/// The list of those who have not been there for long, after those of the places.
pub(super) const LAPSED: usize = PLACES.len();

/// A campaign that has gone out.
struct Past {
    name: &'static str,
    text: usize,
    /// Numbers of lists.
    lists: &'static [usize],
    sender: usize,
    days_ago: u64,
    hour: u32,
    fortune: Fortune,
}

const USUAL: Fortune =
    Fortune { failed: 3, bounced: 9, complained: 2, opened: 380, clicked: 190, unsubscribed: 2, lost: 0 };

/// In order of time.
const PAST: [Past; 6] = [
    Past {
        name: "Timetable for the new term",
        text: NEWS,
        lists: &[1, 2],
        sender: 1,
        days_ago: 128,
        hour: 9,
        fortune: Fortune { bounced: 16, failed: 6, ..USUAL },
    },
    Past {
        name: "Bring a friend",
        text: OFFER,
        lists: &[0],
        sender: 0,
        days_ago: 96,
        hour: 10,
        fortune: Fortune { opened: 350, clicked: 240, ..USUAL },
    },
    Past {
        name: "We miss you",
        text: WIN_BACK,
        lists: &[LAPSED],
        sender: 0,
        days_ago: 71,
        hour: 18,
        fortune: Fortune { bounced: 14, opened: 240, clicked: 110, unsubscribed: 6, ..USUAL },
    },
    Past {
        name: "Open house in Brooklyn",
        text: EVENT,
        lists: &[0],
        sender: 0,
        days_ago: 45,
        hour: 8,
        fortune: Fortune { opened: 420, clicked: 260, ..USUAL },
    },
    Past {
        name: "Monthly newsletter",
        text: NEWS,
        lists: &[0, 1, 2],
        sender: 0,
        days_ago: 24,
        hour: 9,
        fortune: USUAL,
    },
    Past {
        name: "48-hour sale",
        text: OFFER,
        lists: &[0, 2],
        sender: 0,
        days_ago: 4,
        hour: 12,
        fortune: Fortune { complained: 9, opened: 330, clicked: 210, unsubscribed: 4, ..USUAL },
    },
];

/// What campaigns are made of.
pub(super) struct Made {
    pub(super) senders: Vec<SenderId>,
    pub(super) lists: Vec<ListId>,
    texts: Vec<TemplateId>,
}

impl Made {
    /// With the templates, which it makes.
    pub(super) async fn with_texts(tx: &mut Tx, senders: Vec<SenderId>, lists: Vec<ListId>) -> Result<Self> {
        let mut texts = Vec::new();
        for text in &TEXTS {
            texts.push(templates::create(tx, &template(text)?).await?.template.id);
            tx.now += TimeDelta::milliseconds(1);
        }
        Ok(Self { senders, lists, texts })
    }

    fn draft(&self, name: &str, text: usize, lists: &[usize], sender: usize) -> NewCampaign {
        let email = NewEmailContent { template_id: Some(self.texts[text].to_string()), ..Default::default() };
        let include = lists.iter().map(|list| json!({ "type": "list", "id": self.lists[*list] })).collect();
        NewCampaign {
            name: name.into(),
            content: NewContent { email },
            sender_id: Some(self.senders[sender].to_string()),
            audience: NewAudience { include, exclude: Vec::new() },
            ..Default::default()
        }
    }
}

/// So many days ago, at an hour of a place's clocks.
fn moment(now: DateTime<Utc>, days_ago: u64, hour: u32, place: usize) -> Result<DateTime<Utc>> {
    let zone =
        PLACES[place].time_zone.parse().map_err(|error: chrono_tz::ParseError| Error::internal("a zone", error))?;
    let day = now.with_timezone(&zone).date_naive() - Days::new(days_ago);
    Ok(zone::instant(day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()), zone))
}

/// Those that have gone out, one after the other: who left after one gets no other.
pub(super) async fn past(engine: &Engine, tx: &mut Tx, chance: &mut Rng, made: &Made) -> Result<()> {
    let now = tx.now;
    for past in &PAST {
        let begun = moment(now, past.days_ago, past.hour, past.sender)?;
        let (_, went) = begin(engine, tx, made, past, begun).await?;
        let last = history::write(tx, chance, &went, now).await?;
        sending::finish_run(tx.conn(), went.run, last + TimeDelta::seconds(2)).await?;
    }
    tx.now = now;
    Ok(())
}

/// Makes a campaign on the day before, begins it, and freezes whom it is for.
async fn begin(
    engine: &Engine,
    tx: &mut Tx,
    made: &Made,
    past: &Past,
    begun: DateTime<Utc>,
) -> Result<(CampaignId, Went)> {
    tx.now = begun - TimeDelta::hours(20);
    let draft = made.draft(past.name, past.text, past.lists, past.sender);
    let id = campaigns::create(tx, &draft).await?.campaign.id;
    tx.now = begun;
    let run: RunId = campaigns::start(engine, tx, id, None).await?;
    let tenant = tx.actor.tenant;
    let people = sending::plan_whole(tx.conn(), tenant, run, begun).await?;
    let lists = past.lists.iter().map(|list| made.lists[*list]).collect();
    let links = TEXTS[past.text].pages.len() as u16;
    Ok((id, Went { run, campaign: past.name, lists, begun, fortune: past.fortune, links, to: people }))
}

/// One that stopped in the middle, with some of which nobody knows whether they arrived.
pub(super) async fn held(engine: &Engine, tx: &mut Tx, chance: &mut Rng, made: &Made) -> Result<()> {
    const HANDED_OVER: i32 = 2_260;
    let now = tx.now;
    let past = Past {
        name: "Early access, Lisbon",
        text: NEWS,
        lists: &[1],
        sender: 1,
        days_ago: 0,
        hour: 0,
        fortune: Fortune { failed: 8, lost: 6, ..USUAL },
    };
    let (id, mut went) = begin(engine, tx, made, &past, now - TimeDelta::hours(2)).await?;
    went.to = went.to.min(HANDED_OVER);
    tx.now = history::write(tx, chance, &went, now).await?;
    let reason = "The provider refused every message: 454 4.7.0 Temporary authentication failure.";
    campaigns::pause_with_reason(tx, id, reason).await?;
    tx.now = now;
    Ok(())
}

/// Those that are to come: two at their moments, by the clocks of the places, and a draft.
pub(super) async fn future(tx: &mut Tx, made: &Made) -> Result<()> {
    for (name, text, place, days, hour) in [("Winter courses, Rome", NEWS, 2, 2, 9), ("Gift vouchers", OFFER, 0, 5, 10)]
    {
        let zone = PLACES[place].time_zone;
        let day = tx.now.date_naive() + Days::new(days);
        let schedule = json!({ "type": "at", "at": format!("{day}T{hour:02}:00"), "time_zone": zone });
        let draft = NewCampaign { schedule: Some(schedule), ..made.draft(name, text, &[place], place) };
        let id = campaigns::create(tx, &draft).await?.campaign.id;
        campaigns::schedule(tx, id, &NewSend::default()).await?;
        tx.now += TimeDelta::milliseconds(1);
    }
    let draft = NewCampaign { sender_id: None, ..made.draft("Welcome back, regulars", WIN_BACK, &[LAPSED], 0) };
    campaigns::create(tx, &draft).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_went_out_one_after_the_other() {
        assert!(PAST.windows(2).all(|pair| pair[0].days_ago > pair[1].days_ago));
    }
}
