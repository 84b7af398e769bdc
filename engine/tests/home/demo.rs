//! The demo workspace: every number in it is what the tables say, by questions of this file's own; nothing of it can
//! leave; and there is one at most.

use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    campaign::CampaignStatus,
    home::{Concern, Home},
    tracking::{Act, Before, Hit, agent, judge},
};
use engine::{
    Error, demo, home,
    testing::{TestWorkspace, assert_ledger_is_sound},
};
use serde_json::Value;
use sqlx::AssertSqlSafe;

/// What must give no row, each with what it would mean.
const FAULTS: &[(&str, &str)] = &[
    (
        "an hour counts something else than its events",
        "select count(*) from (
           select run_id, kind, date_trunc('hour', at, 'UTC') as hour, count(*) from event
           where kind in ('opened', 'clicked', 'machine_opened', 'machine_clicked') group by 1, 2, 3
         ) e full join run_hour h using (run_id, kind, hour) where e.count is distinct from h.count",
    ),
    (
        "a counter of links, places, devices or machines is wrong",
        "with told as (
           select run_id, case kind when 'clicked' then 'link_clicks' else 'link_machines' end as kind, detail ->> 'link' as code,
             count(*) from event where kind in ('clicked', 'machine_clicked') group by 1, 2, 3
           union all
           select run_id, 'link_people', detail ->> 'link', count(distinct n) from event where kind = 'clicked' group by 1, 3
           union all
           select run_id, 'opened_in', place, count(*) from engagement where opened_at is not null group by 1, 3
           union all
           select run_id, 'clicked_in', place, count(*) from engagement where clicked_at is not null group by 1, 3
           union all
           select run_id, 'device', '', count(*) from event where kind in ('opened', 'clicked') group by 1
           union all
           select run_id, kind, '', count(distinct n) from event
           where kind in ('machine_opened', 'machine_clicked', 'unsubscribed') group by 1, 2
         ), kept as (
           select run_id, kind, case kind when 'device' then '' else code end as code, sum(count) as count from run_counter
           where kind in ('link_clicks', 'link_machines', 'link_people', 'opened_in', 'clicked_in', 'device', 'machine_opened',
             'machine_clicked', 'unsubscribed') group by 1, 2, 3
         )
         select count(*) from told full join kept using (run_id, kind, code) where told.count is distinct from kept.count",
    ),
    (
        "a message's engagement is not that of its events",
        "select count(*) from (
           select run_id, n, min(at) filter (where kind = 'opened') as opened, min(at) filter (where kind = 'clicked') as clicked,
             min(at) filter (where kind = 'machine_opened') as machine_opened,
             min(at) filter (where kind = 'machine_clicked') as machine_clicked,
             min(at) filter (where kind = 'unsubscribed') as unsubscribed
           from event group by 1, 2
         ) e full join engagement g using (run_id, n)
         where (e.opened, e.clicked, e.machine_opened, e.machine_clicked, e.unsubscribed)
           is distinct from (g.opened_at, g.clicked_at, g.machine_opened_at, g.machine_clicked_at, g.unsubscribed_at)",
    ),
    (
        "somebody is counted for an event that is not theirs",
        "select count(*) from engagement g
         where opened_by is not null and not exists (select from event e
             where e.tenant_id = g.tenant_id and e.run_id = g.run_id and e.n = g.n and e.id = g.opened_by and e.at = g.opened_at)
           or clicked_by is not null and not exists (select from event e
             where e.tenant_id = g.tenant_id and e.run_id = g.run_id and e.n = g.n and e.id = g.clicked_by and e.at = g.clicked_at)",
    ),
    (
        "a message's state is not what was reported of it",
        "select count(*) from message m left join lateral (
           select bool_or(kind = 'delivered') as delivered, bool_or(kind = 'bounced') as bounced,
             bool_or(kind = 'complained') as complained, min(at) as first
           from event e where e.tenant_id = m.tenant_id and e.run_id = m.run_id and e.n = m.n
         ) e on true
         where (m.state in ('delivered', 'complained')) is distinct from coalesce(e.delivered, false)
           or (m.state = 'bounced') is distinct from coalesce(e.bounced, false)
           or (m.state = 'complained') is distinct from coalesce(e.complained, false)
           or e.first < m.accepted_at or (e.first is not null and m.accepted_at is null)
           or (m.accepted_at is null) = (m.state in ('accepted', 'delivered', 'bounced', 'complained'))",
    ),
    (
        "a list counts something else than its members",
        "select count(*) from list l cross join lateral (
           select count(*) as total, count(*) filter (where status = 'active') as active,
             count(*) filter (where status = 'bounced') as bounced, count(*) filter (where status = 'unsubscribed') as left_it
           from list_member m where m.list_id = l.id
         ) m where (l.total, l.active, l.bounced, l.unsubscribed) is distinct from (m.total, m.active, m.bounced, m.left_it)",
    ),
    (
        "a consent in force is not what was said last",
        "select count(*) from consent c where (c.state, c.since) is distinct from (
           select e.state, e.at from consent_entry e where e.contact_id = c.contact_id and e.channel = c.channel
           order by e.at desc, e.state = 'withdrawn' desc limit 1)",
    ),
    (
        "somebody was sent to without consent",
        "select count(*) from message m where m.accepted_at is not null and (
           select e.state from consent_entry e where e.contact_id = m.contact_id and e.channel = 'email' and e.at <= m.accepted_at
           order by e.at desc limit 1) is distinct from 'granted'",
    ),
    (
        "an address that bounced for good, or complained, is not suppressed",
        "select count(*) from event e join message m on m.run_id = e.run_id and m.n = e.n
         where (e.kind = 'complained' or e.kind = 'bounced' and (e.detail -> 'hard')::boolean)
           and not exists (select from suppression s where s.address_key = lower(m.address))",
    ),
    (
        "a chunk is not as its messages are",
        "select count(*) from chunk k join message m on m.run_id = k.run_id and m.n between k.first and k.last
         where (m.state = 'planned') = (m.n <= k.settled) and m.state <> 'skipped' or k.done <> (k.settled = k.last)",
    ),
    ("something happens in the future", "select count(*) from event where at > $1"),
    (
        "somebody can be reached",
        "select count(*) from contact where email !~ '@(example\\.(com|org|net)|mailbox\\.test)$'
           or phone_key is not null and phone_key !~ '^\\+1[0-9]{3}55501[0-9]{2}$'",
    ),
    ("something could leave", "select count(*) from provider where kind <> 'sandbox'"),
];

