//! The steps of the builder, each saved by itself: a save that comes after somebody else's is refused, what cannot be
//! saved is kept as it was typed, and a button sends only what its page showed.

use domain::{
    access::Verb,
    campaign::{CampaignChange, CampaignDetail},
    error::FieldErrors,
    id::CampaignId,
};
use serde_json::{Value, json};

use super::{draft, get, reach, store};
use crate::{Error, Result, db::Tx, secrets::sha256};

/// A part of a draft that the builder saves by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Name, code, what it is about and for.
    Goal,
    /// For whom.
    Audience,
    /// What it says, and in whose name.
    Content,
    /// When, how fast, and what it respects.
    Timing,
}

impl Step {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::Goal, Self::Audience, Self::Content, Self::Timing];

    /// Its word, in addresses and under which what cannot be saved is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Audience => "audience",
            Self::Content => "content",
            Self::Timing => "timing",
        }
    }

    /// Whether this changes something of it.
    fn is_touched_by(self, change: &CampaignChange) -> bool {
        match self {
            Self::Goal => {
                let names = change.name.is_some() || change.code.is_some();
                names || change.goal.is_some() || change.description.is_some()
            }
            Self::Audience => change.audience.is_some(),
            Self::Content => change.content.is_some() || change.sender_id.is_some(),
            Self::Timing => {
                let when = change.kind.is_some() || change.schedule.is_some();
                when || change.rate_per_second.is_some() || change.switches.is_some()
            }
        }
    }

    /// The field that an error about the whole step names, and what is said of text that waits there.
    fn waiting(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Goal => ("name", "unsaved_goal", "goal and name"),
            Self::Audience => ("audience.include", "unsaved_audience", "the audience"),
            Self::Content => ("content.email", "unsaved_content", "the content"),
            Self::Timing => ("schedule", "unsaved_timing", "the timing"),
        }
    }
}

/// A draft after a change, with the stamp that the next change of that part names.
pub struct Saved {
    /// The draft.
    pub detail: CampaignDetail,
    /// See [`stamp`].
    pub stamp: String,
}

/// What a page showed of a draft before somebody pressed its button.
pub struct Seen<'a> {
    /// See [`whole_stamp`].
    pub stamp: &'a str,
    /// How many people it said it reaches.
    pub people: i64,
}

/// Changes one step: refused where somebody else has changed that step since it was `seen` and this would make another
/// difference.
pub async fn change_seen(tx: &mut Tx, id: CampaignId, new: &CampaignChange, step: Step, seen: &str) -> Result<Saved> {
    tx.allow(Verb::EditCampaigns)?;
    store::lock(tx.conn(), id).await?;
    let before = stamp(&get(tx, id).await?, step);
    let detail = draft::change(tx, id, new).await?;
    let stamp = stamp(&detail, step);
    if !seen.is_empty() && seen != before && stamp != before {
        let message = "Somebody else, or another tab of yours, has changed this step since you opened it. \
                       Look at theirs, or save again to keep what stands here.";
        return Err(Error::conflict("changed_meanwhile", message));
    }
    store::forget_unsaved(tx.conn(), id, &[step.word()]).await?;
    Ok(Saved { detail, stamp })
}

/// Keeps what was typed into a step and cannot be saved as it is, so that it stands there again after a reload.
pub async fn keep_unsaved(tx: &mut Tx, id: CampaignId, step: Step, typed: &Value) -> Result<()> {
    tx.allow(Verb::EditCampaigns)?;
    get(tx, id).await?;
    store::keep_unsaved(tx.conn(), id, step.word(), typed).await
}

/// Forgets what was typed into a step and could not be saved: what is saved counts again.
pub async fn forget_unsaved(tx: &mut Tx, id: CampaignId, step: Step) -> Result<()> {
    tx.allow(Verb::EditCampaigns)?;
    get(tx, id).await?;
    store::forget_unsaved(tx.conn(), id, &[step.word()]).await
}

/// What was typed into a step and could not be saved, if anything.
pub async fn unsaved(tx: &mut Tx, id: CampaignId, step: Step) -> Result<Option<Value>> {
    tx.allow(Verb::EditCampaigns)?;
    store::unsaved(tx.conn(), id, step.word()).await
}

/// Forgets what waits in the steps that a change is about: it was typed over what is not there any more.
pub(super) async fn forget_touched(tx: &mut Tx, id: CampaignId, change: &CampaignChange) -> Result<()> {
    let touched = Step::ALL.into_iter().filter(|step| step.is_touched_by(change));
    let words: Vec<_> = touched.map(Step::word).collect();
    store::forget_unsaved(tx.conn(), id, &words).await
}

/// Steps with something typed that could not be saved: whoever sends the draft now would send it without.
pub(super) async fn waiting(tx: &mut Tx, id: CampaignId) -> Result<FieldErrors> {
    let words = store::unsaved_steps(tx.conn(), id).await?;
    let mut errors = FieldErrors::default();
    for step in Step::ALL.into_iter().filter(|step| words.iter().any(|word| word == step.word())) {
        let (field, code, name) = step.waiting();
        let message = format!("Something typed into {name} could not be saved: put it right there, or discard it.");
        errors.add(field, code, message);
    }
    Ok(errors)
}

/// Refuses to go on where a draft is not what a page showed of it: locked, so that it stays so until this transaction
/// ends. How many it reaches is counted anew.
pub async fn check_seen(tx: &mut Tx, id: CampaignId, seen: &Seen<'_>) -> Result<()> {
    tx.allow(Verb::SendCampaigns)?;
    store::lock(tx.conn(), id).await?;
    if whole_stamp(&get(tx, id).await?) != seen.stamp {
        let message = "This campaign was changed since you opened the page. Look at it again, and send it then.";
        return Err(Error::conflict("changed_meanwhile", message));
    }
    let people = reach::estimate(tx, id).await?.reachable;
    if people != seen.people {
        let message = format!(
            "It reaches {people} people now, not {} as when you opened the page. Look again, and send it then.",
            seen.people
        );
        return Err(Error::conflict("reaches_others", message));
    }
    Ok(())
}

/// What a step of a draft looks like, in a few letters: another where it was changed.
pub fn stamp(detail: &CampaignDetail, step: Step) -> String {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    let campaign = &detail.campaign;
    let part = match step {
        Step::Goal => json!([campaign.name, campaign.code, campaign.description, campaign.goal]),
        Step::Audience => json!(detail.audience),
        Step::Content => json!([detail.content.template_id, detail.content.email, detail.sender_id]),
        Step::Timing => json!([
            (campaign.kind, campaign.starts_at, &campaign.time_zone, campaign.late_minutes),
            (campaign.not_after, campaign.rate_per_second, campaign.switches),
        ]),
    };
    BASE64_URL_SAFE_NO_PAD.encode(&sha256(part.to_string().as_bytes())[..9])
}

/// The same for all steps: what somebody who sends it has seen.
pub fn whole_stamp(detail: &CampaignDetail) -> String {
    Step::ALL.map(|step| stamp(detail, step)).join(".")
}
