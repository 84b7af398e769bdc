//! Whom an SMTP account trusts, and what it says where it does not.

use domain::{
    delivery::Outcome,
    provider::{NewConfig, NewProvider, SmtpTls},
};
use engine::{
    Error, providers,
    testing::{Answer, CA, Phase, Sink, TestWorkspace, mailing},
};

const ADA: &str = "ada@one.example";

async fn deliver(here: &TestWorkspace, name: &str, config: NewConfig) -> Outcome {
    let provider = here.account("smtp", name, config).await;
    here.open(provider.id).await.unwrap().deliver(&mailing(1, ADA, "We are open.")).await
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_where_the_account_names_it() {
    let here = TestWorkspace::new().await;
    for tls in [SmtpTls::Starttls, SmtpTls::Tls] {
        let sink = Sink::secured(tls).await;
        let mut config = sink.config(Some("hunter2"));
        let name = tls.word();
        assert!(matches!(deliver(&here, &format!("{name} with"), config.clone()).await, Outcome::Accepted { .. }));
        assert_eq!(sink.mails().len(), 1);
        let signed_in = sink.sign_ins().len();

        config.ca_certificate = None;
        let outcome = deliver(&here, &format!("{name} without"), config).await;
        // Nobody else's message will fare better: a person has to mend it.
        assert!(
            matches!(&outcome, Outcome::Pause { until_after: None, code, .. } if code == "certificate"),
            "{outcome:?}"
        );
        assert!(outcome.text().contains("authority"), "{outcome:?}");
        assert_eq!((sink.mails().len(), sink.sign_ins().len()), (1, signed_in), "no password goes to whoever it is");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_accepted() {
    let here = TestWorkspace::new().await;
    let sink = Sink::secured(SmtpTls::Tls).await;
    // The certificate names 127.0.0.1 and localhost.
    let config = NewConfig { host: Some("127.0.0.2".into()), ..sink.config(None) };
    let outcome = deliver(&here, "Elsewhere", config).await;
    assert!(!matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    let config = NewConfig { host: Some("localhost".into()), ..sink.config(None) };
    assert!(matches!(deliver(&here, "By name", config).await, Outcome::Accepted { .. }));
}

#[tokio::test]
async fn what_is_no_certificate_is_told_at_its_field() {
    let here = TestWorkspace::new().await;
    let sink = Sink::secured(SmtpTls::Tls).await;
    for pem in [
        "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        let config = NewConfig { ca_certificate: Some(pem.into()), ..sink.config(None) };
        let new = NewProvider { channel: "email".into(), kind: "smtp".into(), config, ..Default::default() };
        let refused = here.act(async |tx| providers::create(&here.engine, tx, &new).await).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("taken: {pem}") };
        assert_eq!(errors.0[0].field, "config.ca_certificate");
    }
    assert!(CA.starts_with("-----BEGIN CERTIFICATE-----"));
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_password() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let config = NewConfig { tls: Some("starttls".into()), ..sink.config(Some("hunter2")) };
    let outcome = deliver(&here, "Clear", config).await;
    assert!(matches!(&outcome, Outcome::Pause { code, .. } if code == "starttls"), "{outcome:?}");
    assert!(sink.sign_ins().is_empty());
}

#[tokio::test]
async fn a_server_that_has_no_way_to_sign_in_says_so() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    sink.always(Phase::Hello, Answer::Say("250 sink"));
    let outcome = deliver(&here, "No AUTH", sink.config(Some("hunter2"))).await;
    assert!(matches!(&outcome, Outcome::Pause { code, .. } if code == "auth"), "{outcome:?}");
}
