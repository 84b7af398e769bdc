//! The link in each message: looking changes nothing, one click is enough, and the next campaign knows.

use domain::{consent::State, list::NewMembers};
use engine::{
    Error, audience, campaigns, lists,
    testing::{TestWorkspace, assert_ledger_is_sound},
    tracking,
};

use crate::{Stage, unsubscribe_token};

#[tokio::test]
async fn one_click_withdraws_consent_and_the_next_campaign_skips_the_person() {
    let stage = Stage::with(&[]).await;
    let here = &stage.here;
    let ada = here.contact("ada@one.example", &[stage.list]).await;
    here.contact("ben@two.example", &[stage.list]).await;
    let first = stage.started("Spring news").await;
    here.work().await;
    let token = unsubscribe_token(&stage.sink.mails()[0]);

    let looked = tracking::subscription(&here.engine, &token).await.unwrap();
    assert_eq!((looked.workspace.as_str(), looked.address.as_str()), ("Maple Row", "a…a@one.example"));
    assert!(!looked.unsubscribed && !tracking::subscription(&here.engine, &token).await.unwrap().unsubscribed);
    assert_eq!(here.figures(first).await.unsubscribed, 0, "looking changes nothing");

    for _ in 0..2 {
        tracking::unsubscribe(&here.engine, &token, Some("192.0.2.9".into())).await.unwrap();
        assert!(tracking::subscription(&here.engine, &token).await.unwrap().unsubscribed);
        assert_eq!(here.figures(first).await.unsubscribed, 1);
    }
    let detail = here.act(async |tx| audience::get(tx, ada).await).await.unwrap();
    assert_eq!(detail.contact.email_consent, Some(State::Withdrawn));
    assert_eq!(detail.consents.len(), 2, "one entry granted, one withdrew");
    assert_eq!(detail.consents[0].source, domain::consent::Source::Link);

    let second = stage.started("Summer news").await;
    here.work().await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example", "ben@two.example", "ben@two.example"]);
    assert_eq!(here.figures(second).await.audience, 1, "she is not on the list any more");
    let other = here.list("Friends").await;
    here.act(async |tx| lists::add_members(tx, other, &NewMembers { contact_ids: vec![ada.to_string()] }).await)
        .await
        .unwrap();
    let third = here.campaign("Autumn news", stage.sender, &[other]).await;
    let refused = here.act(async |tx| campaigns::start(&here.engine, tx, third, None).await).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "nor does another list reach her");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn a_changed_or_foreign_link_leads_nowhere() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let token = unsubscribe_token(&stage.sink.mails()[0]);
    let mut changed = token.clone().into_bytes();
    changed[30] = if changed[30] == b'A' { b'B' } else { b'A' };
    let elsewhere = TestWorkspace::new().await;
    for (engine, token) in [
        (&stage.here.engine, String::from_utf8(changed).unwrap()),
        (&stage.here.engine, String::new()),
        (&stage.here.engine, "unsubscribe".to_owned()),
        (&elsewhere.engine, token),
    ] {
        assert!(matches!(tracking::subscription(engine, &token).await, Err(Error::NotFound)), "{token}");
        assert!(matches!(tracking::unsubscribe(engine, &token, None).await, Err(Error::NotFound)), "{token}");
    }
    assert_eq!(stage.here.figures(campaign).await.unsubscribed, 0);
}
