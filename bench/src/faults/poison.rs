//! Poison (row 9): one of a hundred people cannot be sent to, each in a way of their own; one of a hundred has a name that
//! mail could stumble over. Everybody else gets theirs once, and whoever does not is set aside with the reason.

use std::collections::HashSet;

use domain::id::TenantId;
use serde_json::{Value, json};
use sqlx::{PgPool, types::Uuid};

use super::{
    Worker, judged, ledger,
    ledger::Message,
    log,
    sink::{Act, Sink, Stage as At},
    until_over,
};
use crate::{Options, Result, measure::Meter, place::Place, stage::Stage};

/// The longest that may stand before the `@` (RFC 5321).
const LONGEST_NAME: usize = 64;
/// Of so many people in their order the first is bad, and the one in the middle has an odd name.
const EVERY: i32 = 100;

/// Addresses that nobody can be sent to at; `$i` makes them differ. The server refuses the first, the last two, and the
/// second for now whenever it is asked; at the third it hangs up.
const ADDRESSES: [&str; 9] = [
    "refused-$i@crowd.example",
    "later-$i@crowd.example",
    "hangs-$i@crowd.example",
    "nobody-$i",
    "two@@signs-$i.example",
    "in jection-$i@crowd.example>\r\nRCPT TO:<evil@crowd.example",
    "@nothing-before-$i.example",
    "zo\u{eb}-$i@crowd.example",
    "too-long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-$i@crowd.example",
];
/// What is known instead of a town: nothing, nothing to read, or nothing that can be printed.
const CUSTOM: [&str; 5] =
    ["{}", r#"{"town": " "}"#, r#"{"town": null}"#, r#"{"town": {"name": "Hoboken"}}"#, r#"{"town": ["Hoboken"]}"#];
/// Names that arrive all the same.
const NAMES: [&str; 8] = [
    "A\r\nBcc: evil@crowd.example",
    ".\r\n.\r\nQUIT\r\n",
    "Bell\u{7} and \u{1}\u{1b}[31m\u{7f}",
    "\u{202e}aroN\u{200b}\u{feff}",
    "\u{1f469}\u{200d}\u{1f680} \u{5d0}\u{5d1}\u{5d2}",
    "\r",
    "{{last_name}} {{#if}} <script>alert(1)</script>",
    "Hubert Blaine Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewarenwohlgepflege",
];

/// Everybody has a town.
const TOWN: &str = r#"update contact set custom = '{"town": "Hoboken"}' where tenant_id = $1"#;
/// Everybody by number, and which of the bad or odd ones they are.
const NUMBERED: &str = "
    create table numbered as
    select id, i, (i / $2) as which, i % $2 = 0 as is_bad, i % $2 = $2 / 2 as is_odd
    from (select id, row_number() over (order by id)::int as i from contact where tenant_id = $1) c";
const ODD: &str = "
    update contact c set first_name = ($2::text[])[1 + which % cardinality($2::text[])]
    from numbered n where c.tenant_id = $1 and c.id = n.id and n.is_odd";
/// One kind after the other: a bad address, no town, or no address any more.
const BAD: &str = "
    with kinds as (
      select address, custom, row_number() over () - 1 as kind, count(*) over () as kinds from (
        select address, null as custom from unnest($2::text[]) address
        union all select null, custom from unnest($3::text[]) custom
        union all select null, null) k
    )
    update contact c set
      email = case when kinds.custom is null then replace(address, '$i', i::text) else email end,
      email_key = case when kinds.custom is null then replace(address, '$i', i::text) else email_key end,
      phone_key = case when kinds.custom is null and address is null then '+1555' || i end,
      custom = coalesce(kinds.custom::jsonb, c.custom)
    from numbered n, kinds
    where c.tenant_id = $1 and c.id = n.id and n.is_bad and n.which % kinds.kinds = kinds.kind";

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let log = log(options, "poison");
    let sink = Sink::new(&log, Box::new(plan))?;
    let stage = Stage::new(&place.engine, options, sink.port()).await?;
    spoil(place.owner(), stage.tenant).await?;
    let mut meter = Meter::new(place.owner()).await?;
    let campaign = stage.campaign_with(|new| new.content.email.text.html.push_str("<p>To {{custom.town}}</p>")).await?;
    let worker = Worker::begin(place);
    meter.begin();
    let run = stage.start(campaign).await?;
    let moves = until_over(place, &stage, run).await?;
    meter.end();
    worker.end().await?;

    let bad: Vec<Uuid> = sqlx::query_scalar("select id from numbered where is_bad").fetch_all(place.owner()).await?;
    let bad: HashSet<Uuid> = bad.into_iter().collect();
    let (rows, strangers) = ledger::read(place, run, &sink.taken(0)).await?;
    let (bad, good): (Vec<_>, Vec<_>) = rows.iter().partition(|row| bad.contains(&row.contact_id));
    let count = |rows: &[&Message], is_so: fn(&Message) -> bool| rows.iter().filter(|row| is_so(row)).count() as u64;
    let missing = u64::try_from(options.n)?.saturating_sub(rows.len() as u64);
    let lost = missing + count(&good, |row| row.arrived == 0);
    let twice = count(&good, |row| row.arrived > 1) + count(&bad, |row| row.arrived > 1);
    let good_once = count(&good, |row| row.arrived == 1 && row.is_sent());
    let with_reason = count(&bad, is_set_aside);
    for row in bad.iter().filter(|row| !is_set_aside(row)) {
        println!("{:?} is {} ({:?}), {} arrived", row.address, row.state, row.reason, row.arrived);
    }
    let malformed = sink.malformed();
    malformed.iter().take(5).for_each(|flaw| println!("malformed: {flaw}"));
    let more = json!({
        "good": good.len(), "good_once": good_once, "bad": bad.len(), "bad_with_reason": with_reason,
        "lost": lost, "twice": twice, "to_strangers": strangers, "malformed": malformed.len(), "clock_moved": moves,
    });
    let line = meter.told(options, "poison", options.n.into(), more);
    let all = [good_once, with_reason] == [good.len() as u64, bad.len() as u64];
    judged(line, all && [lost, twice, strangers] == [0; 3] && malformed.is_empty(), &log)
}

