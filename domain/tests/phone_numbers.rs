//! Phone numbers are read as libphonenumber's own port to Python reads them: a table of numbers of every country, good and
//! spoiled, that `script/phone-table` makes with it (SPEC 2.3).

#![cfg(feature = "phone")]

use serde::Deserialize;

/// A line of the table: what is typed, of which country it is without a code, and what Python keeps of it.
#[derive(Deserialize, Debug)]
struct Line {
    typed: String,
    country: Option<String>,
    kept: Option<String>,
}

#[test]
fn numbers_are_read_as_python_reads_them() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/phone-numbers.json");
    let table = std::fs::read_to_string(path).expect("no table of numbers: run script/phone-table first");
    let table: Vec<Line> = serde_json::from_str(&table).unwrap();
    assert!(table.len() > 5_000 && table.iter().filter(|line| line.kept.is_none()).count() > 500, "{}", table.len());
    let read = |line: &Line| domain::phone::parse(&line.typed, line.country.as_deref()).ok().flatten();
    let wrong: Vec<_> = table.iter().filter(|line| read(line) != line.kept).map(|line| (line, read(line))).collect();
    assert!(wrong.is_empty(), "{} of {}, such as {:#?}", wrong.len(), table.len(), &wrong[..wrong.len().min(10)]);
}
