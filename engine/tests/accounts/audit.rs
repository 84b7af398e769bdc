//! The audit log (SPEC 1.4): every change leaves an entry with who, what and from where, and nobody takes it away.

use domain::{
    access::{Role, Scope},
    account::{NewKey, NewUser},
    audit::{AuditQuery, Entry},
    campaign::NewCampaign,
    consent::NewConsent,
    list::NewMembers,
    page::PageQuery,
    template::NewTemplate,
};
use engine::{
    accounts::{Actor, audit, keys, users},
    audience, campaigns, lists, templates,
    testing::{PASSWORD, Sink, TestWorkspace},
};

async fn log(here: &TestWorkspace, action: &str) -> Vec<Entry> {
    let page = PageQuery { limit: Some(200), ..Default::default() };
    let query = AuditQuery { action: Some(action.into()), ..AuditQuery::all(page) };
    here.act(async |tx| audit::list(tx, &query).await).await.unwrap().data
}

/// What was done since the workspace was made, oldest first.
async fn actions(here: &TestWorkspace) -> Vec<String> {
    log(here, "").await.into_iter().rev().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn everything_that_is_made_leaves_an_entry() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    let ada = here.contact("ada@one.example", &[]).await;
    let template = here.template("Spring", "Hello", "<p>Hello</p>").await;
    let members = NewMembers { contact_ids: vec![ada.to_string()] };
    here.act(async |tx| lists::add_members(tx, list, &members).await).await.unwrap();
    here.act(async |tx| lists::remove_member(tx, list, ada).await).await.unwrap();
    let consent = NewConsent {
        channel: "email".into(),
        state: "withdrawn".into(),
        source: "manual".into(),
        ..Default::default()
    };
    here.act(async |tx| audience::record_consent(tx, ada, &consent).await).await.unwrap();
    let text = NewTemplate {
        name: "Spring".into(),
        channel: "email".into(),
        subject: "Hello again".into(),
        html: "<p>Hello</p>".into(),
        ..Default::default()
    };
    here.act(async |tx| templates::update(tx, template, &text).await).await.unwrap();
    here.campaign("Spring news", sender, &[list]).await;
    let want = [
        "workspace.created",
        "provider.created",
        "sender.created",
        "list.created",
        "contact.created",
        "template.created",
        "list.members_added",
        "list.member_removed",
        "consent.recorded",
        "template.saved",
        "campaign.created",
    ];
    assert_eq!(actions(&here).await, want);
}

#[tokio::test]
async fn everything_that_happens_to_a_campaign_leaves_an_entry() {
    let here = TestWorkspace::new().await;
    let sink = Sink::new().await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    let deleted = here.campaign_with(NewCampaign { name: "Never".into(), ..Default::default() }).await;
    here.act(async |tx| campaigns::delete(tx, deleted).await).await.unwrap();
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let change = engine::testing::draft("Spring news, new", sender, &[list]);
    here.act(async |tx| campaigns::update(tx, campaign, &change).await).await.unwrap();
    here.start(campaign).await;
    here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, None).await).await.unwrap();
    here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    let entries = log(&here, "campaign.").await;
    let did: Vec<_> = entries.iter().rev().map(|e| (e.action.as_str(), e.subject_name.as_str())).collect();
    let want = [
        ("campaign.created", "Never"),
        ("campaign.deleted", "Never"),
        ("campaign.created", "Spring news"),
        ("campaign.changed", "Spring news, new"),
        ("campaign.started", "Spring news, new"),
        ("campaign.paused", "Spring news, new"),
        ("campaign.resumed", "Spring news, new"),
        ("campaign.stopped", "Spring news, new"),
    ];
    assert_eq!(did, want);
}

