//! The demo workspace (DESIGN 8): made-up customers of three studios, campaigns of the last months with all that came of
//! them, one that is held, some that are to come. All of it is made in one transaction, or nothing is.
//!
//! The same each time but for the moment at which it is made, to which all times are relative. Nothing can leave: its one
//! account is the sandbox, and nobody can have the addresses.

mod audience;
mod campaigns;
mod history;
mod people;
mod places;
mod store;
mod story;
mod tally;
mod texts;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account::{NewSettings, NewUser, NewWorkspace},
    brand::NewBrand,
    custom_field::NewCustomField,
    demo::{EMAIL, SLUG},
    id::{ListId, SenderId, TenantId, UserId},
    list::NewList,
    provider::{NewProvider, NewSender},
};
use fastrand::Rng;
use serde_json::json;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::{
    Engine, Error, Result,
    accounts::{self, Actor, workspace},
    audience::create_field,
    db::{Db, Tx},
    lists, providers,
    secrets::fill_random,
};
use campaigns::Made;
use places::PLACES;

/// From which everything is drawn.
const SEED: u64 = 0x0ca2_1110;
/// How many people.
const PEOPLE: usize = 20_000;
/// How old the workspace is: so long ago everybody was brought here.
const AGE: TimeDelta = TimeDelta::days(132);

/// How to sign in to the demo.
pub struct SignIn {
    /// Whoever looks around.
    pub user: UserId,
    /// The workspace.
    pub tenant: TenantId,
    /// What they sign in with.
    pub email: String,
    /// It is known nowhere else.
    pub password: String,
}

/// Makes the demo workspace beside others. There is at most one.
pub async fn create(engine: &Engine) -> Result<SignIn> {
    let mut founding = engine.db.owner().begin().await?;
    if accounts::is_taken(&mut founding, SLUG).await? {
        let message = format!(
            "There is a workspace “{SLUG}” already. If you do not know its password: carillon user reset-link --email {EMAIL}"
        );
        return Err(Error::conflict("demo_exists", message));
    }
    make(engine, founding, None).await
}

/// First start: makes the demo workspace where there is none at all. Refused once there is a workspace.
pub async fn create_first(engine: &Engine, address: Option<String>) -> Result<SignIn> {
    let mut founding = engine.db.owner().begin().await?;
    accounts::refuse_second(&mut founding).await?;
    make(engine, founding, address).await
}

async fn make(
    engine: &Engine,
    mut founding: Transaction<'static, Postgres>,
    address: Option<String>,
) -> Result<SignIn> {
    let now = engine.clock.now();
    engine.db.make_partitions(now).await?;
    let password = password();
    let (user, actor) = found(&mut founding, &password, address, now - AGE).await?;
    let tenant = actor.tenant;
    let mut tx = Db::enter(founding, actor, now - AGE).await?;
    fill(engine, &mut tx, now).await?;
    tx.commit().await?;
    store::analyse(engine.db.owner()).await?;
    Ok(SignIn { user, tenant, email: EMAIL.into(), password })
}

/// Long enough that nobody guesses it.
fn password() -> String {
    let mut random = [0; 15];
    fill_random(&mut random);
    BASE64_URL_SAFE_NO_PAD.encode(random)
}

async fn found(
    conn: &mut PgConnection,
    password: &str,
    address: Option<String>,
    at: DateTime<Utc>,
) -> Result<(UserId, Actor)> {
    let workspace = NewWorkspace {
        name: "Maple Row Studios".into(),
        slug: SLUG.into(),
        time_zone: PLACES[0].time_zone.into(),
        postal_address: "1 Maple Row, Brooklyn, NY 11201".into(),
    };
    let admin = NewUser {
        email: EMAIL.into(),
        name: "Nora Whitfield".into(),
        password: password.into(),
        roles: vec!["admin".into()],
    };
    let (workspace, admin) = (workspace.parse()?, admin.parse()?);
    let hash = accounts::password_hash(password.into()).await?;
    accounts::found(conn, (&workspace, &admin, &hash), address, at).await
}

/// Everything that is in the workspace, each thing at its moment.
async fn fill(engine: &Engine, tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    let chance = &mut Rng::with_seed(SEED);
    settle_in(engine, tx).await?;
    let senders = senders(engine, tx).await?;
    let lists = lists(tx).await?;
    let people = people::people(chance, PEOPLE, (tx.now, now));
    audience::write(tx, chance, &people, &lists).await?;
    let made = Made::with_texts(tx, senders, lists).await?;
    tx.now = now;
    campaigns::past(engine, tx, chance, &made).await?;
    campaigns::held(engine, tx, chance, &made).await?;
    campaigns::future(tx, &made).await
}

/// The brand, and the fields that contacts have.
async fn settle_in(engine: &Engine, tx: &mut Tx) -> Result<()> {
    let brand = NewBrand {
        from_name: Some("Maple Row Studios".into()),
        from_email: Some(String::new()),
        reply_to: Some("hello@maplerow.example".into()),
        colour: Some("#7a2b78".into()),
    };
    workspace::change(engine, tx, &NewSettings { brand, ..Default::default() }).await?;
    for (key, label, kind) in [
        ("membership", "Membership", "text"),
        ("classes", "Classes taken", "number"),
        ("last_visit", "Last visit", "date"),
    ] {
        let field = NewCustomField { key: key.into(), label: label.into(), kind: kind.into() };
        create_field(tx, &field).await?;
    }
    Ok(())
}

/// The sandbox plays a provider's part, so that whatever is sent from here on has results, too; one sender a place.
async fn senders(engine: &Engine, tx: &mut Tx) -> Result<Vec<SenderId>> {
    let accounts = providers::list(tx).await?;
    let sandbox = accounts.first().ok_or(Error::NotFound)?.id;
    let config = json!({ "channel": "email", "kind": "sandbox", "name": "Sandbox", "config": {
        "latency_ms": 10, "retry_percent": 1, "bounce_percent": 1, "open_percent": 38, "click_percent": 20,
        "receipt_delay_ms": 4000 } });
    let change: NewProvider = serde_json::from_value(config).map_err(|error| Error::internal("the sandbox", error))?;
    providers::update(engine, tx, sandbox, &change).await?;
    let mut senders = Vec::new();
    for place in &PLACES {
        let sender = NewSender {
            email: format!("{}@maplerow.example", place.tag),
            name: format!("Maple Row {}", place.list),
            provider_id: sandbox.to_string(),
            ..Default::default()
        };
        senders.push(providers::create_sender(tx, &sender).await?.id);
        tx.now += TimeDelta::milliseconds(1);
    }
    Ok(senders)
}

/// One of each place, and one of those who have not been there for long.
async fn lists(tx: &mut Tx) -> Result<Vec<ListId>> {
    let mut made = Vec::new();
    let lapsed = ("Not seen for half a year", "Whom we would like to see again.");
    for (name, description) in PLACES.iter().map(|place| (place.list, place.about)).chain([lapsed]) {
        let new = NewList { name: name.into(), description: description.into(), kind: "static".into() };
        made.push(lists::create(tx, &new).await?.id);
        tx.now += TimeDelta::milliseconds(1);
    }
    Ok(made)
}
