//! What Home tells: each thing that needs somebody is there until it is mended, and nobody sees more than they may.

use chrono::TimeDelta;
use domain::{
    access::Role,
    campaign::{CampaignChange, CampaignStatus},
    dns::DomainState,
    home::{Concern, FirstSteps, Home, Rate, Standing},
    id::{CampaignId, ListId, SenderId},
    provider::NewSender,
};
use engine::{
    campaigns::{self, NewSend},
    home, providers,
    testing::{Answer, Phase, Sink, TestWorkspace, draft},
    webhooks,
};
use serde_json::json;

async fn look(here: &TestWorkspace) -> Home {
    here.act(async |tx| home::get(&here.engine, tx).await).await.unwrap()
}

fn kinds(home: &Home) -> Vec<String> {
    let kind = |concern: &Concern| serde_json::to_value(concern).unwrap()["kind"].as_str().unwrap().to_owned();
    home.concerns.iter().map(kind).collect()
}

/// A workspace that can send to a list of two.
async fn ready() -> (TestWorkspace, Sink, SenderId, ListId) {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    for name in ["ada", "ben"] {
        here.contact(&format!("{name}@one.example"), &[list]).await;
    }
    (here, sink, sender, list)
}

#[tokio::test]
async fn a_new_workspace_is_shown_the_way_until_a_campaign_has_gone() {
    let here = TestWorkspace::new().await;
    let empty = look(&here).await;
    assert_eq!(empty.first_steps, Some(FirstSteps::default()));
    assert!(empty.concerns.is_empty() && empty.results.is_empty() && empty.upcoming.is_empty());
    assert_eq!(empty.health.unwrap().oldest_due, None);

    let (here, _sink, sender, list) = ready().await;
    let steps = look(&here).await.first_steps.unwrap();
    assert_eq!((steps.all(), steps.are_enough()), ([true, true, true, false, false], true));
    here.template("Spring", "Hello", "<p>Hello</p>").await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    assert_eq!(look(&here).await.first_steps.unwrap().all(), [true, true, true, true, false]);
    here.start(campaign).await;
    assert!(look(&here).await.first_steps.unwrap().are_over());
}

#[tokio::test]
async fn a_campaign_is_told_where_it_stands() {
    let (here, _sink, sender, list) = ready().await;
    let later = here.campaign("Later", sender, &[list]).await;
    let send = NewSend { at: Some("2026-03-09T08:00:00Z".into()), ..Default::default() };
    here.act(async |tx| campaigns::schedule(tx, later, &send).await).await.unwrap();
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    let home = look(&here).await;
    assert_eq!(home.sending[0].campaign.id, campaign);
    assert_eq!(home.upcoming.iter().map(|one| one.id).collect::<Vec<_>>(), [later]);
    assert!(home.results.is_empty() && home.concerns.is_empty());

    here.work().await;
    let home = look(&here).await;
    assert!(home.sending.is_empty());
    assert_eq!((home.results[0].campaign.id, home.results[0].campaign.figures.sent), (campaign, 2));
    let health = home.health.unwrap();
    assert_eq!((health.waiting, health.oldest_due), (0, None));
    let lane = health.providers.iter().find(|lane| lane.name == "Post office").unwrap();
    assert_eq!((lane.sent, lane.failed, lane.standing()), (2, 0, Standing::Good));
    // What is archived is out of sight.
    here.act(async |tx| campaigns::archive(tx, campaign).await).await.unwrap();
    assert!(look(&here).await.results.is_empty());
}

#[tokio::test]
async fn what_does_not_go_on_by_itself_needs_attention() {
    let (here, sink, sender, list) = ready().await;
    let paused = here.campaign("Paused", sender, &[list]).await;
    here.start(paused).await;
    here.clock.advance(TimeDelta::minutes(3));
    let waiting = look(&here).await.health.unwrap();
    assert!(waiting.oldest_due.is_none(), "nobody is planned yet");
    here.act(async |tx| campaigns::pause(tx, paused).await).await.unwrap();
    assert_eq!(kinds(&look(&here).await), ["held"]);
    here.act(async |tx| campaigns::resume(&here.engine, tx, paused, None).await).await.unwrap();
    assert!(look(&here).await.concerns.is_empty());

    // Nobody knows whether Ben has got it.
    sink.to("ben@one.example", Phase::Dot, Answer::Close);
    here.work().await;
    let home = look(&here).await;
    assert_eq!(kinds(&home), ["in_doubt"]);
    let Concern::InDoubt { campaign } = &home.concerns[0] else { panic!("{home:?}") };
    assert_eq!((campaign.campaign_id, campaign.count), (paused, 1));
}

#[tokio::test]
async fn a_start_that_was_missed_or_failed_is_told_until_it_is_mended() {
    let (here, _sink, sender, list) = ready().await;
    let schedule = async |name: &str| {
        let id = here.campaign(name, sender, &[list]).await;
        let send = NewSend { at: Some("2026-03-02T12:00:00Z".into()), ..Default::default() };
        here.act(async |tx| campaigns::schedule(tx, id, &send).await).await.unwrap();
        id
    };
    let (missed, broken) = (schedule("Missed").await, schedule("Broken").await);
    let nobody = "update campaign set audience = '{\"include\": [], \"exclude\": []}' where id = $1";
    sqlx::query(nobody).bind(broken.0).execute(here.engine.db.owner()).await.unwrap();
    let late = "update campaign set starts_at = starts_at - interval '2 hours' where id = $1";
    sqlx::query(late).bind(missed.0).execute(here.engine.db.owner()).await.unwrap();
    here.clock.advance(TimeDelta::hours(3));
    here.work().await;
    let home = look(&here).await;
    assert_eq!(kinds(&home), ["held", "not_started"]);
    let told = |at: usize| match &home.concerns[at] {
        Concern::Held { campaign } | Concern::NotStarted { campaign } => (campaign.id, campaign.status),
        other => panic!("{other:?}"),
    };
    assert_eq!(told(0), (missed, CampaignStatus::Paused));
    assert_eq!(told(1), (broken, CampaignStatus::Draft));
    let change = CampaignChange {
        audience: Some(serde_json::from_value(json!({ "include": [list], "exclude": [] })).unwrap()),
        ..Default::default()
    };
    here.act(async |tx| campaigns::change(tx, broken, &change).await).await.unwrap();
    here.start(broken).await;
    assert_eq!(kinds(&look(&here).await), ["held"]);
}

