//! What a text may say about somebody: the fields of a contact that are not empty.

use serde_json::{Map, Value, json};

use super::helpers::is_blank;
use crate::audience::SendFacts;

/// The most entries of a list that a text can go through.
const ITEMS: usize = 500;

/// What a text may say about a person.
#[derive(Clone)]
pub struct Person(pub(super) Map<String, Value>);

impl From<&SendFacts> for Person {
    fn from(facts: &SendFacts) -> Self {
        let place = |text: &Option<String>| Value::from(text.as_deref().unwrap_or_default());
        let fields = json!({
            "first_name": facts.first_name, "last_name": facts.last_name, "business_name": facts.business_name,
            "email": place(&facts.email), "phone": place(&facts.phone), "whatsapp": place(&facts.whatsapp),
            "social": facts.social, "external_id": place(&facts.external_id), "language": place(&facts.language),
            "time_zone": place(&facts.time_zone), "city": facts.city, "state": facts.state,
            "country": place(&facts.country), "industry": facts.industry, "lead_score": facts.lead_score,
            "stage": place(&facts.stage), "birthday": facts.birthday, "tags": facts.tags,
            "community": facts.custom.get("community"), "custom": facts.custom,
        });
        Self::of(fields)
    }
}

impl Person {
    /// A person of these fields; empty ones are left out, as if nobody had ever asked for them.
    pub(super) fn of(mut fields: Value) -> Self {
        prune(&mut fields);
        match fields {
            Value::Object(fields) => Self(fields),
            _ => Self(Map::new()),
        }
    }

    /// Somebody made up, with every field filled, for previews.
    pub fn example() -> Self {
        Self::of(json!({
            "first_name": "Nora", "last_name": "Whitfield", "business_name": "Whitfield Pottery",
            "community": "Maple Row", "email": "nora@example.com", "phone": "+12015550123", "whatsapp": "+12015550123",
            "social": "@nora.pots", "external_id": "C-1042", "language": "en", "time_zone": "America/New_York",
            "city": "Hoboken", "state": "NJ", "country": "US", "industry": "Crafts", "lead_score": 72,
            "stage": "Engagement", "birthday": "1990-01-05", "tags": ["Regular", "Newsletter"],
            "custom": {
                "order": "10428", "total": 76.5,
                "items": [{"name": "Stoneware mug, blue", "price": 28}, {"name": "Serving bowl", "price": 48.5}],
            },
        }))
    }
}

/// Takes out what is empty, and what is too much.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, value| !is_blank(value));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(prune);
            items.retain(|value| !is_blank(value));
            items.truncate(ITEMS);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_as_if_it_were_not_there() {
        let person =
            Person::of(json!({"last_name": " ", "city": null, "lead_score": 0, "custom": {"a": "", "b": {"c": null}}}));
        assert_eq!(Value::Object(person.0), json!({"lead_score": 0, "custom": {"b": {}}}));
        let many = Person::of(json!({"tags": vec!["a"; ITEMS + 1]}));
        assert_eq!(many.0["tags"].as_array().unwrap().len(), ITEMS);
    }
}
