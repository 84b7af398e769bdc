//! What Amazon SES reports through SNS. Whose word it is was checked before it was kept; here it is only read.

use chrono::{DateTime, Utc};
use domain::{
    id::TenantId,
    receipt::Receipt,
    ses_event::SesEvent,
    sns::{SnsKind, SnsMessage},
};

use super::report::{Report, Said, Sought};
use crate::sending::{from_public_id, is_trial};

/// The source of its reports.
pub(crate) const SOURCE: &str = "ses";

/// Reads a report: a message of SNS, or what would stand in one where it is delivered bare.
pub(super) fn read(tenant: TenantId, body: &[u8], received_at: DateTime<Utc>) -> Result<Report, String> {
    let text = std::str::from_utf8(body).map_err(|error| format!("Not text: {error}."))?;
    let Ok(message) = serde_json::from_str::<SnsMessage>(text) else { return event(tenant, text, received_at) };
    match message.kind() {
        Some(SnsKind::Notification) => event(tenant, &message.message, received_at),
        Some(SnsKind::Subscribed) => {
            Ok(Report::empty(tenant, "Subscription confirmed", "SNS sends events here from now on."))
        }
        Some(SnsKind::Unsubscribed) => {
            Ok(Report::empty(tenant, "Subscription ended", "SNS sends no events here any more."))
        }
        None => Err("SNS says that it is something unknown.".into()),
    }
}

fn event(tenant: TenantId, text: &str, received_at: DateTime<Utc>) -> Result<Report, String> {
    let event = SesEvent::read(text)?;
    let Some(happened) = event.happened else {
        return Ok(Report::empty(tenant, event.kind, "It says nothing about a message."));
    };
    if event.tag("tenant").is_some_and(|tag| tag.parse() != Ok(tenant)) {
        return Err("It is about a message of another workspace.".into());
    }
    let (at, key) = (event.at.unwrap_or(received_at), event.key());
    let Some(id) = event.tag("message") else {
        let mailed_at = event.mailed_at.unwrap_or(at);
        let SesEvent { kind, message_id, detail, .. } = event;
        let sought = Sought { provider_ref: message_id, mailed_at, happened, at, key, detail };
        return Ok(Report { kind, tenant, told: Vec::new(), sought: Some(sought), note: None });
    };
    if is_trial(id) {
        return Ok(Report::empty(tenant, event.kind, "It is about a test message, which counts nowhere."));
    }
    let message = from_public_id(id).ok_or_else(|| format!("{id:?} is no message's id."))?;
    let receipt = Receipt { message, happened, at, key };
    let told = vec![Said { receipt, detail: event.detail, only_to: None }];
    Ok(Report { kind: event.kind, tenant, told, sought: None, note: None })
}
