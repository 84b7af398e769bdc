//! Hot look-ups stay quick in a large workspace, as the role that row-level security binds (DESIGN 3): the verbs
//! themselves are run among many rows, and PostgreSQL's own counters tell what they read. A sequential scan of a large
//! table fails, and so does an index scan that goes through it.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use domain::{
    account::NewKey,
    audit::AuditQuery,
    campaign::ReachQuery,
    contact::{ContactQuery, NewContact},
    id::{CampaignId, ContactId, ListId, SenderId},
    message::Recipient,
    page::PageQuery,
    report::NewPeopleList,
    suppression::Filter,
};
use engine::{
    Engine,
    accounts::{audit, keys, sessions},
    audience, campaigns,
    clock::Clock,
    lists, receipts, reports, sending, suppressions,
    testing::{Sink, TestWorkspace},
    tracking,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const PEOPLE: i32 = 20_000;
/// More than any look-up needs of a table: pages have up to 200 rows.
const MOST_ROWS: i64 = 1_000;
/// The tables that are filled.
const LARGE: &[&str] = &[
    "api_key",
    "audit_entry",
    "chunk",
    "consent",
    "consent_entry",
    "contact",
    "list_member",
    "message_other",
    "receipt_queue",
    "receipt_raw_other",
    "session",
    "suppression",
];

/// A workspace with many people who got a campaign, and a neighbour as large.
struct Large {
    here: TestWorkspace,
    sink: Sink,
    sender: SenderId,
    list: ListId,
    campaign: CampaignId,
    contact: ContactId,
}

async fn large() -> Large {
    let sink = Sink::new().await;
    let here = TestWorkspace::new().await;
    let (sender, list, campaign) = fill(&here, &sink).await;
    fill(&here.neighbour("Oak Lane").await, &sink).await;
    let owner = here.engine.db.owner();
    let reports = "with kept as (
                     insert into receipt_raw (id, source, body, received_at)
                     select gen_random_uuid(), 'sandbox', '', now() from generate_series(1, 20000) returning id
                   ) insert into receipt_queue (id) select id from kept where id > 'f0000000-0000-0000-0000-000000000000'";
    sqlx::query(reports).execute(owner).await.unwrap();
    sqlx::raw_sql("analyze").execute(owner).await.unwrap();
    let contact =
        sqlx::query_scalar("select id from contact where tenant_id = $1 and email_key = 'p777@crowd.example'");
    let contact = ContactId(contact.bind(here.tenant.0).fetch_one(owner).await.unwrap());
    Large { here, sink, sender, list, campaign, contact }
}

async fn fill(here: &TestWorkspace, sink: &Sink) -> (SenderId, ListId, CampaignId) {
    let sender = here.sender(&here.provider(sink).await).await;
    let list = here.list("Everybody").await;
    here.crowd(list, PEOPLE).await;
    let campaign = here.campaign("Last year", sender, &[list]).await;
    let run = here.start(campaign).await;
    // Sent long ago, as far as the tables show. A chunk of one message each, so that there are many.
    let sent = "
        with people as (
          select contact.*, row_number() over (order by id) as n from contact where tenant_id = $1
        ), sent as (
          insert into message (tenant_id, run_id, n, contact_id, channel, address, state, at)
          select $1, $2, n, id, 'email', email, 'accepted', created_at from people
        ), done as (
          insert into chunk (tenant_id, run_id, first, last, noted, settled, done) select $1, $2, n, n, n, n, true
          from people
        ), granted as (
          insert into consent_entry (tenant_id, id, contact_id, channel, purpose, state, at, source, evidence)
          select $1, id, id, 'email', 'marketing', 'granted', created_at, 'import', '' from people
        ), suppressed as (
          insert into suppression (tenant_id, channel, address_key, reason, source, at)
          select $1, 'email', 'old-' || email, 'manual', '', created_at from people
        ), logged as (
          insert into audit_entry (tenant_id, id, at, actor_name, action, subject_kind, subject_id, subject_name, detail,
            noun)
          select $1, id, created_at, '', 'contact.created', 'contact', id, '', '{}', 'contact' from people
        ), keys as (
          insert into api_key (tenant_id, id, name, prefix, key_hash, scopes, created_at)
          select $1, id, 'key', '', sha256(id::text::bytea), '{read}', created_at from people
        ), sessions as (
          insert into session (id_hash, data, expires_at) select sha256(id::text::bytea), '{}', created_at from people
        ), counted as (
          insert into run_counter (tenant_id, run_id, kind, count)
          select $1, $2, kind, count(*) from people, unnest('{audience,accepted}'::text[]) kind group by kind
        ), ended as (
          update run set status = 'completed', planned = true, next_n = (select count(*) + 1 from people), finished_at = created_at
          where tenant_id = $1 and id = $2
        )
        update campaign set status = 'completed', finished_at = created_at where tenant_id = $1 and run_id = $2";
    sqlx::query(sent).bind(here.tenant.0).bind(run.0).execute(here.engine.db.owner()).await.expect("rows");
    (sender, list, campaign)
}