#[tokio::test]
async fn senders_reports_and_imports_that_need_somebody_are_told() {
    let (here, _sink, sender, list) = ready().await;
    let accounts = here.act(async |tx| providers::list(tx).await).await.unwrap();
    let post = accounts.into_iter().find(|account| account.name == "Post office").unwrap();
    let free = NewSender { email: "nora@gmail.com".into(), provider_id: post.id.to_string(), ..Default::default() };
    here.act(async |tx| providers::create_sender(tx, &free).await).await.unwrap();
    let url = here.act(async |tx| webhooks::get(&here.engine, tx, post.id).await).await.unwrap().url.unwrap();
    let key = url.rsplit('/').next().unwrap();
    webhooks::returned_mail(&here.engine, key, b" ").await.unwrap_err();
    here.act(async |tx| webhooks::get(&here.engine, tx, post.id).await).await.unwrap();
    let import = here.upload("fair.csv", "email\nada@one.example\n").await;
    let failed = "update import set status = 'failed', fault = 'The file ends early.', rows_total = 7 where id = $1";
    sqlx::query(failed).bind(import.0).execute(here.engine.db.owner()).await.unwrap();

    let home = look(&here).await;
    assert_eq!(kinds(&home), ["reports_refused", "sender", "import"]);
    let Concern::ReportsRefused { count, .. } = &home.concerns[0] else { panic!("{home:?}") };
    let Concern::Sender { standing, campaigns, .. } = &home.concerns[1] else { panic!("{home:?}") };
    assert_eq!((*count, *standing, *campaigns), (1, DomainState::Freemail, 0));
    let Concern::Import { fault, left, .. } = &home.concerns[2] else { panic!("{home:?}") };
    assert_eq!((fault.as_deref(), *left), (Some("The file ends early."), 7));

    // One that nobody has asked about is pressing once something is to go.
    let later = here.campaign("Later", sender, &[list]).await;
    let send = NewSend { at: Some("2026-03-09T08:00:00Z".into()), ..Default::default() };
    here.act(async |tx| campaigns::schedule(tx, later, &send).await).await.unwrap();
    let Concern::Sender { sender_id, standing, campaigns, .. } = &look(&here).await.concerns[1] else { panic!() };
    assert_eq!((*sender_id, *standing, *campaigns), (sender, DomainState::Unchecked, 1));

    here.clock.advance(TimeDelta::days(9));
    sqlx::query("delete from campaign").execute(here.engine.db.owner()).await.unwrap();
    assert_eq!(kinds(&look(&here).await), ["sender"], "what is a week old is not news");
}

#[tokio::test]
async fn a_rate_near_its_limit_names_the_campaign_that_it_comes_from() {
    let (here, _sink, sender, list) = ready().await;
    let (news, sale) = (here.campaign("News", sender, &[list]).await, here.campaign("Sale", sender, &[list]).await);
    let went = async |campaign: CampaignId, sent: i64, complained: i64| {
        let run = here.start(campaign).await;
        let counted = "insert into run_counter (tenant_id, run_id, kind, count)
                       values ($1, $2, 'accepted', $3), ($1, $2, 'delivered', $3), ($1, $2, 'complained', $4)";
        let counted = sqlx::query(counted).bind(here.tenant.0).bind(run.0).bind(sent).bind(complained);
        counted.execute(here.engine.db.owner()).await.unwrap();
    };
    went(news, 6_000, 1).await;
    assert!(look(&here).await.concerns.is_empty());
    went(sale, 4_000, 7).await;
    let home = look(&here).await;
    let [Concern::Rate(rate)] = home.concerns.as_slice() else { panic!("{home:?}") };
    assert_eq!((rate.rate, rate.count, rate.of, rate.campaign_id), (Rate::Complaints, 8, 10_000, sale));
    here.clock.advance(TimeDelta::days(8));
    assert!(look(&here).await.concerns.is_empty());
}

#[tokio::test]
async fn an_owner_sees_what_is_theirs_and_a_neighbour_nothing() {
    let (here, _sink, sender, list) = ready().await;
    let owner = here.user(&[Role::Owner]);
    for name in ["Mine", "Another's"] {
        let campaign = here.campaign_with(draft(name, sender, &[list])).await;
        here.start(campaign).await;
        here.work().await;
        if name == "Mine" {
            let give = sqlx::query("update campaign set owner_id = $1 where id = $2");
            give.bind(owner.user().unwrap().0).bind(campaign.0).execute(here.engine.db.owner()).await.unwrap();
        }
    }
    let home = here.act_as(&owner, async |tx| home::get(&here.engine, tx).await).await.unwrap();
    assert_eq!(home.results.iter().map(|one| one.campaign.name.as_str()).collect::<Vec<_>>(), ["Mine"]);
    assert!(home.health.is_none() && home.first_steps.is_none());
    let there = look(&here.neighbour("Oak Lane").await).await;
    assert!(there.results.is_empty() && !there.first_steps.unwrap().are_over());
}
