//! Consent in files: with its basis, wording and proof, and never against what a person took back (SPEC 2.5, 2.8).

use domain::consent::NewConsent;
use engine::{audience, testing::TestWorkspace};
use serde_json::{Value, json};

use crate::{counts, import, number, wrong};

const WORDING: &str = "I would like to receive news by e-mail.";

fn granting(columns: Value) -> Value {
    json!({"columns": columns, "basis": "consent", "wording": WORDING})
}

async fn state(here: &TestWorkspace, email: &str, channel: &str) -> Option<String> {
    let state = "select s.state from consent s join contact c on c.id = s.contact_id
                 where c.email_key = $1 and s.channel = $2 and s.purpose = 'marketing'";
    sqlx::query_scalar(state).bind(email).bind(channel).fetch_optional(here.engine.db.owner()).await.unwrap()
}

#[tokio::test]
async fn a_column_says_who_agreed_and_the_wording_is_kept() {
    let here = TestWorkspace::new().await;
    let text = "email,newsletter\na@b.co,yes\nb@b.co,no\nc@b.co,\nd@b.co,unsubscribed\n";
    let done = import(&here, text, granting(json!(["email", "consent.email"]))).await;
    assert_eq!(counts(&done), [4, 0, 0, 0]);
    let states = [
        state(&here, "a@b.co", "email").await,
        state(&here, "b@b.co", "email").await,
        state(&here, "d@b.co", "email").await,
    ];
    assert_eq!(states, [Some("granted".into()), None, Some("withdrawn".into())]);
    let proof: (String, String, String, uuid::Uuid) =
        sqlx::query_as("select source, wording, evidence, import_id from consent_entry where state = 'granted'")
            .fetch_one(here.engine.db.owner())
            .await
            .unwrap();
    assert_eq!((proof.0.as_str(), proof.1.as_str(), proof.3), ("import", WORDING, done.import.id.0));
    assert!(proof.2.contains("people.csv"), "{}", proof.2);
}

#[tokio::test]
async fn marketing_consent_is_for_mail_and_whatsapp() {
    let here = TestWorkspace::new().await;
    import(&here, "email,gdpr_marketing_consent\na@b.co,true\n", granting(Value::Null)).await;
    assert_eq!(state(&here, "a@b.co", "email").await.as_deref(), Some("granted"));
    assert_eq!(state(&here, "a@b.co", "whatsapp").await.as_deref(), Some("granted"));
    assert_eq!(state(&here, "a@b.co", "sms").await, None);
}

#[tokio::test]
async fn what_a_person_took_back_is_not_granted_by_a_file() {
    let here = TestWorkspace::new().await;
    let ada = here.contact("ada@b.co", &[]).await;
    let back =
        NewConsent { channel: "email".into(), state: "withdrawn".into(), source: "link".into(), ..Default::default() };
    here.act(async |tx| audience::consent::record(tx, ada, &back).await).await.unwrap();
    let entries = number(&here, "consent_entry").await;
    let done = import(&here, "email\nada@b.co\n", granting(json!(["email"]))).await;
    assert_eq!(state(&here, "ada@b.co", "email").await.as_deref(), Some("withdrawn"));
    assert_eq!(number(&here, "consent_entry").await, entries);
    assert_eq!(wrong(&here, done.import.id).await, [(2, "email".into(), "withdrawn".into())]);
}

#[tokio::test]
async fn suppressed_people_stay_so_and_erased_ones_do_not_come_back() {
    let here = TestWorkspace::new().await;
    let suppress = "insert into suppression (tenant_id, channel, address_key, reason, source, at)
                    values ($1, 'email', 'gone@b.co', 'complaint', '', now())";
    sqlx::query(suppress).bind(here.tenant.0).execute(here.engine.db.owner()).await.unwrap();
    erase(&here, "erased@b.co").await;
    let done = import(&here, "email\ngone@b.co\nErased@b.co\n", granting(json!(["email"]))).await;
    assert_eq!(counts(&done), [1, 0, 0, 1]);
    let told: Vec<_> = wrong(&here, done.import.id).await.into_iter().map(|(row, _, code)| (row, code)).collect();
    assert_eq!(told, [(2, "suppressed".into()), (3, "erased".into())]);
    assert_eq!(number(&here, "suppression").await, 1);
    assert_eq!(number(&here, "contact where email_key = 'erased@b.co'").await, 0);
}

/// Somebody was erased at their wish.
async fn erase(here: &TestWorkspace, email: &str) {
    let id = here.contact(email, &[]).await;
    let engine = &here.engine;
    here.act(async |tx| audience::erase(engine, tx, id).await).await.unwrap();
}

#[tokio::test]
async fn consent_without_basis_or_wording_is_refused_before_anything() {
    let here = TestWorkspace::new().await;
    let id = crate::send(&here, "people.csv", b"email,newsletter\na@b.co,yes\n").await.unwrap();
    for (new, field) in [
        (json!({"columns": ["email", "consent.email"]}), "basis"),
        (json!({"columns": ["email", "consent.email"], "basis": "consent"}), "wording"),
        (json!({"columns": ["email"], "basis": "contract", "channels": ["sms"]}), "basis"),
    ] {
        let new = crate::mapping(new);
        let refused = here.act(async |tx| engine::imports::map(&here.engine, tx, id, &new).await).await.unwrap_err();
        match refused {
            engine::Error::Invalid(errors) => assert_eq!(errors.0[0].field, field),
            other => panic!("{other}"),
        }
    }
    assert_eq!(number(&here, "contact").await, 0);
}