/// What was read of a large table: sequential scans, rows.
type Read = (String, i64, i64);

/// What the action reads of the large tables. The counters are complete when its connections have ended.
async fn reads(large: &Large, action: impl AsyncFnOnce(&TestWorkspace)) -> Vec<Read> {
    let before = counters(&large.here).await;
    let keys = large.here.engine.keys.clone();
    let pools = large.here.database.pools();
    let engine = Engine::new(pools, large.here.engine.clock.clone(), keys, &large.here.engine.public_url);
    let fresh = TestWorkspace { engine, ..large.here.clone() };
    action(&fresh).await;
    fresh.engine.db.close().await;
    let after = counters(&large.here).await;
    let read = after.into_iter().zip(before);
    read.map(|((table, scans, rows), (_, scans_before, rows_before))| (table, scans - scans_before, rows - rows_before))
        .collect()
}

async fn counters(here: &TestWorkspace) -> Vec<Read> {
    let mut alone = PgConnection::connect_with(&here.database.options()).await.unwrap();
    let others = "select count(*) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut alone).await.unwrap() > 0 {}
    let counters = "select relname::text, seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables
                    where relname = any($1) order by relname";
    let counters: Vec<Read> = sqlx::query_as(counters).bind(LARGE).fetch_all(&mut alone).await.unwrap();
    assert_eq!(counters.len(), LARGE.len());
    alone.close().await.unwrap();
    counters
}

async fn assert_quick(large: &Large, what: &str, action: impl AsyncFnOnce(&TestWorkspace)) {
    for (table, scans, rows) in reads(large, action).await {
        assert_eq!(scans, 0, "{what}: {table} is scanned");
        assert!(rows <= MOST_ROWS, "{what}: {rows} rows of {table} are read");
    }
}

