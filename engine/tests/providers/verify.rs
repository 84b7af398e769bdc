//! Whether a sender's address is ours: a code is mailed to it and typed in.

use chrono::TimeDelta;
use domain::{
    access::{Role, Scope},
    id::SenderId,
    invitation::Delivery,
    provider::SenderChange,
};
use engine::{
    Error, Result, providers,
    testing::{Sink, TestWorkspace},
};

async fn ask(here: &TestWorkspace, id: SenderId) -> Result<Delivery> {
    let letter = here.act(async |tx| providers::ask_code(&here.engine, tx, id).await).await?;
    Ok(letter.send().await)
}

async fn verify(here: &TestWorkspace, id: SenderId, code: &str) -> std::result::Result<bool, String> {
    match providers::verify_sender(&here.engine, &here.user(&[Role::Admin]), id, code).await {
        Ok(sender) => Ok(sender.verified_at.is_some()),
        Err(Error::Invalid(errors)) => Err(errors.0[0].code.clone()),
        Err(other) => panic!("{other}"),
    }
}

/// The code in the newest mail.
fn code(sink: &Sink) -> String {
    sink.mails().pop().unwrap().header("Subject").unwrap().chars().take(6).collect()
}

async fn is_verified(here: &TestWorkspace, id: SenderId) -> bool {
    here.act(async |tx| providers::get_sender(tx, id).await).await.unwrap().verified_at.is_some()
}

#[tokio::test]
async fn the_code_of_the_mail_verifies_the_address_until_it_changes() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let id = here.sender(&here.provider(&sink).await).await;
    assert_eq!(ask(&here, id).await.unwrap(), Delivery::Sent);
    assert_eq!(sink.mails()[0].to, "nora@maple.example");
    assert!(!is_verified(&here, id).await);
    let code = code(&sink);
    assert_eq!(verify(&here, id, &format!(" {} {} ", &code[..3], &code[3..])).await, Ok(true));
    assert_eq!(verify(&here, id, &code).await, Err("lapsed".into()), "a code is used up");
    let rename = SenderChange { name: Some("Nora W".into()), ..Default::default() };
    here.act(async |tx| providers::update_sender(tx, id, &rename).await).await.unwrap();
    assert!(is_verified(&here, id).await);
    let moved = SenderChange { email: Some("other@maple.example".into()), ..Default::default() };
    here.act(async |tx| providers::update_sender(tx, id, &moved).await).await.unwrap();
    assert!(!is_verified(&here, id).await, "nothing is known of the new address");
}

#[tokio::test]
async fn five_wrong_codes_or_half_an_hour_make_it_worthless() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let id = here.sender(&here.provider(&sink).await).await;
    assert_eq!(verify(&here, id, "123456").await, Err("lapsed".into()), "none was asked for");
    ask(&here, id).await.unwrap();
    let right = code(&sink);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(verify(&here, id, wrong).await, Err("wrong".into()));
    }
    assert_eq!(verify(&here, id, &right).await, Err("lapsed".into()));
    assert_eq!(verify(&here, id, " ").await, Err("required".into()));

    assert!(matches!(ask(&here, id).await, Err(Error::RateLimited { .. })), "one code a minute");
    here.clock.advance(TimeDelta::minutes(1));
    ask(&here, id).await.unwrap();
    let second = code(&sink);
    here.clock.advance(TimeDelta::minutes(30));
    assert_eq!(verify(&here, id, &second).await, Err("lapsed".into()));
}

#[tokio::test]
async fn only_who_may_change_senders_verifies_them() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let id = here.sender(&here.provider(&sink).await).await;
    ask(&here, id).await.unwrap();
    for actor in [here.user(&[Role::Marketer]), here.key(&[Scope::Send])] {
        let refused = providers::verify_sender(&here.engine, &actor, id, &code(&sink)).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}