async fn count(here: &TestWorkspace, question: &str) -> i64 {
    let mut asked = sqlx::query_scalar(AssertSqlSafe(question));
    if question.contains("$1") {
        asked = asked.bind(here.engine.clock.now());
    }
    asked.fetch_one(here.engine.db.owner()).await.unwrap()
}

/// What came back from some messages, as it is judged by the rules that tracking goes by.
async fn assert_judged(here: &TestWorkspace) {
    let question = "select m.run_id, m.n, m.accepted_at, e.at, e.kind, e.detail
                    from event e join message m on m.run_id = e.run_id and m.n = e.n
                    where e.detail ? 'agent' and e.n % 10 = 0 order by m.run_id, m.n, e.at";
    type Row = (uuid::Uuid, i32, DateTime<Utc>, DateTime<Utc>, String, Value);
    let rows: Vec<Row> = sqlx::query_as(question).fetch_all(here.engine.db.owner()).await.unwrap();
    assert!(rows.len() > 1_000, "{}", rows.len());
    for message in rows.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
        let hit = |(_, _, _, at, _, detail): &Row| Hit {
            at: *at,
            act: detail["link"].as_u64().map_or(Act::Opened, |link| Act::Clicked(link as u16)),
            agent: agent(detail["agent"].as_str().unwrap()),
            head: false,
            before: Before::New,
        };
        let hits: Vec<_> = message.iter().map(hit).collect();
        for (row, why) in message.iter().zip(judge(&hits, Some(message[0].2))) {
            assert_eq!(row.4.starts_with("machine_"), why.is_some(), "{row:?}");
            assert_eq!(row.5["why"].as_str(), why.map(|why| why.word()), "{row:?}");
        }
    }
}

fn assert_shown(home: &Home) {
    assert!(home.concerns.iter().any(
        |one| matches!(one, Concern::Held { campaign } if campaign.status_reason.is_some() && campaign.figures.waiting > 1_000)
    ));
    assert!(home.concerns.iter().any(|one| matches!(one, Concern::InDoubt { campaign } if campaign.count > 0)));
    assert!(home.concerns.iter().any(|one| matches!(one, Concern::Rate(rate) if rate.name == "48-hour sale")));
    assert_eq!((home.results.len(), home.upcoming.len()), (6, 2));
    for one in &home.results {
        let (figures, rates) = (&one.campaign.figures, &one.rates);
        assert!(figures.balances() && figures.waiting == 0 && figures.sent > 1_000, "{figures:?}");
        let is_within = |rate: Option<f64>, least, most| rate.is_some_and(|rate| (least..most).contains(&rate));
        assert!(is_within(rates.delivery, 0.97, 1.0) && is_within(rates.open, 0.2, 0.45), "{rates:?}");
        assert!(is_within(rates.click, 0.08, 0.3) && is_within(rates.unsubscribe, 0.0005, 0.012), "{rates:?}");
        assert!(figures.machine_opened > figures.machine_clicked && figures.machine_clicked > 0, "{figures:?}");
        assert_eq!(one.campaign.status, CampaignStatus::Completed);
    }
}

#[tokio::test]
async fn the_demo_is_whole_and_its_numbers_are_what_the_tables_say() {
    let here = TestWorkspace::new().await;
    let made = demo::create(&here.engine).await.unwrap();
    assert_ledger_is_sound(&here.engine).await;
    for (meaning, question) in FAULTS {
        assert_eq!(count(&here, question).await, 0, "{meaning}");
    }
    assert_judged(&here).await;
    assert_eq!(count(&here, "select count(*) from contact").await, 20_000);
    assert!(count(&here, "select count(*) from suppression").await > 150);
    for state in ["granted", "withdrawn"] {
        assert!(count(&here, &format!("select count(*) from consent where state = '{state}'")).await > 800, "{state}");
    }

    let there = TestWorkspace { tenant: made.tenant, ..here.clone() };
    let look = async |here: &TestWorkspace| {
        here.act_as(&here.user(&[Role::Admin]), async |tx| home::get(&here.engine, tx).await).await.unwrap()
    };
    assert_shown(&look(&there).await);
    // Nothing of it is the neighbour's.
    let own = look(&here).await;
    assert!(own.results.is_empty() && own.concerns.is_empty() && own.upcoming.is_empty());

    let again = demo::create(&here.engine).await.err().unwrap();
    assert!(matches!(&again, Error::Conflict { code: "demo_exists", .. }), "{again:?}");
    assert!(matches!(demo::create_first(&here.engine, None).await, Err(Error::Conflict { code: "set_up", .. })));
    assert_eq!(count(&here, "select count(*) from tenant").await, 2, "what was refused has left nothing");
}