#[tokio::test]
async fn look_ups_and_pages_read_what_they_show() {
    let large = large().await;
    let draft = large.here.campaign("Next", large.sender, &[large.list]).await;
    large.here.limits_of_a_new_workspace().await;
    large.here.engine.db.close().await;
    let (list, campaign, contact) = (large.list, large.campaign, large.contact);
    let deep = PageQuery { cursor: Some(contact.to_string()), limit: Some(200), ..Default::default() };
    let deep_n = PageQuery { cursor: Some("15000".into()), limit: Some(200), ..Default::default() };
    let first = PageQuery::default();

    let get = async |here: &TestWorkspace| {
        let found = here.act(async |tx| audience::get(tx, contact).await).await.unwrap();
        assert_eq!((found.consents.len(), found.lists.len(), found.messages.len()), (1, 1, 1));
    };
    assert_quick(&large, "a contact", get).await;
    let page = async |here: &TestWorkspace| {
        assert!(!here.act(async |tx| audience::list(tx, &deep).await).await.unwrap().data.is_empty());
    };
    assert_quick(&large, "contacts", page).await;
    let history = async |here: &TestWorkspace| {
        let events = here.act(async |tx| audience::events(tx, contact, &PageQuery::default()).await).await.unwrap();
        assert_eq!(events.data.len(), 1);
        here.act(async |tx| audience::upcoming(tx, contact).await).await.unwrap();
    };
    assert_quick(&large, "a contact's history", history).await;
    for (text, count) in [("p777@", 1), ("person 7777", 1), ("person 777", 11)] {
        let search = PageQuery { search: Some(text.into()), ..Default::default() };
        let search = async |here: &TestWorkspace| {
            let filter = ContactQuery::from(&search);
            let found = here.act(async |tx| audience::find(tx, &filter).await).await.unwrap();
            assert_eq!(found.data.len(), count, "{text}");
        };
        assert_quick(&large, text, search).await;
    }
    let taken = async |here: &TestWorkspace| {
        let new = NewContact { email: "P777@crowd.example".into(), ..Default::default() };
        here.act(async |tx| audience::create(&here.engine, tx, &new).await).await.unwrap_err();
    };
    assert_quick(&large, "an address that is taken", taken).await;
    let members = async |here: &TestWorkspace| {
        assert!(!here.act(async |tx| lists::members(tx, list, &deep).await).await.unwrap().data.is_empty());
    };
    assert_quick(&large, "members of a list", members).await;
    let found = async |here: &TestWorkspace| {
        let search = PageQuery { status: Some("bounced".into()), limit: Some(200), ..Default::default() };
        assert!(here.act(async |tx| lists::members(tx, list, &search).await).await.unwrap().data.is_empty());
        let detail = here.act(async |tx| lists::get(tx, list).await).await.unwrap();
        assert_eq!(detail.total, i64::from(PEOPLE));
    };
    assert_quick(&large, "members who bounced", found).await;
    let suppressed = async |here: &TestWorkspace| {
        for (channel, reason, search, some) in [
            ("", "", "", true),
            ("email", "", "old-p777", true),
            ("", "stop", "", false),
            ("sms", "manual", "+1", false),
        ] {
            let filter = Filter::parse(channel, reason, search).unwrap();
            let page = here.act(async |tx| suppressions::list(tx, &filter, &first).await).await.unwrap();
            assert_eq!(!page.data.is_empty(), some, "{channel} {reason} {search}");
        }
    };
    assert_quick(&large, "suppressions", suppressed).await;
    let recipients = async |here: &TestWorkspace| {
        let page = here.act(async |tx| reports::recipients(tx, campaign, &deep_n).await).await.unwrap();
        assert_eq!(page.data.len(), 200);
    };
    assert_quick(&large, "recipients", recipients).await;
    let reached = async |here: &TestWorkspace| {
        for cursor in [None, Some(contact.to_string())] {
            let page = PageQuery { cursor, limit: Some(200), ..Default::default() };
            let query = ReachQuery { page, ..Default::default() };
            let page = here.act(async |tx| campaigns::people(tx, draft, &query).await).await.unwrap();
            assert_eq!(page.data.len(), 200);
        }
    };
    assert_quick(&large, "whom a draft would reach", reached).await;
    let doubts = async |here: &TestWorkspace| {
        let all = here.act(async |tx| sending::doubt::campaigns(tx, &first).await).await.unwrap();
        assert!(all.data.is_empty());
        assert!(here.act(async |tx| sending::doubt::list(tx, campaign, &first).await).await.unwrap().data.is_empty());
    };
    assert_quick(&large, "messages in doubt", doubts).await;
    let progress = async |here: &TestWorkspace| {
        let progress = here.act(async |tx| reports::progress(&here.engine, tx, campaign).await).await.unwrap();
        assert_eq!(progress.latest.len(), 4, "a chunk here has one message");
    };
    assert_quick(&large, "a campaign's progress", progress).await;
    let refused = async |here: &TestWorkspace| {
        let all = PageQuery::default();
        let told =
            async |tx: &mut engine::db::Tx| reports::recipients_told(tx, campaign, &all, Some("550 5.1.1")).await;
        assert!(here.act(told).await.unwrap().data.is_empty());
    };
    assert_quick(&large, "who was told the same", refused).await;
    let overview = async |here: &TestWorkspace| {
        let page = here.act(async |tx| campaigns::list(tx, &first).await).await.unwrap();
        assert_eq!(page.data[1].figures.sent, i64::from(PEOPLE), "below the draft");
    };
    assert_quick(&large, "campaigns", overview).await;
    let subject = contact.to_string();
    let actor = "01990000-0000-7000-8000-000000000007".to_owned();
    let home = async |here: &TestWorkspace| {
        let home = here.act(async |tx| engine::home::get(&here.engine, tx).await).await.unwrap();
        assert_eq!(home.results[0].campaign.figures.sent, i64::from(PEOPLE));
    };
    assert_quick(&large, "Home", home).await;
    let audits = [
        AuditQuery::default(),
        AuditQuery { subject: Some(subject), ..Default::default() },
        AuditQuery { actor: Some(actor), ..Default::default() },
        AuditQuery { action: Some("list.".into()), ..Default::default() },
        AuditQuery { from: Some("2199-01-01".into()), ..Default::default() },
    ];
    for query in &audits {
        let log = async |here: &TestWorkspace| {
            here.act(async |tx| audit::list(tx, query).await).await.unwrap();
        };
        assert_quick(&large, &format!("the audit log: {query:?}"), log).await;
    }
    let session = async |here: &TestWorkspace| {
        assert!(sessions::load(&here.engine, &[7; 32]).await.unwrap().is_none());
    };
    assert_quick(&large, "a session", session).await;
    let key = async |here: &TestWorkspace| {
        let new = NewKey { name: "shop".into(), scopes: vec!["read".into()], ..Default::default() };
        let fresh = here.act(async |tx| keys::create(tx, &new).await).await.unwrap();
        keys::authenticate(&here.engine, &fresh.secret, None).await.unwrap();
    };
    assert_quick(&large, "an API key", key).await;
}

