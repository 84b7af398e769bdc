//! What schemars writes for Rust's readers, written for the API's: no links into our code, enums as plain lists of
//! words, and no defaults that say nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Puts every shape and text of the document in order.
pub(super) fn tidy(document: &mut Value) {
    each_object(document, &mut words_of);
    let words = words_by_name(document);
    each_object(document, &mut |object| {
        if let Some(Value::String(text)) = object.get_mut("description") {
            *text = with_words(&without_links(text), &words);
        }
        if object.contains_key("default") && object.get("default").is_some_and(says_nothing) {
            object.remove("default");
        }
    });
}

/// Calls it for every object, the inner ones first.
pub(super) fn each_object(value: &mut Value, call: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|value| each_object(value, call));
            call(object);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, call)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// ``[`Caps::day`](super::Caps)`` is `` `day` ``.
fn without_links(text: &str) -> String {
    let mut pieces = text.split("[`");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((name, rest)) = piece.split_once("`]") else {
            plain.push_str("[`");
            plain.push_str(piece);
            continue;
        };
        let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((_, rest)) => rest,
            None => rest,
        };
        let name = name.rsplit("::").next().unwrap_or(name);
        plain.push_str(&format!("`{name}`{rest}"));
    }
    plain
}

/// The lists of words that shapes are, as text.
fn words_by_name(document: &Value) -> BTreeMap<String, String> {
    let shapes = document["components"]["schemas"].as_object().into_iter().flatten();
    let lists = shapes.filter_map(|(name, shape)| Some((name.clone(), shape.get("enum")?.as_array()?)));
    let text = |words: &Vec<Value>| {
        words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
    };
    lists.map(|(name, words)| (name, text(words))).collect()
}

/// ``Word of `Colour`.`` names the words instead, for who knows no types of ours.
fn with_words(text: &str, words: &BTreeMap<String, String>) -> String {
    words.iter().fold(text.to_owned(), |text, (name, list)| {
        let text = text.replace(&format!("Word of `{name}`"), &format!("One of {list}"));
        text.replace(&format!("Words of `{name}`"), &format!("Any of {list}"))
    })
}

/// Words that were written with a sentence each: as a list, with the sentences in the description.
fn words_of(object: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = object.get("oneOf") else { return };
    let word = |choice: &Value| choice.get("const").and_then(Value::as_str).map(str::to_owned);
    let Some(words) = choices.iter().map(word).collect::<Option<Vec<_>>>() else { return };
    let said = |choice: &Value| choice.get("description").and_then(Value::as_str).map(str::to_owned);
    let lines = words.iter().zip(choices).filter_map(|(word, choice)| Some(format!("- `{word}`: {}", said(choice)?)));
    let lines: Vec<_> = lines.collect();
    let about = object.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    object.remove("oneOf");
    object.insert("type".into(), json!("string"));
    object.insert("enum".into(), json!(words));
    object.insert("description".into(), json!([vec![about, String::new()], lines].concat().join("\n")));
}

fn says_nothing(default: &Value) -> bool {
    match default {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(says_nothing),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_into_our_code_are_plain_names() {
        assert_eq!(without_links("See [`Caps::day`]."), "See `day`.");
        assert_eq!(without_links("A word of [`Tls`](super::Tls), or none."), "A word of `Tls`, or none.");
        assert_eq!(without_links("A list [a, b] of `c`."), "A list [a, b] of `c`.");
    }

    #[test]
    fn words_are_a_list_and_their_sentences_stay() {
        let mut shape = json!({
            "description": "How fast.",
            "oneOf": [
                { "type": "string", "const": "slow", "description": "Not fast." },
                { "type": "string", "const": "fast" },
            ],
        });
        tidy(&mut shape);
        let expected =
            json!({ "type": "string", "enum": ["slow", "fast"], "description": "How fast.\n\n- `slow`: Not fast." });
        assert_eq!(shape, expected);
    }

    #[test]
    fn words_are_named_where_they_are_spoken_of() {
        let speed = json!({ "type": "string", "enum": ["slow", "fast"] });
        let mut document = json!({
            "components": { "schemas": { "Speed": speed } },
            "description": "Word of [`Speed`](super::Speed); `slow` when empty.",
        });
        tidy(&mut document);
        assert_eq!(document["description"], "One of `slow`, `fast`; `slow` when empty.");
    }

    #[test]
    fn a_default_that_says_nothing_is_left_out() {
        let mut shape = json!({ "a": { "default": { "b": "", "c": [] } }, "d": { "default": 5 } });
        tidy(&mut shape);
        assert_eq!(shape, json!({ "a": {}, "d": { "default": 5 } }));
    }
}
