//! What is there before Start is pressed: a workspace with an SMTP account, a sender, and a list of people who agreed.
//! Settings are made by the verbs of the product, people by a few statements, for they are not what is measured.

use domain::{
    account::NewWorkspace,
    campaign::{CampaignDetail, NewCampaign},
    id::{CampaignId, ListId, RunId, SenderId, TenantId},
    limits::NewLimits,
    list::NewList,
    provider::{NewConfig, NewProvider, NewSender},
};
use engine::{Engine, accounts, accounts::Actor, campaigns, db::Tx, limits, lists, providers, testing::draft};
use serde_json::json;
use sqlx::PgConnection;

use crate::{Options, Result, measure::now};

/// A port where nobody listens, for benchmarks that hand nothing over.
pub const NOWHERE: u16 = 9;

/// What a campaign needs.
pub struct Stage<'a> {
    engine: &'a Engine,
    /// The workspace.
    pub tenant: TenantId,
    list: ListId,
    sender: SenderId,
}

impl<'a> Stage<'a> {
    /// Makes it, with an account at a server on this port of loopback.
    pub async fn new(engine: &'a Engine, options: &Options, port: u16) -> Result<Self> {
        Self::with_quota(engine, options, port, None).await
    }

    /// The same with an account that allows no more than so many messages a second.
    pub async fn with_quota(engine: &'a Engine, options: &Options, port: u16, quota: Option<u32>) -> Result<Self> {
        let workspace = NewWorkspace {
            name: "Market hall".into(),
            time_zone: "America/New_York".into(),
            postal_address: "1 Maple Row, Springfield".into(),
            ..Default::default()
        };
        let tenant = accounts::create_workspace(engine, &workspace).await?;
        let mut tx = engine.begin(&Actor::command_line(tenant)).await?;
        let list = lists::create(&mut tx, &NewList { name: "Everybody".into(), ..Default::default() }).await?.id;
        // What is measured is the way through, and the same people are sent to again and again.
        limits::change(&mut tx, &none()?).await?;
        let sender = sender(engine, &mut tx, port, quota).await?;
        tx.commit().await?;
        println!("{} people", options.n);
        let mut connection = engine.db.owner().acquire().await?;
        people(&mut connection, tenant, list, options).await?;
        // So that what comes next does not pay for what was before.
        sqlx::query("checkpoint").execute(engine.db.owner()).await?;
        Ok(Self { engine, tenant, list, sender })
    }

    /// A campaign to everybody, ready to start.
    pub async fn campaign(&self) -> Result<CampaignId> {
        self.campaign_with(|_| {}).await
    }