/// Makes one of a hundred bad and one of a hundred odd.
async fn spoil(db: &PgPool, tenant: TenantId) -> Result {
    sqlx::query(TOWN).bind(tenant.0).execute(db).await?;
    let numbered = NUMBERED.replace("$2", &EVERY.to_string()).replace("$1", &format!("'{}'", tenant.0));
    sqlx::raw_sql(sqlx::AssertSqlSafe(numbered)).execute(db).await?;
    sqlx::query(ODD).bind(tenant.0).bind(&NAMES[..]).execute(db).await?;
    sqlx::query(BAD).bind(tenant.0).bind(&ADDRESSES[..]).bind(&CUSTOM[..]).execute(db).await?;
    Ok(())
}

fn plan(to: &str, _: u32) -> Act {
    let name = to.split('@').next().unwrap_or_default();
    match name {
        _ if !to.is_ascii() => Act::Refuse(At::Recipient, "553 5.6.7 Only plain letters here"),
        _ if name.len() > LONGEST_NAME => Act::Refuse(At::Recipient, "553 5.1.3 Too long a name"),
        _ if name.starts_with("refused-") => Act::Refuse(At::Recipient, "550 5.1.1 Nobody of this name"),
        _ if name.starts_with("later-") => Act::Refuse(At::Dot, "451 4.3.0 Could not be filed now"),
        _ if name.starts_with("hangs-") => Act::HangUp,
        _ => Act::Take,
    }
}

/// Not sent to, and the ledger says why.
fn is_set_aside(row: &Message) -> bool {
    let has_words = row.detail.as_ref().is_some_and(|words| !words.is_empty());
    let is_told = row.state == "skipped" || row.state == "failed" && has_words;
    is_told && row.arrived == 0 && row.reason.as_ref().is_some_and(|reason| !reason.is_empty())
}