#[tokio::test]
async fn who_did_something_is_found_without_reading_everybody() {
    let large = large().await;
    let owner = large.here.engine.db.owner();
    let engaged = "insert into engagement (tenant_id, run_id, n, opened_at, clicked_at, machine_opened_at, unsubscribed_at)
                   select tenant_id, run_id, n, case when n <= 19000 then now() end, case when n = 18990 then now() end, now(),
                     case when n = 19010 then now() end
                   from message where n between 18981 and 19020";
    sqlx::query(engaged).execute(owner).await.unwrap();
    sqlx::raw_sql("analyze engagement").execute(owner).await.unwrap();
    large.here.engine.db.close().await;
    for (status, count) in [("opened", 20), ("clicked", 1), ("machine_only", 20), ("unsubscribed", 1)] {
        let found = async |here: &TestWorkspace| {
            let query = PageQuery { status: Some(status.into()), limit: Some(200), ..Default::default() };
            let page = here.act(async |tx| reports::recipients(tx, large.campaign, &query).await).await.unwrap();
            assert_eq!(page.data.len(), count, "{status}");
        };
        assert_quick(&large, status, found).await;
        let list = async |here: &TestWorkspace| {
            let new = NewPeopleList { name: status.into(), status: status.into(), ..Default::default() };
            let (list, is_whole) =
                here.act(async |tx| reports::make_list(tx, large.campaign, &new).await).await.unwrap();
            assert!(list.total == count as i64 && is_whole, "{status}");
        };
        assert_quick(&large, &format!("a list: {status}"), list).await;
    }
}