    /// The same, changed before it is made.
    pub async fn campaign_with(&self, change: impl FnOnce(&mut NewCampaign)) -> Result<CampaignId> {
        let mut new = draft("Spring", self.sender, &[self.list]);
        new.content.email.text.subject = "Spring at the market hall, {{first_name}}".into();
        new.content.email.text.html = include_str!("letter.html").into();
        new.rate_per_second = 10_000.into();
        change(&mut new);
        let mut tx = self.begin().await?;
        let made = campaigns::create(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(made.campaign.id)
    }

    /// Presses Start and waits for the answer.
    pub async fn start(&self, campaign: CampaignId) -> Result<RunId> {
        let mut tx = self.begin().await?;
        let run = campaigns::start(self.engine, &mut tx, campaign, None).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Presses Pause and waits for the answer.
    pub async fn pause(&self, campaign: CampaignId) -> Result {
        let mut tx = self.begin().await?;
        campaigns::pause(&mut tx, campaign).await?;
        Ok(tx.commit().await?)
    }

    /// Presses Resume and waits for the answer.
    pub async fn resume(&self, campaign: CampaignId) -> Result {
        let mut tx = self.begin().await?;
        campaigns::resume(self.engine, &mut tx, campaign, None).await?;
        Ok(tx.commit().await?)
    }

    /// Stops a campaign for good.
    pub async fn cancel(&self, campaign: CampaignId) -> Result {
        let mut tx = self.begin().await?;
        campaigns::cancel(&mut tx, campaign).await?;
        Ok(tx.commit().await?)
    }

    /// How a campaign stands.
    pub async fn look(&self, campaign: CampaignId) -> Result<CampaignDetail> {
        Ok(campaigns::get(&mut self.begin().await?, campaign).await?)
    }

    /// Whether the worker is done with a run.
    pub async fn is_over(&self, run: RunId) -> Result<bool> {
        let over = sqlx::query_scalar("select finished_at is not null from run where tenant_id = $1 and id = $2");
        Ok(over.bind(self.tenant.0).bind(run.0).fetch_one(self.engine.db.owner()).await?)
    }

    async fn begin(&self) -> Result<Tx> {
        Ok(self.engine.begin(&Actor::command_line(self.tenant)).await?)
    }
}

/// No limits on e-mail.
fn none() -> Result<NewLimits> {
    let typed = json!({"channels": {"email": {"hourly": ""}}, "caps": {"day": "", "three_days": "", "week": ""}});
    Ok(serde_json::from_value(typed)?)
}

async fn sender(engine: &Engine, tx: &mut Tx, port: u16, quota: Option<u32>) -> Result<SenderId> {
    let (host, tls) = (Some("127.0.0.1".into()), Some("none".into()));
    let config = NewConfig { host, port: port.into(), tls, ..Default::default() };
    let (channel, kind, name) = ("email".into(), "smtp".into(), "Post office".into());
    let new = NewProvider { channel, kind, name, config, rate_per_second: json!(quota) };
    let provider = providers::create(engine, tx, &new).await?.id.to_string();
    let new = NewSender {
        email: "hall@market.example".into(),
        name: "Market hall".into(),
        provider_id: provider,
        ..Default::default()
    };
    Ok(providers::create_sender(tx, &new).await?.id)
}

/// Ids are UUIDv7 in order of time, 35 a millisecond, as an import leaves them.
const CONTACTS: &str = "
    insert into contact (tenant_id, id, email, email_key, first_name, last_name, business_name, custom, created_at,
      updated_at)
    select $1, (lpad(to_hex($4 + i / 35), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid,
      address, address, names[1 + i % 8], 'of ' || left(h, 6), '', '{}', $5, $5
    from generate_series(1, $2) i, md5(concat($3::text, ' ', i)) h, concat('p', i, '.', left(h, 4), '@crowd.example') address,
      (select array['Nora', 'Émile', 'Ada', 'Jo', 'Maximiliane', 'Luis', 'Zoë', 'Bartholomew'] as names) n";
const CONSENTS: &str = "
    insert into consent (tenant_id, contact_id, channel, purpose, state, since)
    select tenant_id, id, 'email', 'marketing', 'granted', created_at from contact where tenant_id = $1";
const MEMBERS: &str = "
    insert into list_member (tenant_id, list_id, contact_id, status, added_by, added_at)
    select tenant_id, $2, id, 'active', 'import', created_at from contact where tenant_id = $1";
const TOTALS: &str = "update list set total = $3, active = $3 where tenant_id = $1 and id = $2";

async fn people(connection: &mut PgConnection, tenant: TenantId, list: ListId, options: &Options) -> Result {
    let (seed, now) = (options.seed.to_string(), now());
    let oldest = now.timestamp_millis() - i64::from(options.n) / 35;
    // What is inserted refers to what is there; checking each row would take most of the time.
    sqlx::query("set session_replication_role = replica").execute(&mut *connection).await?;
    let contacts = sqlx::query(CONTACTS).bind(tenant.0).bind(options.n).bind(seed).bind(oldest).bind(now);
    contacts.execute(&mut *connection).await?;
    sqlx::query(CONSENTS).bind(tenant.0).execute(&mut *connection).await?;
    sqlx::query(MEMBERS).bind(tenant.0).bind(list.0).execute(&mut *connection).await?;
    sqlx::query(TOTALS).bind(tenant.0).bind(list.0).bind(i64::from(options.n)).execute(&mut *connection).await?;
    sqlx::query("reset session_replication_role").execute(&mut *connection).await?;
    // As autovacuum leaves them in time.
    sqlx::query("vacuum (analyze) contact, consent, list_member, list").execute(connection).await?;
    Ok(())
}
