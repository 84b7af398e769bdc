//! A workspace in a database of its own, with makers of what tests need, one line each. Everything is made by the verbs
//! that the product uses, as its admin; the clock moves on a millisecond before each, so that ids are in order of time.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    access::{Role, Scope},
    account::NewWorkspace,
    campaign::{NewAudience, NewCampaign, NewContent, NewEmailContent},
    consent::NewConsent,
    contact::NewContact,
    id::{CampaignId, ContactId, KeyId, ListId, RunId, SenderId, TemplateId, TenantId, UserId},
    list::NewList,
    provider::{NewSender, Provider},
    stats::Figures,
    template::NewTemplate,
};

use super::{TestClock, TestDb};
use crate::{
    Engine, Result,
    accounts::{self, Actor, Who},
    audience, campaigns,
    clock::Clock,
    db::{Tx, new_id},
    dns::Dns,
    lists, providers,
    secrets::Keys,
    sending, templates,
};

/// A password that is long enough.
pub const PASSWORD: &str = "correct horse battery";

/// An engine on a database of its own, seen from one workspace.
#[derive(Clone)]
pub struct TestWorkspace {
    /// The engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: TestClock,
    /// Its database.
    pub database: TestDb,
    /// The workspace.
    pub tenant: TenantId,
}

impl TestWorkspace {
    /// A database with a workspace `Maple Row`.
    pub async fn new() -> Self {
        let (database, clock) = (TestDb::new().await, TestClock::default());
        let keys = Keys::from_secret("a secret for tests that is long enough").expect("keys");
        let mut engine = Engine::new(database.pools(), Arc::new(clock.clone()), keys, "https://carillon.example");
        // Nobody listens there: a test that wants the DNS brings its own.
        engine.dns = Dns::at(([127, 0, 0, 1], 1).into());
        Self::in_engine(engine, clock, database, "Maple Row").await
    }

    /// Another workspace in the same database.
    pub async fn neighbour(&self, name: &str) -> Self {
        Self::in_engine(self.engine.clone(), self.clock.clone(), self.database.clone(), name).await
    }

    async fn in_engine(engine: Engine, clock: TestClock, database: TestDb, name: &str) -> Self {
        let workspace = NewWorkspace {
            name: name.into(),
            time_zone: "America/New_York".into(),
            postal_address: "1 Maple Row, Springfield".into(),
            ..Default::default()
        };
        let tenant = accounts::create_workspace(&engine, &workspace).await.expect("a workspace");
        let here = Self { engine, clock, database, tenant };
        // Tests send to the same people again and again within a day.
        here.lift_caps().await;
        here
    }

    /// A user of the workspace with these roles.
    pub fn user(&self, roles: &[Role]) -> Actor {
        let id = UserId(new_id(self.engine.clock.now()));
        let who = Who::User { id, name: "Nora".into(), roles: roles.to_vec() };
        Actor { tenant: self.tenant, who, address: Some("192.0.2.1".into()) }
    }

    /// An API key of the workspace with these scopes.
    pub fn key(&self, scopes: &[Scope]) -> Actor {
        let id = KeyId(new_id(self.engine.clock.now()));
        let who = Who::Key { id, name: "shop".into(), scopes: scopes.to_vec() };
        Actor { tenant: self.tenant, who, address: Some("192.0.2.2".into()) }
    }

    /// Does something as an admin and makes it last.
    pub async fn act<T>(&self, verb: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.act_as(&self.user(&[Role::Admin]), verb).await
    }

