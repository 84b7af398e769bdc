//! What must be true of the ledger of messages at any moment.

use crate::Engine;

/// Counters that are not what the messages say, and runs that are over with somebody still waiting; none when all is well.
const FAULTS: &str = "
    with part as (
      select run_id, n, reason, state,
        case when state in ('delivered', 'bounced', 'undelivered', 'complained') then 'accepted' else state end as part
      from message
    ), counted as (
      select run_id, 'audience' as kind, '' as code, count(*) from message group by run_id
      union all
      select run_id, part, case when part in ('accepted', 'cancelled') then '' else coalesce(reason, '') end, count(*)
      from part where part <> 'planned' group by 1, 2, 3
      union all
      select run_id, 'delivered', '', count(*) from part where state in ('delivered', 'complained') group by 1
      union all
      select run_id, state, '', count(*) from part where state = 'complained' group by 1, 2
      union all
      select run_id, state, coalesce(reason, ''), count(*) from part where state = 'bounced' group by 1, 2, 3
      union all
      select run_id, 'opened', '', count(distinct n) from event where kind in ('opened', 'clicked') group by 1
      union all
      select run_id, kind, '', count(distinct n) from event where kind = 'clicked' group by 1, 2
      union all
      select run_id, 'unsubscribed', '', count(*) from engagement where unsubscribed_at is not null group by 1
    ), kept as (
      select run_id, kind, code, count from run_counter
      where kind in ('audience', 'accepted', 'skipped', 'failed', 'in_doubt', 'cancelled', 'delivered', 'bounced',
        'complained', 'opened', 'clicked', 'unsubscribed')
    )
    select format('%s %s %s: counter %s, messages %s', run_id, kind, code, coalesce(kept.count, 0),
      coalesce(counted.count, 0))
    from kept full join counted using (run_id, kind, code)
    where coalesce(kept.count, 0) <> coalesce(counted.count, 0)
    union all
    select format('run %s is %s and message %s waits', r.id, r.status, m.n)
    from run r join message m on m.tenant_id = r.tenant_id and m.run_id = r.id
    where (r.status = 'cancelled' or r.finished_at is not null) and m.state = 'planned'
    union all
    select format('run %s is %s, its campaign %s', r.id, r.status, c.status)
    from campaign c join run r on r.tenant_id = c.tenant_id and r.id = c.run_id where r.status <> c.status";

/// Asserts that each counter is what counting the messages gives, that nobody waits in a run that is over, and that
/// runs and campaigns agree. To be asked when no worker is at work.
pub async fn assert_ledger_is_sound(engine: &Engine) {
    let faults: Vec<String> = sqlx::query_scalar(FAULTS).fetch_all(engine.db.owner()).await.expect("the ledger");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
