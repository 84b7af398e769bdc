//! What something costs: time by the clock, processor time by `/proc`, and the line of JSON that tells it.

use std::{fs, path::Path};

use chrono::{DateTime, Utc};
use engine::clock::{Clock, SystemClock};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{Options, Result, sink};

/// Processor time in `/proc` is told in hundredths of a second on every Linux.
const TICKS: f64 = 100.0;

/// The time.
pub fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// Seconds since.
pub fn seconds_since(begun: DateTime<Utc>) -> f64 {
    (now() - begun).as_seconds_f64()
}

/// Adds up what the measured parts of a run took.
pub struct Meter {
    postmaster: i32,
    begun: (DateTime<Utc>, Cpu),
    spent: Cpu,
    /// At the end of the last part: what comes after it (raw limits, checks) does not count.
    peak_rss_mb: f64,
    /// How long each part took, in seconds.
    pub parts: Vec<f64>,
}

/// Processor seconds.
#[derive(Clone, Copy, Default)]
struct Cpu {
    program: f64,
    sink: f64,
    postgres: f64,
    /// Of every process of the machine, and how much there was to have.
    machine: f64,
    available: f64,
}

impl Meter {
    /// Nothing measured yet.
    pub async fn new(db: &PgPool) -> Result<Self> {
        let backend: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(db).await?;
        let postmaster = fields(&format!("/proc/{backend}")).and_then(|fields| fields.get(1)?.parse().ok());
        let postmaster = postmaster.ok_or("the database's process is not in /proc")?;
        let begun = (now(), Cpu::default());
        Ok(Self { postmaster, begun, spent: Cpu::default(), peak_rss_mb: 0.0, parts: Vec::new() })
    }

    /// A measured part begins.
    pub fn begin(&mut self) {
        self.begun = (now(), Cpu::now(self.postmaster));
    }

    /// The measured part ends.
    pub fn end(&mut self) {
        let (begun, before) = self.begun;
        self.parts.push(seconds_since(begun));
        self.peak_rss_mb = peak_rss_mb();
        let after = Cpu::now(self.postmaster);
        self.spent.program += after.program - before.program;
        self.spent.sink += after.sink - before.sink;
        self.spent.postgres += after.postgres - before.postgres;
        self.spent.machine += after.machine - before.machine;
        self.spent.available += after.available - before.available;
    }

    /// The most memory that the program had until the last part ended.
    pub fn peak_rss_mb(&self) -> f64 {
        self.peak_rss_mb
    }

    /// The line: `count` is how many of what `per_s` counts the measured parts did.
    pub fn report(&self, options: &Options, bench: &str, count: f64, per_s: f64, limit: f64, more: Value) -> Value {
        let spent = &self.spent;
        let million = |seconds: f64| rounded(seconds / count * 1e6);
        let mut line = json!({
            "bench": bench,
            "n": options.n,
            "seed": options.seed,
            "per_s": rounded(per_s),
            "limit_per_s": rounded(limit),
            "ratio": rounded(per_s / limit),
            "cpu_s_per_million": million(spent.program - spent.sink + spent.postgres),
            "cpu_program_s_per_million": million(spent.program - spent.sink),
            "cpu_postgres_s_per_million": million(spent.postgres),
            "peak_rss_mb": rounded(self.peak_rss_mb),
            // How much of the machine others had meanwhile: with more than a little, the figures are too low.
            "machine_used_by_others": rounded(self.used_by_others()),
        });
        extend(&mut line, more);
        line
    }

    /// The line of a test of faults: `count` messages were dealt with in the measured parts, beside no limit.
    pub fn told(&self, options: &Options, bench: &str, count: f64, more: Value) -> Value {
        let mut line = json!({ "bench": bench, "n": options.n, "seed": options.seed });
        extend(&mut line, more);
        let rest = json!({
            "per_s": rounded(count / self.parts.iter().sum::<f64>()),
            "peak_rss_mb": rounded(self.peak_rss_mb),
            "machine_used_by_others": rounded(self.used_by_others()),
        });
        extend(&mut line, rest);
        line
    }

    /// The share of all processors that was nobody's of ours.
    fn used_by_others(&self) -> f64 {
        let spent = &self.spent;
        ((spent.machine - spent.program - spent.postgres) / spent.available).max(0.0)
    }
}

fn extend(line: &mut Value, more: Value) {
    if let (Value::Object(line), Value::Object(more)) = (line, more) {
        line.extend(more);
    }
}

impl Cpu {
    /// So far. What the sink needs is not ours; its threads are known by their name.
    fn now(postmaster: i32) -> Self {
        let own: f64 = fields("/proc/self").map_or(0.0, |fields| ticks(&fields, 11..13));
        let is_sink = |task: &String| fs::read_to_string(format!("{task}/comm")).is_ok_and(|c| c.trim() == sink::NAME);
        let sink = entries("/proc/self/task").filter(is_sink).filter_map(|task| fields(&task));
        let (machine, available) = machine();
        Self {
            program: own,
            sink: sink.map(|fields| ticks(&fields, 11..13)).sum(),
            postgres: cluster(postmaster),
            machine,
            available,
        }
    }
}

/// The postmaster with its living children and those that it has waited for.
fn cluster(postmaster: i32) -> f64 {
    let parent = postmaster.to_string();
    let living =
        entries("/proc").filter_map(|process| fields(&process)).filter(|fields| fields.get(1) == Some(&parent));
    let ended = fields(&format!("/proc/{postmaster}")).map_or(0.0, |fields| ticks(&fields, 11..15));
    ended + living.map(|fields| ticks(&fields, 11..13)).sum::<f64>()
}

/// Busy seconds of all processors, and all seconds of all processors.
fn machine() -> (f64, f64) {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = text.lines().next().unwrap_or_default().split_whitespace().skip(1).take(8);
    let times: Vec<f64> = first.filter_map(|time| time.parse().ok()).collect();
    let (all, idle): (f64, f64) = (times.iter().sum(), times.iter().skip(3).take(2).sum());
    ((all - idle) / TICKS, all / TICKS)
}

/// The fields of a process's or thread's `stat` after its name, which may have spaces in it: the first is its state, the
/// second its parent, 11 to 14 are processor times.
fn fields(process: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(Path::new(process).join("stat")).ok()?;
    Some(text.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn ticks(fields: &[String], which: std::ops::Range<usize>) -> f64 {
    let times = fields.get(which).unwrap_or_default();
    times.iter().filter_map(|time| time.parse::<f64>().ok()).sum::<f64>() / TICKS
}

fn entries(folder: &str) -> impl Iterator<Item = String> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path().to_string_lossy().into_owned())
}

/// What the program has in memory now.
pub fn rss_mb() -> f64 {
    memory("VmRSS:")
}

fn peak_rss_mb() -> f64 {
    memory("VmHWM:")
}

fn memory(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kb = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kb.unwrap_or_default() / 1024.0
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// With three digits behind the point; large ones whole.
pub fn rounded(value: f64) -> f64 {
    let digits = if value.abs() >= 1000.0 { 1.0 } else { 1000.0 };
    (value * digits).round() / digits
}
