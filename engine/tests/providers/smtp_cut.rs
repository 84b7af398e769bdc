//! An SMTP conversation that breaks off in each of its phases, in each way of securing it. Before the message's final dot
//! nothing was sent, and it may be tried again; after it nobody knows.

use std::sync::Arc;

use domain::{delivery::Outcome, provider::SmtpTls};
use engine::{
    providers::Account,
    testing::{Answer, Phase, Sink, TestWorkspace, mailing},
};

const ADA: &str = "ada@one.example";
const ALL: [SmtpTls; 3] = [SmtpTls::None, SmtpTls::Starttls, SmtpTls::Tls];
/// Whether the server waits with each command for the answer to the one before.
const BOTH: [bool; 2] = [false, true];

async fn account(here: &TestWorkspace, sink: &Sink, name: &str) -> Arc<Account> {
    let provider = here.provider_named(name, sink, Some("hunter2")).await;
    here.open(provider.id).await.unwrap()
}

fn assert_nothing_was_sent(outcome: &Outcome, about: &str) {
    match outcome {
        Outcome::Retry { code, text, .. } => {
            assert_eq!(code, "connection", "{about}");
            assert!(text.contains("closed the connection") && !text.contains("os error"), "{about}: {text}");
        }
        other => panic!("{about}: {other:?}"),
    }
}

#[tokio::test]
async fn cut_before_the_message_nothing_was_sent() {
    let here = TestWorkspace::new().await;
    for (tls, is_lockstep) in ALL.into_iter().flat_map(|tls| BOTH.map(|is_lockstep| (tls, is_lockstep))) {
        let sink = Sink::secured(tls).await;
        if is_lockstep {
            sink.lockstep();
        }
        let phases = [
            Phase::Connect,
            Phase::Hello,
            Phase::Starttls,
            Phase::Handshake,
            Phase::Auth,
            Phase::Sender,
            Phase::Recipient,
            Phase::Data,
        ];
        let has = |phase: &Phase| match phase {
            Phase::Starttls => tls == SmtpTls::Starttls,
            Phase::Handshake => tls != SmtpTls::None,
            _ => true,
        };
        for phase in phases.into_iter().filter(has) {
            let about = format!("{tls} {phase:?} {is_lockstep}");
            let account = account(&here, &sink, &about).await;
            sink.always(phase, Answer::Close);
            assert_nothing_was_sent(&account.deliver(&mailing(1, ADA, "We are open.")).await, &about);
            assert!(sink.mails().is_empty(), "{about}");
            sink.behave();
            let again = account.deliver(&mailing(1, ADA, "We are open.")).await;
            assert!(matches!(again, Outcome::Accepted { .. }), "{about}: {again:?}");
            assert_eq!(sink.mails().len(), 1, "{about}");
            sink.forget();
        }
    }
}

#[tokio::test]
async fn cut_in_the_middle_of_the_message_nothing_was_sent() {
    let here = TestWorkspace::new().await;
    // More than the network holds for a server that does not read.
    let large = "We are open.\r\n".repeat(2_000_000);
    for tls in ALL {
        let (sink, about) = (Sink::secured(tls).await, format!("{tls} Body"));
        let account = account(&here, &sink, &about).await;
        sink.always(Phase::Body, Answer::Close);
        assert_nothing_was_sent(&account.deliver(&mailing(1, ADA, &large)).await, &about);
        // A small message has left with its final dot before anybody can tell that nobody reads it.
        let small = account.deliver(&mailing(2, ADA, "We are open.")).await;
        assert!(matches!(small, Outcome::Unknown { .. }), "{about}: {small:?}");
        assert!(sink.mails().is_empty(), "{about}");
    }
}

#[tokio::test]
async fn cut_after_the_dot_nobody_knows() {
    let here = TestWorkspace::new().await;
    for tls in ALL {
        let sink = Sink::secured(tls).await;
        let account = account(&here, &sink, tls.word()).await;
        sink.always(Phase::Dot, Answer::Close);
        let outcome = account.deliver(&mailing(1, ADA, "We are open.")).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{tls}: {outcome:?}");
        assert_eq!(sink.mails().len(), 1, "it had arrived");
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let here = TestWorkspace::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    for tls in ALL {
        let sink = Sink::secured(tls).await;
        let mut config = sink.config(None);
        config.port = port.into();
        let provider = here.account("smtp", tls.word(), config).await;
        let outcome = here.open(provider.id).await.unwrap().deliver(&mailing(1, ADA, "We are open.")).await;
        assert_eq!(outcome.text(), "Nothing answers on this port of the server.");
        assert!(matches!(outcome, Outcome::Retry { .. }));
    }
}

#[tokio::test]
async fn the_first_refusal_counts_and_the_conversation_goes_on() {
    let here = TestWorkspace::new().await;
    for is_lockstep in BOTH {
        let sink = Sink::new().await;
        if is_lockstep {
            sink.lockstep();
        }
        let account = account(&here, &sink, if is_lockstep { "lockstep" } else { "at once" }).await;
        for (phase, words, expected) in [
            (Phase::Sender, "451 4.3.0 Not this sender now", "451 4.3.0"),
            (Phase::Recipient, "550 5.1.1 No such user", "550 5.1.1"),
            (Phase::Data, "554 5.6.0 Nothing now", "554 5.6.0"),
        ] {
            sink.once(phase, Answer::Say(words));
            let outcome = account.deliver(&mailing(1, ADA, "We are open.")).await;
            assert!(outcome.text().contains(&words[4..]), "{phase:?} {is_lockstep}: {outcome:?}");
            let code = match &outcome {
                Outcome::Retry { code, .. } | Outcome::Rejected { code, .. } => code.as_str(),
                other => panic!("{other:?}"),
            };
            assert_eq!(code, expected, "{is_lockstep}");
            assert!(sink.mails().is_empty());
            let next = account.deliver(&mailing(2, ADA, "We are open.")).await;
            assert!(matches!(next, Outcome::Accepted { .. }), "{next:?}");
            sink.forget();
        }
        assert_eq!(sink.connections(), 1, "{is_lockstep}");
    }
}

#[tokio::test]
async fn a_server_that_asks_for_a_message_to_nobody_is_left() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    sink.careless();
    let account = account(&here, &sink, "careless").await;
    sink.once(Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    let outcome = account.deliver(&mailing(1, ADA, "We are open.")).await;
    assert!(outcome.text().contains("No such user"), "{outcome:?}");
    assert!(sink.mails().is_empty());
    let next = account.deliver(&mailing(2, "bo@one.example", "We are open.")).await;
    assert!(matches!(next, Outcome::Accepted { .. }), "{next:?}");
    assert_eq!((sink.recipients(), sink.connections()), (vec!["bo@one.example".to_owned()], 2));
}
