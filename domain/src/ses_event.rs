//! What Amazon SES publishes about a message (PROVIDERS 1.6), in the words of the ledger. It comes by a configuration
//! set, with the tags that the message was sent with, or as the older feedback of an identity, which has none.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::receipt::Happened;

/// What SES publishes once, when it is told where to publish to: no JSON.
const TRIAL: &str = "Successfully validated SNS topic for Amazon SES event publishing";

/// One event.
#[derive(Clone, PartialEq, Debug)]
pub struct SesEvent {
    /// What it is, for people: `Bounce (Permanent, General)`.
    pub kind: String,
    /// What happened; none when it says nothing about the message.
    pub happened: Option<Happened>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// What is known besides: by which codes, where from, with which program.
    pub detail: Map<String, Value>,
    /// The id that SES gave the message.
    pub message_id: String,
    /// When SES took the message.
    pub mailed_at: Option<DateTime<Utc>>,
    /// What it was sent with: each has one value as we send them.
    tags: BTreeMap<String, Vec<String>>,
    /// What tells it from the other events of this kind of the message.
    distinct: String,
}

impl SesEvent {
    /// Reads what was published; in words why it cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with(TRIAL) {
            return Ok(Self::trial());
        }
        let event: Published =
            serde_json::from_str(text).map_err(|error| format!("Not an event of Amazon SES: {error}."))?;
        let name = event.event_type.or(event.notification_type).ok_or("It does not say what happened.")?;
        let part = event.parts.get(part_of(&name)).and_then(Value::as_object).cloned().unwrap_or_default();
        let word = |key: &str| part.get(key).and_then(Value::as_str).unwrap_or_default();
        let at = time(word("timestamp")).or(time(&event.mail.timestamp));
        let distinct = [word("feedbackId"), word("timestamp")].into_iter().find(|word| !word.is_empty());
        Ok(Self {
            kind: titled(&name, &part),
            happened: happened(&name, &part),
            at,
            detail: detail(&name, &part),
            message_id: event.mail.message_id,
            mailed_at: time(&event.mail.timestamp),
            tags: event.mail.tags,
            distinct: distinct.unwrap_or_default().to_owned(),
        })
    }

    fn trial() -> Self {
        Self {
            kind: "Test message of SES".into(),
            happened: None,
            at: None,
            detail: Map::new(),
            message_id: String::new(),
            mailed_at: None,
            tags: BTreeMap::new(),
            distinct: String::new(),
        }
    }

    /// What the message was sent with under this name.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.get(name)?.first().map(String::as_str)
    }

    /// The same for the same event, however often and by whichever way it comes.
    pub fn key(&self) -> String {
        let name = self.kind.split(' ').next().unwrap_or_default();
        format!("ses/{}/{name}/{}", self.message_id, self.distinct)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    event_type: Option<String>,
    notification_type: Option<String>,
    mail: Mail,
    #[serde(flatten)]
    parts: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    #[serde(default)]
    timestamp: String,
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

/// Where the particulars of an event stand.
fn part_of(name: &str) -> &'static str {
    match name {
        "Send" => "send",
        "Delivery" => "delivery",
        "Bounce" => "bounce",
        "Complaint" => "complaint",
        "Open" => "open",
        "Click" => "click",
        "Reject" => "reject",
        "Rendering Failure" => "failure",
        "DeliveryDelay" => "deliveryDelay",
        "Subscription" => "subscription",
        _ => "",
    }
}

fn word<'a>(part: &'a Map<String, Value>, key: &str) -> &'a str {
    part.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What an event means. What is new is taken by its type: a bounce that is permanent is one whatever it is called.
fn happened(name: &str, part: &Map<String, Value>) -> Option<Happened> {
    Some(match name {
        "Send" => Happened::Taken,
        "Delivery" => Happened::Delivered,
        "Bounce" => match (word(part, "bounceType"), word(part, "bounceSubType")) {
            ("Permanent", "Suppressed" | "OnAccountSuppressionList") => Happened::Suppressed,
            ("Permanent", _) => Happened::Bounced { hard: true },
            _ => Happened::Bounced { hard: false },
        },
        // On the account's list because of an earlier complaint: this message was not sent.
        "Complaint" if word(part, "complaintSubType") == "OnAccountSuppressionList" => Happened::Suppressed,
        "Complaint" if word(part, "complaintFeedbackType") == "not-spam" => Happened::NotSpam,
        "Complaint" => Happened::Complained,
        "Open" => Happened::ProviderOpened,
        "Click" => Happened::ProviderClicked,
        "Reject" | "Rendering Failure" => Happened::Undelivered,
        "DeliveryDelay" => Happened::Delayed,
        "Subscription" => {
            let left = part.get("newTopicPreferences")?.get("unsubscribeAll")?.as_bool()?;
            return left.then_some(Happened::Unsubscribed);
        }
        _ => return None,
    })
}

