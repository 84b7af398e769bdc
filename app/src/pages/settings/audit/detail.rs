//! What more an entry of the audit log has to say, for people: before and after side by side, the rest as pairs.

use leptos::prelude::*;
use serde_json::Value;

/// One thing that is told.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Told {
    /// What it was and what it became.
    Changed { name: String, before: String, after: String },
    /// What it is.
    Is { name: String, value: String },
}

/// The detail of an entry; nothing where there is none.
pub(super) fn readable(detail: &Value) -> Option<AnyView> {
    let told = told(detail);
    if told.is_empty() {
        return None;
    }
    let rows = told
        .into_iter()
        .map(|told| match told {
            Told::Changed { name, before, after } => view! {
                <dt>{name}</dt>
                <dd><del>{before}</del> <span class="sr">" became "</span> <span aria-hidden="true">" → "</span> <ins>{after}</ins></dd>
            }
            .into_any(),
            Told::Is { name, value } => view! { <dt>{name}</dt><dd>{value}</dd> }.into_any(),
        })
        .collect_view();
    Some(
        view! { <details class="small detail"><summary>"Details"</summary><dl class="told">{rows}</dl></details> }
            .into_any(),
    )
}

fn told(detail: &Value) -> Vec<Told> {
    let Some(fields) = detail.as_object() else { return Vec::new() };
    let mut told = match (fields.get("before"), fields.get("after")) {
        (Some(before), Some(after)) => changes(before, after),
        (Some(one), None) => vec![Told::Is { name: "Before".into(), value: words(one) }],
        (None, Some(one)) => vec![Told::Is { name: "After".into(), value: words(one) }],
        (None, None) => Vec::new(),
    };
    let rest = fields.iter().filter(|(name, _)| !["before", "after"].contains(&name.as_str()));
    told.extend(rest.map(|(name, value)| Told::Is { name: label(name), value: words(value) }));
    told
}

fn changes(before: &Value, after: &Value) -> Vec<Told> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
            names.sort();
            names.dedup();
            let value = |of: &serde_json::Map<String, Value>, name: &str| words(of.get(name).unwrap_or(&Value::Null));
            let change = |name: &String| Told::Changed {
                name: label(name),
                before: value(before, name),
                after: value(after, name),
            };
            names.into_iter().filter(|name| before.get(*name) != after.get(*name)).map(change).collect()
        }
        _ => vec![Told::Changed { name: "Change".into(), before: words(before), after: words(after) }],
    }
}

/// `works_until` → `Works until`.
fn label(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", letters.as_str().replace('_', " "))
}

/// A value without the signs of JSON.
fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::String(text) if text.is_empty() => "nothing".into(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Array(items) if items.is_empty() => "nothing".into(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let pairs = fields.iter().map(|(name, value)| format!("{}: {}", label(name), words(value)));
            pairs.collect::<Vec<_>>().join("; ")
        }
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(name: &str, before: &str, after: &str) -> Told {
        Told::Changed { name: name.into(), before: before.into(), after: after.into() }
    }

    #[test]
    fn only_what_changed_is_told_field_by_field() {
        let detail = json!({ "before": {"name": "A", "colour": "", "same": 1}, "after": {"name": "B", "colour": "#fff", "same": 1} });
        assert_eq!(told(&detail), [changed("Colour", "nothing", "#fff"), changed("Name", "A", "B")]);
        let roles = json!({ "before": ["admin"], "after": ["viewer", "owner"] });
        assert_eq!(told(&roles), [changed("Change", "admin", "viewer, owner")]);
    }

    #[test]
    fn the_rest_is_told_in_pairs_and_nothing_is_nothing() {
        let is = |name: &str, value: &str| Told::Is { name: name.into(), value: value.into() };
        assert_eq!(
            told(&json!({ "works_until": "soon", "test": true })),
            [is("Test", "yes"), is("Works until", "soon")]
        );
        assert_eq!(told(&json!({})), []);
        assert_eq!(told(&json!("odd")), []);
    }
}
