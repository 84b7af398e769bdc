//! What went wrong is told in groups, each with how many and what to do: also those who wait for another try.

use chrono::TimeDelta;
use domain::{id::CampaignId, message::Part, remedy::Problem};
use engine::{
    campaigns, reports,
    testing::{Answer, Phase, assert_ledger_is_sound},
};

use crate::Stage;

async fn problems(stage: &Stage, campaign: CampaignId) -> Vec<Problem> {
    stage.here.act(async |tx| reports::problems(tx, campaign).await).await.unwrap()
}

#[tokio::test]
async fn each_group_has_its_number_its_words_and_its_remedy() {
    let people = ["ada@one.example", "ben@two.example", "cyd@two.example", "dan@two.example", "eve@two.example"];
    let stage = Stage::with(&people).await;
    stage.here.contact_without_consent("fay@two.example", &[stage.list]).await;
    for full in ["ben@two.example", "cyd@two.example"] {
        stage.sink.to(full, Phase::Recipient, Answer::Say("452 4.2.2 Over quota"));
    }
    stage.sink.to("dan@two.example", Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    stage.sink.to("eve@two.example", Phase::Dot, Answer::Close);
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let told = problems(&stage, campaign).await;
    let short: Vec<_> = told.iter().map(|p| (p.part, p.remedy.title.as_str(), p.count)).collect();
    let expected = [
        (Part::InDoubt, "No answer from the provider", 1),
        (Part::Failed, "Address does not exist", 1),
        (Part::Waiting, "Mailbox is full", 2),
        (Part::Skipped, "No consent in force for marketing by e-mail", 1),
    ];
    assert_eq!(short, expected);
    let waiting = &told[2];
    assert_eq!(
        (waiting.code.as_str(), waiting.text.as_str(), waiting.at_least),
        ("452 4.2.2", "4.2.2 Over quota", false)
    );
    let next = waiting.next_at.unwrap() - stage.here.engine.clock.now();
    assert!(next > TimeDelta::seconds(55) && next <= TimeDelta::seconds(72), "{next}");
    assert_ledger_is_sound(&stage.here.engine).await;

    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::seconds(73));
    stage.here.work().await;
    let left = problems(&stage, campaign).await;
    assert!(left.iter().all(|problem| problem.part != Part::Waiting), "nobody waits any more");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_waited_when_the_campaign_was_stopped_is_cancelled_without_a_reason() {
    let stage = Stage::with(&["ada@one.example"]).await;
    stage.sink.always(Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    assert!(problems(&stage, campaign).await.is_empty());
    assert_eq!(stage.recipients(campaign, "cancelled").await[0].code, None);
    assert_ledger_is_sound(&stage.here.engine).await;
}