/// Names what came, with what tells it from others of its kind.
fn titled(name: &str, part: &Map<String, Value>) -> String {
    let name: String = name.chars().take(60).collect();
    let more: Vec<_> = ["bounceType", "bounceSubType", "complaintSubType", "complaintFeedbackType", "delayType"]
        .into_iter()
        .map(|key| word(part, key))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(60).collect::<String>())
        .collect();
    if more.is_empty() { name } else { format!("{name} ({})", more.join(", ")) }
}

/// What is kept of an event's particulars: texts of people's machines, cut where they are long.
const KEPT: [(&str, &str); 12] = [
    ("bounceType", "bounce_type"),
    ("bounceSubType", "bounce_sub_type"),
    ("complaintSubType", "complaint_sub_type"),
    ("complaintFeedbackType", "feedback_type"),
    ("delayType", "delay_type"),
    ("reason", "reason"),
    ("errorMessage", "reason"),
    ("smtpResponse", "answer"),
    ("reportingMTA", "reported_by"),
    ("ipAddress", "ip"),
    ("userAgent", "user_agent"),
    ("link", "link"),
];

fn detail(name: &str, part: &Map<String, Value>) -> Map<String, Value> {
    let mut detail = Map::new();
    let mut keep = |name: &str, text: &str| {
        if !text.is_empty() {
            // The database takes no text with a zero in it.
            let text: String = text.chars().filter(|c| *c != '\0').take(1_000).collect();
            detail.insert(name.to_owned(), text.into());
        }
    };
    for (from, to) in KEPT {
        keep(to, word(part, from));
    }
    let list = match name {
        "Bounce" => "bouncedRecipients",
        "DeliveryDelay" => "delayedRecipients",
        _ => return detail,
    };
    if let Some(one) = part.get(list).and_then(|list| list.get(0)).and_then(Value::as_object) {
        keep("status", word(one, "status"));
        keep("diagnostic", word(one, "diagnosticCode"));
    }
    detail
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(name: &str, part: &str, more: Value) -> SesEvent {
        let mail = json!({"messageId": "m-1", "timestamp": "2026-03-02T09:00:00Z", "tags": {"message": ["abc"]}});
        SesEvent::read(&json!({"eventType": name, "mail": mail, part: more}).to_string()).unwrap()
    }

    #[test]
    fn each_event_is_what_the_table_says() {
        let bounce = |kind: &str, sub: &str| {
            read("Bounce", "bounce", json!({"bounceType": kind, "bounceSubType": sub, "feedbackId": "f"})).happened
        };
        let (hard, soft) = (Some(Happened::Bounced { hard: true }), Some(Happened::Bounced { hard: false }));
        assert_eq!([bounce("Permanent", "General"), bounce("Permanent", "UnsubscribedRecipient")], [hard, hard]);
        assert_eq!([bounce("Transient", "MailboxFull"), bounce("Undetermined", "Undetermined")], [soft, soft]);
        assert_eq!([bounce("Permanent", "Suppressed")], [Some(Happened::Suppressed)]);
        let complaint = |more: Value| read("Complaint", "complaint", more).happened;
        assert_eq!(complaint(json!({"complaintSubType": null})), Some(Happened::Complained));
        assert_eq!(complaint(json!({"complaintFeedbackType": "not-spam"})), Some(Happened::NotSpam));
        assert_eq!(complaint(json!({"complaintSubType": "OnAccountSuppressionList"})), Some(Happened::Suppressed));
        assert_eq!(
            read("Rendering Failure", "failure", json!({"errorMessage": "x"})).happened,
            Some(Happened::Undelivered)
        );
        assert_eq!(read("Something New", "new", json!({})).happened, None);
        let stays = json!({"newTopicPreferences": {"unsubscribeAll": false}});
        assert_eq!(read("Subscription", "subscription", stays).happened, None);
    }

    #[test]
    fn the_same_event_has_the_same_key_and_another_has_not() {
        let open = |at: &str| read("Open", "open", json!({"timestamp": at})).key();
        assert_eq!(open("2026-03-02T10:00:00Z"), open("2026-03-02T10:00:00Z"));
        assert_ne!(open("2026-03-02T10:00:00Z"), open("2026-03-02T10:00:01Z"));
        assert_ne!(open("x"), read("Click", "click", json!({"timestamp": "x"})).key());
        assert_eq!(read("Open", "open", json!({})).tag("message"), Some("abc"));
        let told = SesEvent::read("Successfully validated SNS topic for Amazon SES event publishing.").unwrap();
        assert_eq!((told.happened, told.kind.as_str()), (None, "Test message of SES"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r#".{0,200}|\{"eventType": "(Bounce|Open|x)", "mail": \{(""|"timestamp": ".{0,9}")?\}, "bounce": .{0,30}\}"#) {
            let _ = SesEvent::read(&text);
        }
    }
}