    /// Does something as somebody and makes it last.
    pub async fn act_as<T>(&self, actor: &Actor, verb: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.clock.advance(TimeDelta::milliseconds(1));
        let mut tx = self.engine.begin(actor).await?;
        let done = verb(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// The sender `Nora <nora@maple.example>`.
    pub async fn sender(&self, provider: &Provider) -> SenderId {
        let new = NewSender {
            email: "nora@maple.example".into(),
            name: "Nora".into(),
            provider_id: provider.id.to_string(),
            ..Default::default()
        };
        self.act(async |tx| providers::create_sender(tx, &new).await).await.expect("a sender").id
    }

    /// An empty list.
    pub async fn list(&self, name: &str) -> ListId {
        let new = NewList { name: name.into(), ..Default::default() };
        self.act(async |tx| lists::create(tx, &new).await).await.expect("a list").id
    }

    /// A contact who agreed to e-mail, on these lists. The first name is what stands before the `@`.
    pub async fn contact(&self, email: &str, lists: &[ListId]) -> ContactId {
        let granted = NewConsent {
            channel: "email".into(),
            state: "granted".into(),
            source: "booking_form".into(),
            ..Default::default()
        };
        self.contact_with(NewContact { consents: vec![granted], ..contact(email, lists) }).await
    }

    /// A contact who never agreed to anything, on these lists.
    pub async fn contact_without_consent(&self, email: &str, lists: &[ListId]) -> ContactId {
        self.contact_with(contact(email, lists)).await
    }

    /// This contact.
    pub async fn contact_with(&self, new: NewContact) -> ContactId {
        self.act(async |tx| audience::create(&self.engine, tx, &new).await).await.expect("a contact")
    }

    /// Puts `count` people who agreed to e-mail on a list, quickly: `p1@crowd.example` and so on.
    pub async fn crowd(&self, list: ListId, count: i32) {
        const CROWD: &str = "
            with people as (
              insert into contact (tenant_id, id, email, email_key, first_name, last_name, business_name, custom,
                created_at, updated_at)
              select $1, gen_random_uuid(), address, address, 'Person ' || i, '', '', '{}', $4, $4
              from generate_series(1, $3) i, concat('p', i, '@crowd.example') address
              returning id
            ), willing as (
              insert into consent (tenant_id, contact_id, channel, purpose, state, since)
              select $1, id, 'email', 'marketing', 'granted', $4 from people
            ), members as (
              insert into list_member (tenant_id, list_id, contact_id, status, added_by, added_at)
              select $1, $2, id, 'active', 'import', $4 from people
            )
            update list set total = total + $3, active = active + $3 where tenant_id = $1 and id = $2";
        let crowd = sqlx::query(CROWD).bind(self.tenant.0).bind(list.0).bind(count).bind(self.clock.now());
        crowd.execute(self.engine.db.owner()).await.expect("a crowd");
    }

    /// A template.
    pub async fn template(&self, name: &str, subject: &str, html: &str) -> TemplateId {
        let new = NewTemplate {
            name: name.into(),
            channel: "email".into(),
            subject: subject.into(),
            html: html.into(),
            ..Default::default()
        };
        self.act(async |tx| templates::create(tx, &new).await).await.expect("a template").template.id
    }

    /// A draft to these lists, with a greeting by first name.
    pub async fn campaign(&self, name: &str, sender: SenderId, lists: &[ListId]) -> CampaignId {
        self.campaign_with(draft(name, sender, lists)).await
    }

    /// This draft.
    pub async fn campaign_with(&self, new: NewCampaign) -> CampaignId {
        self.act(async |tx| campaigns::create(tx, &new).await).await.expect("a draft").campaign.id
    }

    /// Starts a campaign.
    pub async fn start(&self, campaign: CampaignId) -> RunId {
        self.act(async |tx| campaigns::start(&self.engine, tx, campaign, None).await).await.expect("a start")
    }

    /// Works until nothing is left to do now.
    pub async fn work(&self) {
        sending::run_until_idle(&self.engine).await.expect("an idle worker");
    }

    /// A campaign's figures.
    pub async fn figures(&self, campaign: CampaignId) -> Figures {
        self.act(async |tx| campaigns::get(tx, campaign).await).await.expect("the campaign").campaign.figures
    }

    /// The word for a campaign's state that people read.
    pub async fn status(&self, campaign: CampaignId) -> String {
        self.act(async |tx| campaigns::get(tx, campaign).await).await.expect("the campaign").campaign.status_shown()
    }
}

fn contact(email: &str, lists: &[ListId]) -> NewContact {
    NewContact {
        email: email.into(),
        first_name: email.split('@').next().unwrap_or_default().into(),
        lists: lists.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

/// What a complete draft to these lists is made of.
pub fn draft(name: &str, sender: SenderId, lists: &[ListId]) -> NewCampaign {
    let mut email = NewEmailContent::default();
    email.text.subject = "News for {{first_name}}".into();
    email.text.html = "<p>Dear {{first_name}}, we are open.</p>".into();
    NewCampaign {
        name: name.into(),
        content: NewContent { email },
        sender_id: Some(sender.to_string()),
        audience: NewAudience {
            include: lists.iter().map(|list| list.to_string().into()).collect(),
            exclude: Vec::new(),
        },
        ..Default::default()
    }
}