#[tokio::test]
async fn a_report_reads_the_messages_that_it_is_about() {
    let large = large().await;
    large.here.engine.db.close().await;
    let report = async |here: &TestWorkspace| {
        let few = PageQuery { cursor: Some("15000".into()), limit: Some(7), ..Default::default() };
        let people = here.act(async |tx| reports::recipients(tx, large.campaign, &few).await).await.unwrap().data;
        let at = here.clock.now();
        let opened = |one: &Recipient| json!({ "message": one.id, "id": "a", "at": at, "kind": "opened" });
        let bounced =
            |one: &Recipient| json!({ "message": one.id, "id": "b", "at": at, "kind": "bounced", "hard": false });
        let complained = |one: &Recipient| json!({ "message": one.id, "id": "c", "at": at, "kind": "complained" });
        let lines: Vec<_> = people.iter().flat_map(|one| [opened(one), bounced(one), complained(one)]).collect();
        let body = json!({ "tenant": here.tenant, "receipts": lines }).to_string();
        receipts::keep(&here.engine, "sandbox", body.as_bytes()).await.unwrap();
        assert!(!receipts::apply_some(&here.engine).await.unwrap());
        assert_eq!(here.figures(large.campaign).await.opened, 7);
    };
    assert_quick(&large, "a report", report).await;
}

#[tokio::test]
async fn a_report_about_a_run_without_statistics_reads_the_messages_that_it_is_about() {
    // As while a large campaign goes out: PostgreSQL has not looked at its messages yet, and thinks that there is one.
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    for table in ["message_other", "event_other"] {
        let off = AssertSqlSafe(format!("alter table {table} set (autovacuum_enabled = off)"));
        sqlx::query(off).execute(here.engine.db.owner()).await.unwrap();
    }
    let reports = "with kept as (
                     insert into receipt_raw (id, source, body, received_at)
                     select gen_random_uuid(), 'sandbox', '', now() from generate_series(1, 20000) returning id
                   ) insert into receipt_queue (id) select id from kept where id > 'f0000000-0000-0000-0000-000000000000'";
    sqlx::query(reports).execute(here.engine.db.owner()).await.unwrap();
    sqlx::raw_sql("analyze receipt_raw, receipt_queue").execute(here.engine.db.owner()).await.unwrap();
    let (sender, list, campaign) = fill(&here, &sink).await;
    here.engine.db.close().await;
    let contact = ContactId("0190a1b2-0000-7000-8000-000000000001".parse().unwrap());
    let large = Large { here, sink, sender, list, campaign, contact };
    let report = async |here: &TestWorkspace| {
        let run = here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap().campaign.run_id.unwrap();
        let at = here.clock.now();
        let lines = |n: i32, kind: &str| json!({ "message": sending::public_id(run, n), "id": kind, "at": at, "kind": kind, "hard": false });
        let ns = [3, 4_000, 9_999, 15_001, 19_999, 30_000];
        let lines: Vec<_> =
            ns.iter().flat_map(|n| ["delivered", "opened", "bounced"].map(|kind| lines(*n, kind))).collect();
        let body = json!({ "tenant": here.tenant, "receipts": lines }).to_string();
        receipts::keep(&here.engine, "sandbox", body.as_bytes()).await.unwrap();
        assert!(!receipts::apply_some(&here.engine).await.unwrap());
        assert_eq!(here.figures(campaign).await.opened, 5);
    };
    assert_quick(&large, "a report about a new run", report).await;
}

#[tokio::test]
async fn a_small_run_reads_little_of_a_large_ledger() {
    let large = large().await;
    let here = &large.here;
    let few = here.list("A few").await;
    for name in ["ada", "ben"] {
        here.contact(&format!("{name}@one.example"), &[few]).await;
    }
    let campaign = here.campaign("To a few", large.sender, &[few]).await;
    // With caps it is also asked what they have had.
    here.limit(json!({"caps": {"day": 2, "week": 9}})).await;
    here.engine.db.close().await;
    let send = async |here: &TestWorkspace| {
        here.start(campaign).await;
        sending::run_until_idle(&here.engine).await.unwrap();
    };
    assert_quick(&large, "a run", send).await;
    assert_eq!(large.sink.recipients(), ["ada@one.example", "ben@one.example"]);
    let link = large.sink.mails()[0].header("List-Unsubscribe").unwrap();
    let token = link.trim_matches(['<', '>']).rsplit('/').next().unwrap().to_owned();
    let leave = async |here: &TestWorkspace| tracking::unsubscribe(&here.engine, &token, None).await.unwrap();
    assert_quick(&large, "an unsubscription", leave).await;
    let picture =
        large.sink.mails()[0].text().split("/track/open/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let open = async |here: &TestWorkspace| {
        tracking::opened(&here.engine, &picture, &tracking::Visitor::default());
        tracking::write_all(&here.engine).await.unwrap();
    };
    assert_quick(&large, "an opening", open).await;
}

