//! Messages in doubt: what is decided about them, what it changes, and what is refused.

mod again;
mod bulk;
mod policy;
mod races;

use domain::{
    access::Role,
    audit::AuditQuery,
    doubt::{Decided, Decision, DoubtReason, Doubted, NewDecision},
    id::CampaignId,
    page::PageQuery,
    stats::Figures,
};
use engine::{
    Error, Result,
    accounts::audit,
    campaigns,
    sending::doubt,
    testing::{Answer, Phase, assert_ledger_is_sound},
};

use crate::Stage;

const ADA: &str = "ada@one.example";
const BEN: &str = "ben@two.example";

/// A finished campaign to Ada and Ben, of which neither message got an answer; the mail server is well again.
async fn two_in_doubt() -> (Stage, CampaignId) {
    let stage = Stage::with(&[ADA, BEN]).await;
    stage.sink.always(Phase::Dot, Answer::Close);
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished, 2 in doubt");
    stage.sink.behave();
    (stage, campaign)
}

impl Stage {
    /// The first page of messages in doubt.
    async fn doubted(&self, campaign: CampaignId) -> Vec<Doubted> {
        let query = PageQuery::default();
        self.here.act(async |tx| doubt::list(tx, campaign, &query).await).await.expect("a page").data
    }

    /// The ids of these people's messages.
    async fn ids_of(&self, campaign: CampaignId, people: &[&str]) -> Vec<String> {
        let is_one = |one: &Doubted| people.contains(&one.address.as_deref().unwrap_or_default());
        self.doubted(campaign).await.into_iter().filter(is_one).map(|one| one.id).collect()
    }

    /// Decides about messages by their ids.
    pub(super) async fn decide(&self, campaign: CampaignId, decision: Decision, ids: &[String]) -> Result<Decided> {
        let new = NewDecision { decision: decision.word().into(), ids: ids.to_vec(), all: false };
        self.here.act(async |tx| doubt::decide(&self.here.engine, tx, campaign, &new).await).await
    }

    /// Decides about all that are in doubt.
    async fn decide_all(&self, campaign: CampaignId, decision: Decision) -> Result<Decided> {
        let admin = self.here.user(&[Role::Admin]);
        doubt::decide_all(&self.here.engine, &admin, campaign, decision.word()).await
    }

    /// The actions in the audit log that begin so, newest first.
    async fn actions(&self, beginning: &str) -> Vec<String> {
        let query = AuditQuery { action: Some(beginning.into()), ..Default::default() };
        let page = self.here.act(async |tx| audit::list(tx, &query).await).await.expect("the log");
        page.data.into_iter().map(|entry| entry.action).collect()
    }
}

/// Field and code of an error.
fn field(error: Error) -> (String, String) {
    match error {
        Error::Invalid(errors) => (errors.0[0].field.clone(), errors.0[0].code.clone()),
        other => panic!("not about a field: {other}"),
    }
}

#[tokio::test]
async fn what_is_in_doubt_is_listed_with_what_happened() {
    let (stage, campaign) = two_in_doubt().await;
    let doubted = stage.doubted(campaign).await;
    let told: Vec<_> = doubted.iter().map(|one| (one.label.as_str(), one.reason, one.attempts)).collect();
    assert_eq!(told, [("ada", DoubtReason::NoAnswer, 1), ("ben", DoubtReason::NoAnswer, 1)]);
    assert!(doubted.iter().all(|one| one.detail.is_some() && !one.sent_again));
    let interrupted = PageQuery { status: Some("interrupted".into()), ..Default::default() };
    let page = stage.here.act(async |tx| doubt::list(tx, campaign, &interrupted).await).await.unwrap();
    assert!(page.data.is_empty());
    let odd = PageQuery { status: Some("odd".into()), ..Default::default() };
    let refused = stage.here.act(async |tx| doubt::list(tx, campaign, &odd).await).await.unwrap_err();
    assert_eq!(field(refused), ("status".into(), "unknown".into()));

    let all = PageQuery::default();
    let campaigns = stage.here.act(async |tx| doubt::campaigns(tx, &all).await).await.unwrap().data;
    assert_eq!(campaigns.iter().map(|one| (one.campaign_id, one.count)).collect::<Vec<_>>(), [(campaign, 2)]);
    let owner = stage.here.user(&[Role::Owner]);
    let others = stage.here.act_as(&owner, async |tx| doubt::campaigns(tx, &all).await).await.unwrap();
    assert!(others.data.is_empty(), "an owner sees their own campaigns only");
}

