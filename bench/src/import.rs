//! Import: how fast a CSV of people becomes contacts, each row read, checked, matched and written with its consent and its
//! place on a list; beside a plain COPY of the same rows into a temporary table and an upsert from there, which checks and
//! keeps nothing else.

use std::fmt::Write;

use domain::{
    account::NewWorkspace,
    id::{ImportId, TenantId},
    import::{Import, NewMapping},
};
use engine::{
    accounts::{self, Actor},
    imports::{self, Upload},
};
use serde_json::{Value, json};

use crate::{
    Options, Result,
    measure::{Meter, now, rounded, rss_mb, seconds_since},
    place::Place,
    statements,
};

/// Rows that are made, sent and copied at once.
const AT_ONCE: i32 = 10_000;

/// A table like that of contacts, with the keys by which an upsert must look.
const RAW: &str = "
    create table raw_contact (like contact including defaults, primary key (tenant_id, id), unique (tenant_id, email_key),
      unique (tenant_id, phone_key))";

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let workspace = NewWorkspace {
        name: "Market hall".into(),
        time_zone: "America/New_York".into(),
        postal_address: "1 Maple Row, Springfield".into(),
        ..Default::default()
    };
    let tenant = accounts::create_workspace(&place.engine, &workspace).await?;
    let actor = Actor::command_line(tenant);
    let before = rss_mb();
    let begun = now();
    let id = send(place, &actor, options).await?;
    let sent = seconds_since(begun);
    place.settle().await?;
    let mut meter = Meter::new(place.owner()).await?;
    statements::forget(place.owner()).await?;
    meter.begin();
    let done = import(place, &actor, id).await?;
    meter.end();
    statements::tell(place.owner()).await?;
    if done.counts.created != i64::from(options.n) {
        return Err(format!("{:?}: {:?} of {}", done.fault, done.counts, options.n).into());
    }
    let per_s = f64::from(options.n) / meter.parts[0];
    let again = again(place, &actor, options).await?;
    let limit = copy_and_upsert(place, tenant, options).await?;
    let more = json!({
        "sent_per_s": rounded(f64::from(options.n) / sent),
        "same_file_again_per_s": rounded(again),
        "rss_before_mb": rounded(before),
        "rss_growth_mb": rounded(meter.peak_rss_mb() - before),
    });
    Ok(meter.report(options, "import", f64::from(options.n), per_s, limit, more))
}

/// Sends the file.
async fn send(place: &Place, actor: &Actor, options: &Options) -> Result<ImportId> {
    let mut upload = Upload::begin(&place.engine, actor, "crowd.csv").await?;
    upload.push(b"First name,Last name,E-Mail,Phone,City,Country,Tags,Size,Newsletter\r\n").await?;
    for first in (0..options.n).step_by(AT_ONCE as usize) {
        upload.push(rows(first, options).as_bytes()).await?;
    }
    Ok(upload.finish().await?)
}

/// Imports it, with guessed columns and one for a custom field.
async fn import(place: &Place, actor: &Actor, id: ImportId) -> Result<Import> {
    let words =
        ["first_name", "last_name", "email", "phone", "city", "country", "tags", "custom.size", "consent.email"];
    let (basis, wording) = ("consent".into(), "News by e-mail".into());
    let mapping = NewMapping { columns: json!(words), basis, wording, ..Default::default() };
    let mut tx = place.engine.begin(actor).await?;
    imports::map_and_start(&place.engine, &mut tx, id, &mapping).await?;
    tx.commit().await?;
    imports::run_until_idle(&place.engine).await?;
    let mut tx = place.engine.begin(actor).await?;
    Ok(imports::progress(&mut tx, id).await?)
}

/// The same file again: everything is looked up and compared, and nothing changes.
async fn again(place: &Place, actor: &Actor, options: &Options) -> Result<f64> {
    let id = send(place, actor, options).await?;
    place.settle().await?;
    statements::forget(place.owner()).await?;
    let begun = now();
    let done = import(place, actor, id).await?;
    let took = seconds_since(begun);
    statements::tell(place.owner()).await?;
    match done.counts.unchanged == i64::from(options.n) {
        true => Ok(f64::from(options.n) / took),
        false => Err(format!("the same file again changed something: {:?}", done.counts).into()),
    }
}

/// Some rows, the same ones for the same seed.
fn rows(first: i32, options: &Options) -> String {
    let names = ["Nora", "Émile", "Ada", "Jo", "Maximiliane", "Luis", "Zoë", "Bartholomew"];
    let mut text = String::new();
    for n in first..(first + AT_ONCE).min(options.n) {
        let (name, seed) = (names[n as usize % names.len()], options.seed);
        let written = write!(
            text,
            "{name},of {n:x},p{n}.{seed}@crowd.example,+1212{:07},New York,US,\"vip, spring\",{},yes\r\n",
            2_000_000 + n % 8_000_000,
            n % 50
        );
        written.expect("a string takes all");
    }
    text
}

/// Rows a second that PostgreSQL takes without any of our work.
async fn copy_and_upsert(place: &Place, tenant: TenantId, options: &Options) -> Result<f64> {
    let mut connection = place.owner().acquire().await?;
    sqlx::raw_sql(RAW).execute(&mut *connection).await?;
    let stage = "create temporary table stage (id uuid, first text, last text, email text, phone text, city text)";
    sqlx::query(stage).execute(&mut *connection).await?;
    place.settle().await?;
    let begun = now();
    for first in (0..options.n).step_by(AT_ONCE as usize) {
        let mut copy = connection.copy_in_raw("copy stage from stdin (format csv)").await?;
        copy.send(staged(first, options).as_bytes()).await?;
        copy.finish().await?;
        let upsert = "insert into raw_contact (tenant_id, id, email, email_key, phone_key, first_name, last_name,
                        business_name, city, custom, created_at, updated_at)
                      select $1, id, email, email, phone, first, last, '', city, '{}', now(), now() from stage
                      on conflict (tenant_id, email_key) do update set first_name = excluded.first_name";
        sqlx::query(upsert).bind(tenant.0).execute(&mut *connection).await?;
        sqlx::query("truncate stage").execute(&mut *connection).await?;
    }
    let took = seconds_since(begun);
    sqlx::raw_sql("drop table raw_contact").execute(&mut *connection).await?;
    Ok(f64::from(options.n) / took)
}

fn staged(first: i32, options: &Options) -> String {
    let at = now();
    let lines = (first..(first + AT_ONCE).min(options.n)).map(|n| {
        let (id, seed) = (engine::db::new_id(at), options.seed);
        format!("{id},Nora,of {n:x},p{n}.{seed}@crowd.example,+1212{:07},New York\n", 2_000_000 + n % 8_000_000)
    });
    lines.collect()
}