#[tokio::test]
async fn a_small_import_reads_little_of_many_people() {
    let large = large().await;
    large.here.engine.db.close().await;
    let import = async |here: &TestWorkspace| {
        let id = here.imported("few.csv", "email,city\np777@crowd.example,Rome\nnew@one.example,\n").await;
        let done = here.act(async |tx| engine::imports::progress(tx, id).await).await.unwrap();
        assert_eq!((done.counts.created, done.counts.updated), (1, 1), "{:?}", done.fault);
    };
    assert_quick(&large, "an import", import).await;
}

/// Look-ups that are parts of larger statements, or that others will build on.
const ALONE: &[(&str, &str)] = &[
    ("a contact by address", "select id from contact where email_key = 'p777@crowd.example'"),
    ("addresses that begin so", "select id from contact where email_key >= 'p777' and email_key < 'p777\u{10ffff}'"),
    ("a suppression", "select reason from suppression where channel = 'email' and address_key = 'p777@crowd.example'"),
    (
        "consent of some people",
        "select state from consent where contact_id in (select id from contact limit 50)
       and channel = 'email' and purpose = 'marketing'",
    ),
    (
        "who has consent in force on a channel",
        "select contact_id from consent where channel = 'email' and purpose = 'marketing' and state = 'granted'
         and contact_id > '0190a1b2-0000-7000-8000-000000000001' order by contact_id limit 50",
    ),
    (
        "suppressions for a reason",
        "select address_key from suppression where channel = 'email' and reason = 'stop' and address_key > 'old-p7'
         order by address_key limit 50",
    ),
    (
        "members who are not active any more",
        "select contact_id from list_member where list_id = (select id from list limit 1) and status = 'bounced'
         and contact_id > '0190a1b2-0000-7000-8000-000000000001' order by contact_id limit 50",
    ),
    (
        "messages of a run that are due",
        "select n from message where run_id = '0190a1b2-0000-7000-8000-000000000001' and due_at <= now()
         and state = 'planned' order by due_at limit 50",
    ),
    (
        "messages in doubt",
        "select n from message where run_id = '0190a1b2-0000-7000-8000-000000000001' and reason = 'no_answer'
         and state = 'in_doubt' and n > 7 order by n limit 50",
    ),
    (
        "reports that wait",
        "select id from receipt_queue where id < '01900000-0000-7000-8000-000000000000'
         order by id limit 500 for update skip locked",
    ),
    ("the owner of a key", "select id from api_key_owner('\\x00', now())"),
    (
        "what came through an account",
        "select id from receipt_raw where provider_id = '0190a1b2-0000-7000-8000-000000000001'
         and workspace_id = '0190a1b2-0000-7000-8000-000000000002' order by id desc limit 50",
    ),
];

#[tokio::test]
async fn parts_of_statements_use_an_index() {
    let large = large().await;
    for (what, statement) in ALONE {
        let mut tx = large.here.engine.db.begin_for(large.here.tenant).await.unwrap();
        let explain = AssertSqlSafe(format!("explain {statement}"));
        let plan: Vec<String> = sqlx::query_scalar(explain).fetch_all(&mut *tx).await.unwrap();
        let plan = plan.join("\n");
        let scans = plan.matches("Seq Scan").count();
        // Some people and a list come from anywhere.
        let anywhere = ["from contact limit", "from list limit"].iter().any(|some| statement.contains(some));
        assert!(scans <= usize::from(anywhere), "{what}:\n{plan}");
    }
}