#[tokio::test]
async fn one_marked_as_sent_and_one_given_up_leave_nothing_in_doubt() {
    let (stage, campaign) = two_in_doubt().await;
    let (ada, ben) = (stage.ids_of(campaign, &[ADA]).await, stage.ids_of(campaign, &[BEN]).await);
    let done = stage.decide(campaign, Decision::MarkSent, &ada).await.unwrap();
    assert_eq!(done, Decided { changed: 1, already_decided: 0, left: 1 });
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 in doubt");
    let done = stage.decide(campaign, Decision::MarkNotSent, &ben).await.unwrap();
    assert_eq!(done, Decided { changed: 1, already_decided: 0, left: 0 });
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 not sent");
    let figures = Figures { audience: 2, sent: 1, failed: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    let failed = &stage.recipients(campaign, "failed").await[0];
    assert_eq!((failed.label.as_str(), failed.code.as_deref()), ("ben", Some("given_up")));
    assert!(failed.reason.as_deref().unwrap().starts_with("Given up"));
    stage.here.work().await;
    assert_eq!((stage.sink.attempts(ADA), stage.sink.attempts(BEN)), (1, 1), "nothing goes out");
    assert_eq!(
        stage.actions("campaign.in_doubt").await,
        ["campaign.in_doubt_given_up", "campaign.in_doubt_marked_sent"]
    );
    assert!(stage.doubted(campaign).await.is_empty());
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn what_was_decided_stays_and_is_told() {
    let (stage, campaign) = two_in_doubt().await;
    let both = stage.ids_of(campaign, &[ADA, BEN]).await;
    stage.decide(campaign, Decision::MarkSent, &both[..1]).await.unwrap();
    // The second person still sees both, and chooses one twice.
    let twice = [both.clone(), both[1..].to_vec()].concat();
    let done = stage.decide(campaign, Decision::MarkNotSent, &twice).await.unwrap();
    assert_eq!(done, Decided { changed: 1, already_decided: 1, left: 0 });
    let done = stage.decide(campaign, Decision::SendAgain, &both).await.unwrap();
    assert_eq!(done, Decided { changed: 0, already_decided: 2, left: 0 });
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(ADA) + stage.sink.attempts(BEN), 2);
    assert_eq!(stage.actions("campaign.in_doubt").await.len(), 2, "what changed nothing is not written down");
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 not sent");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn what_is_no_message_of_the_campaign_is_not_found_and_wrong_words_are_told() {
    let (stage, campaign) = two_in_doubt().await;
    let both = stage.ids_of(campaign, &[ADA, BEN]).await;
    let other = stage.here.campaign("Another", stage.sender, &[stage.list]).await;
    let run = stage.here.start(other).await;
    let strangers = ["".into(), "nonsense".into(), engine::sending::public_id(run, 1)];
    let number =
        engine::sending::from_public_id(&both[0]).map(|(run, _)| engine::sending::public_id(run, 9_999)).unwrap();
    for stranger in strangers.into_iter().chain([number]) {
        let ids = [both[0].clone(), stranger];
        let refused = stage.decide(campaign, Decision::MarkSent, &ids).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{ids:?}: {refused:?}");
    }
    assert_eq!(
        field(stage.decide(campaign, Decision::MarkSent, &[]).await.unwrap_err()),
        ("ids".into(), "required".into())
    );
    let many = vec![both[0].clone(); 1_001];
    assert_eq!(
        field(stage.decide(campaign, Decision::MarkSent, &many).await.unwrap_err()),
        ("ids".into(), "too_many".into())
    );
    let odd = NewDecision { decision: "forget".into(), ids: both, all: false };
    let engine = &stage.here.engine;
    let refused = stage.here.act(async |tx| doubt::decide(engine, tx, campaign, &odd).await).await.unwrap_err();
    assert_eq!(field(refused), ("decision".into(), "unknown".into()));
    assert_eq!(stage.here.figures(campaign).await.in_doubt, 2);
}

#[tokio::test]
async fn who_may_not_send_may_not_decide_about_all_either() {
    let (stage, campaign) = two_in_doubt().await;
    let engine = &stage.here.engine;
    for role in [Role::Viewer, Role::Approver, Role::Owner] {
        let actor = stage.here.user(&[role]);
        let refused = doubt::decide_all(engine, &actor, campaign, "mark_sent").await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{role}: {refused:?}");
    }
    let there = stage.here.neighbour("Oak Lane").await;
    let neighbour = there.user(&[Role::Admin]);
    let refused = doubt::decide_all(engine, &neighbour, campaign, "send_again").await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    assert_eq!(stage.here.figures(campaign).await.in_doubt, 2);
}

#[tokio::test]
async fn a_stopped_campaign_sends_to_nobody_again_but_its_doubts_are_decided() {
    let stage = Stage::with(&[ADA, BEN]).await;
    stage.sink.to(ADA, Phase::Dot, Answer::Close);
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    stage.here.work().await;
    let ada = stage.ids_of(campaign, &[ADA]).await;
    for refused in
        [stage.decide(campaign, Decision::SendAgain, &ada).await, stage.decide_all(campaign, Decision::SendAgain).await]
    {
        let message = match refused {
            Err(Error::Conflict { code: "stopped", message }) => message,
            other => panic!("{other:?}"),
        };
        assert!(message.contains("was stopped"), "{message}");
    }
    assert_eq!(stage.here.figures(campaign).await.in_doubt, 1);
    stage.decide(campaign, Decision::MarkSent, &ada).await.unwrap();
    let figures = Figures { audience: 2, sent: 1, cancelled: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_eq!(stage.here.status(campaign).await, "Stopped");
    assert_ledger_is_sound(&stage.here.engine).await;
}
