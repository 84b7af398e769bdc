//! Search: how long until the first page of contacts is there, by what is typed, from the verb that pages and the API
//! call; beside a look-up of one contact by its whole address.

use domain::{contact::ContactQuery, page::PageQuery};
use engine::{accounts::Actor, audience};
use serde_json::{Value, json};

use crate::{
    Options, Result,
    measure::{Meter, median, now, rounded, seconds_since},
    place::Place,
    stage::{NOWHERE, Stage},
};

/// How often each kind of text is looked for.
const ROUNDS: usize = 50;

/// A contact of the crowd: what parts of it are typed.
struct Known {
    address: String,
    last_name: String,
}

/// What is typed to find somebody.
type Typed = fn(&Known) -> String;

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let stage = Stage::new(&place.engine, options, NOWHERE).await?;
    let actor = Actor::command_line(stage.tenant);
    place.settle().await?;
    let some = some(place, &stage).await?;
    let mut meter = Meter::new(place.owner()).await?;
    let kinds: [(&str, &str, Typed); 5] = [
        ("address", "", |one| one.address.clone()),
        ("half_an_address", "", |one| one.address.chars().take(one.address.len() - 16).collect()),
        ("last_name", "", |one| one.last_name.clone()),
        ("one_letter", "", |_| "n".into()),
        ("anywhere", "anywhere", |one| one.last_name.trim_start_matches("of ").into()),
    ];
    let mut told = serde_json::Map::new();
    let mut whole = 0.0;
    for (name, how, typed) in kinds {
        let mut times = Vec::new();
        for one in &some {
            meter.begin();
            times.push(find(place, &actor, typed(one), how).await?);
            meter.end();
        }
        let (middle, worst) = (median(&times), times.iter().copied().fold(0.0, f64::max));
        println!("{name}: {:.2} ms, at worst {:.2} ms", middle * 1e3, worst * 1e3);
        told.insert(format!("{name}_ms"), json!(rounded(middle * 1e3)));
        told.insert(format!("{name}_worst_ms"), json!(rounded(worst * 1e3)));
        whole = if name == "address" { middle } else { whole };
    }
    let limit = raw(place, &stage, &some).await?;
    let count = (some.len() * kinds.len()) as f64;
    Ok(meter.report(options, "search", count, 1.0 / whole, 1.0 / limit, Value::Object(told)))
}

/// Contacts from everywhere in the crowd.
async fn some(place: &Place, stage: &Stage<'_>) -> Result<Vec<Known>> {
    let some = "select email_key, last_name from contact where tenant_id = $1 order by md5(email_key) limit $2";
    let some = sqlx::query_as::<_, (String, String)>(some).bind(stage.tenant.0).bind(i64::try_from(ROUNDS)?);
    let some = some.fetch_all(place.owner()).await?.into_iter();
    Ok(some.map(|(address, last_name)| Known { address, last_name }).collect())
}

/// Looks for a text; how long it took, in seconds.
async fn find(place: &Place, actor: &Actor, text: String, how: &str) -> Result<f64> {
    let page = PageQuery { search: Some(text.clone()), ..Default::default() };
    let query = ContactQuery { page, how: how.into(), ..Default::default() };
    let begun = now();
    let mut tx = place.engine.begin(actor).await?;
    let found = audience::find(&mut tx, &query).await?;
    let took = seconds_since(begun);
    if found.data.is_empty() { Err(format!("nobody is found by “{text}”").into()) } else { Ok(took) }
}

/// One contact by its key, in a statement of its own.
async fn raw(place: &Place, stage: &Stage<'_>, some: &[Known]) -> Result<f64> {
    let mut times = Vec::new();
    for one in some {
        let begun = now();
        let found = sqlx::query("select * from contact where tenant_id = $1 and email_key = $2");
        found.bind(stage.tenant.0).bind(&one.address).fetch_one(place.owner()).await?;
        times.push(seconds_since(begun));
    }
    Ok(median(&times))
}
