//! The table of templates that the JavaScript library of Handlebars renders too: both must come to the same.

use std::{path::PathBuf, process::Command};

use domain::error::FieldErrors;
use handlebars::no_escape;
use serde_json::{Map, Value};

use super::render::{add, context, part, registry};

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    template: String,
    data: Map<String, Value>,
    #[serde(default)]
    text: bool,
    #[serde(default)]
    error: bool,
    expected: Option<String>,
}

fn rendered(case: &Case) -> Result<String, String> {
    let (mut registry, mut errors) = (registry(), FieldErrors::default());
    if case.text {
        registry.register_escape_fn(no_escape);
    }
    add(&mut registry, "html", &case.template, "html", &mut errors);
    errors.finish(Some(())).map_err(|wrong| wrong.to_string())?;
    part(&registry, "html", &context(case.data.clone())).map_err(|missing| missing.0)
}

/// What the library makes of the table: script/test has it written; who runs this test alone gets it written here.
fn table() -> Vec<Case> {
    let clone = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let cases = std::fs::read_to_string(clone.join("engine/tests/handlebars/cases.json")).expect("the table");
    let cases: Vec<Value> = serde_json::from_str(&cases).expect("a table");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(clone.join("target"), PathBuf::from);
    let file = target.join("handlebars.json");
    let is_of = |text: &String| serde_json::from_str::<Vec<Value>>(text).is_ok_and(|known| same(&known, &cases));
    let text = std::fs::read_to_string(&file).ok().filter(is_of).unwrap_or_else(|| {
        let script = "script/handlebars-table.mjs";
        let done = Command::new("node").arg(script).arg(&file).current_dir(&clone).output();
        let done = done.unwrap_or_else(|error| panic!("node {script}: {error}; run script/bootstrap --test"));
        assert!(done.status.success(), "node {script}: {}", String::from_utf8_lossy(&done.stderr));
        std::fs::read_to_string(&file).expect("what was just written")
    });
    serde_json::from_str(&text).expect("the library's table")
}

/// Whether what was rendered is of these cases.
fn same(rendered: &[Value], cases: &[Value]) -> bool {
    let of = |case: &Value| ["name", "template", "data", "text", "strict"].map(|field| case.get(field).cloned());
    rendered.iter().map(of).eq(cases.iter().map(of))
}

#[test]
fn both_libraries_come_to_the_same() {
    let table = table();
    assert!(table.len() >= 200, "{} cases", table.len());
    let wrong = table.iter().filter_map(|case| {
        let ours = rendered(case);
        let same = match (&ours, &case.expected) {
            (Ok(ours), Some(theirs)) => ours == theirs,
            (Err(_), None) => case.error,
            _ => false,
        };
        (!same).then(|| format!("{}: {}\n  ours   {ours:?}\n  theirs {:?}", case.name, case.template, case.expected))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}