#[tokio::test]
async fn everything_about_access_leaves_an_entry() {
    let here = TestWorkspace::new().await;
    let new = NewUser {
        email: "olga@maple.example".into(),
        password: PASSWORD.into(),
        roles: vec!["admin".into()],
        ..Default::default()
    };
    let olga = here.act(async |tx| users::create(&here.engine, tx, &new).await).await.unwrap();
    let paul = NewUser { email: "paul@maple.example".into(), ..new };
    here.act(async |tx| users::create(&here.engine, tx, &paul).await).await.unwrap();
    here.act(async |tx| users::set_roles(tx, olga, &["viewer".into()]).await).await.unwrap();
    engine::accounts::sign_in(&here.engine, "olga@maple.example", PASSWORD, Some("192.0.2.5".into())).await.unwrap();
    engine::accounts::change_password(&here.engine, olga, PASSWORD, "a wholly new password").await.unwrap();
    here.act(async |tx| users::remove(tx, olga).await).await.unwrap();
    let key = NewKey { name: "shop".into(), scopes: vec!["read".into()], ..Default::default() };
    let key = here.act(async |tx| keys::create(tx, &key).await).await.unwrap().key.id;
    for _ in 0..2 {
        here.act(async |tx| keys::revoke(tx, key).await).await.unwrap();
    }
    let mut want = vec!["workspace.created", "user.added", "user.added", "user.roles_changed", "user.signed_in"];
    want.extend(["user.password_changed", "user.removed", "api_key.created", "api_key.revoked"]);
    let mut did = actions(&here).await;
    did.sort();
    want.sort_unstable();
    assert_eq!(did, want);
    let changed = &log(&here, "user.roles").await[0];
    assert_eq!(changed.detail, serde_json::json!({ "before": ["admin"], "after": ["viewer"] }));
    let signed_in = &log(&here, "user.signed_in").await[0];
    assert_eq!((signed_in.actor.as_str(), signed_in.address.as_deref()), ("olga", Some("192.0.2.5")));
}

#[tokio::test]
async fn an_entry_says_who_did_it_and_from_where() {
    let here = TestWorkspace::new().await;
    let new = |name: &str| domain::list::NewList { name: name.into(), ..Default::default() };
    for (actor, name, address) in [
        (here.user(&[Role::Marketer]), "Nora", Some("192.0.2.1")),
        (here.key(&[Scope::Send]), "API key shop", Some("192.0.2.2")),
        (Actor::command_line(here.tenant), "Command line", None),
    ] {
        here.act_as(&actor, async |tx| lists::create(tx, &new(name)).await).await.unwrap();
        let entry = log(&here, "list.created").await.into_iter().next().unwrap();
        assert_eq!((entry.actor.as_str(), entry.address.as_deref()), (name, address));
        assert_eq!((entry.subject_kind.as_str(), entry.subject_name.as_str()), ("list", name));
    }
}

#[tokio::test]
async fn what_fails_leaves_nothing() {
    let here = TestWorkspace::new().await;
    here.list("Customers").await;
    let new = domain::list::NewList { name: "CUSTOMERS".into(), ..Default::default() };
    here.act(async |tx| lists::create(tx, &new).await).await.unwrap_err();
    assert_eq!(actions(&here).await, ["workspace.created", "list.created"]);
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_entries() {
    let here = TestWorkspace::new().await;
    for statement in ["update audit_entry set actor_name = 'Nobody'", "delete from audit_entry", "truncate audit_entry"]
    {
        let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn the_log_comes_in_pages_newest_first() {
    let here = TestWorkspace::new().await;
    for i in 0..5 {
        here.list(&format!("List {i}")).await;
    }
    let page = PageQuery { limit: Some(2), ..Default::default() };
    let mut query = AuditQuery { action: Some("list.".into()), ..AuditQuery::all(page) };
    let mut names = Vec::new();
    loop {
        let page = here.act(async |tx| audit::list(tx, &query).await).await.unwrap();
        names.extend(page.data.into_iter().map(|entry| entry.subject_name));
        query.page.cursor = page.next_cursor;
        if query.page.cursor.is_none() {
            break;
        }
    }
    assert_eq!(names, ["List 4", "List 3", "List 2", "List 1", "List 0"]);
}
