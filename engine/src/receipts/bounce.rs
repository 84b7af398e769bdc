//! Mail that comes back (RFC 3464), and complaints that receivers send on (RFC 5965). Which message it is about is told by
//! the address that it came to, which is signed, or by the Message-ID of what was returned with it. That one anybody can
//! guess who got a message of the same run; so then the report must also name whom the message went to.

mod parts;

use chrono::{DateTime, Utc};
use domain::{
    bounce::judged,
    id::{RunId, TenantId},
    receipt::{Happened, Receipt},
};
use mail_parser::MessageParser;
use serde_json::{Map, Value};

use super::report::{Report, Said};
use crate::{
    secrets::{Keys, sha256},
    sending::{from_public_id, message_of},
};
use parts::{Fields, Parts};

/// The source of returned mail.
pub(crate) const SOURCE: &str = "bounce";
/// What the address of a return path is signed for.
const PURPOSE: &str = "return path";
/// Bytes of the signature: a local part has at most 64 characters.
const TAG: usize = 8;

/// The local part of the address that a message comes back to. It has no capitals: some servers do not keep them.
pub(crate) fn return_path(keys: &Keys, message: &str) -> Option<String> {
    let (run, n) = from_public_id(message)?;
    let payload = [&run.0.as_bytes()[..], &n.to_be_bytes()].concat();
    let signed = [&payload[..], &keys.fingerprint(PURPOSE, &payload)[..TAG]].concat();
    Some(signed.iter().fold("b+".to_owned(), |text, byte| format!("{text}{byte:02x}")))
}

/// The message that an address of ours names, if we made it.
fn message_at(keys: &Keys, address: &str) -> Option<(RunId, i32)> {
    let local = address.trim_matches(['<', '>', ' ']).rsplit_once('@')?.0.to_ascii_lowercase();
    let bytes = unhex(local.strip_prefix("b+")?)?;
    let (payload, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
    let good = keys.fingerprint(PURPOSE, payload);
    aws_lc_rs::constant_time::verify_slices_are_equal(&good[..TAG], tag).ok()?;
    message_of(payload)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    (digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit))
        .then(|| digits.chunks(2).map(byte).collect::<Option<Vec<_>>>())
        .flatten()
}

/// Reads a mail.
pub(super) fn read(keys: &Keys, tenant: TenantId, body: &[u8], received_at: DateTime<Utc>) -> Result<Report, String> {
    let mail = MessageParser::default().parse(body).ok_or("It is no mail.")?;
    let parts = Parts::of(&mail);
    let Some(told) = told(&parts) else {
        return Ok(Report::empty(tenant, parts.kind(), "It says nothing about delivery: nothing follows from it."));
    };
    let proven = parts.addresses.iter().find_map(|address| message_at(keys, address));
    let guessed = || parts.message_ids.iter().find_map(|id| from_public_id(id.split('@').next()?));
    let (message, only_to) = match (proven, guessed()) {
        (Some(message), _) => (message, None),
        (None, Some(message)) => (message, Some(told.address.clone().unwrap_or_default())),
        (None, None) => return Err("It does not say which message it is about.".into()),
    };
    if message.1 == 0 {
        return Ok(Report::empty(tenant, parts.kind(), "It is about a test message, which counts nowhere."));
    }
    let name = mail.message_id().map_or_else(|| hash(body), str::to_owned);
    // Its own date is whatever its writer says.
    let receipt =
        Receipt { message, happened: told.happened, at: received_at, key: format!("{SOURCE}/{tenant}/{name}") };
    let said = Said { receipt, detail: told.detail, only_to };
    Ok(Report { kind: parts.kind(), tenant, told: vec![said], sought: None, note: None })
}

fn hash(body: &[u8]) -> String {
    sha256(body).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a mail says.
struct Told {
    happened: Happened,
    /// Of whom.
    address: Option<String>,
    detail: Map<String, Value>,
}

/// What a mail says of a message; none for automatic answers, and whatever else lands in a mailbox.
fn told(parts: &Parts) -> Option<Told> {
    if let Some(feedback) = &parts.feedback {
        return complained(feedback, parts);
    }
    let of_recipient = |fields: &Fields| {
        let (action, status) = (fields.get("action"), fields.get("status"));
        let diagnostic = fields.get("diagnostic-code");
        let happened = judged(action, status, diagnostic)?;
        let address =
            [fields.get("original-recipient"), fields.get("final-recipient")].into_iter().find_map(address_in);
        let remote = fields.get("remote-mta");
        let detail = detail(&[("status", status), ("diagnostic", diagnostic), ("reported_by", remote)]);
        Some(Told { happened, address, detail })
    };
    let mut all: Vec<_> = parts.recipients.iter().filter_map(of_recipient).collect();
    // What is worst for the address says most.
    all.sort_by_key(|told| {
        (told.happened != Happened::Bounced { hard: true }, !matches!(told.happened, Happened::Bounced { .. }))
    });
    all.into_iter().next().or_else(|| unstructured(parts))
}

/// A receiver sends on that somebody complained.
fn complained(feedback: &Fields, parts: &Parts) -> Option<Told> {
    let happened = match feedback.get("feedback-type").to_ascii_lowercase().as_str() {
        "not-spam" => Happened::NotSpam,
        "abuse" | "fraud" | "virus" | "other" | "opt-out" | "opt-out-list" => Happened::Complained,
        // How a check of signatures went is no complaint.
        _ => return None,
    };
    let named = ["original-rcpt-to", "removal-recipient"].map(|name| feedback.get(name));
    let address = named.into_iter().find_map(address_in).or_else(|| parts.returned_to.clone());
    let detail =
        detail(&[("feedback_type", feedback.get("feedback-type")), ("user_agent", feedback.get("user-agent"))]);
    Some(Told { happened, address, detail })
}

/// Servers that write bounces for people only name who failed in a header (Exim). Their text is searched for codes.
fn unstructured(parts: &Parts) -> Option<Told> {
    let failed = parts.failed.clone()?;
    let text: String = parts.text.chars().take(4_000).collect();
    let happened = judged("failed", "", &text)?;
    Some(Told { happened, address: address_in(&failed), detail: detail(&[("diagnostic", &text)]) })
}

/// The address in `rfc822; ada@one.example`.
fn address_in(field: &str) -> Option<String> {
    let address = field.rsplit(';').next()?.split(',').next()?.trim().trim_matches(['<', '>']);
    address.contains('@').then(|| address.to_owned())
}

fn detail(known: &[(&str, &str)]) -> Map<String, Value> {
    let kept = known.iter().filter(|(_, text)| !text.is_empty());
    let clean = |text: &str| text.chars().filter(|c| *c != '\0').take(1_000).collect::<String>();
    kept.map(|(name, text)| ((*name).to_owned(), clean(text).into())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::sending::public_id;

    fn keys() -> Keys {
        Keys::from_secret(&"x".repeat(32)).unwrap()
    }

    fn tenant() -> TenantId {
        TenantId(Uuid::from_u128(7))
    }

    #[test]
    fn a_return_path_names_its_message_and_no_other_can_be_made_from_it() {
        let run = RunId(Uuid::from_u128(0x0190_a1b2_0000_7000_8000_0000_0000_0001));
        let local = return_path(&keys(), &public_id(run, 70_000)).unwrap();
        assert!(local.len() <= 64 && local == local.to_lowercase(), "{local}");
        let at = |local: &str| message_at(&keys(), &format!("<{local}@bounce.maple.example>"));
        assert_eq!(at(&local), Some((run, 70_000)));
        assert_eq!(at(&local.to_uppercase()), Some((run, 70_000)));
        // The next number with the same signature.
        let mut next = local.into_bytes();
        next[41] = if next[41] == b'0' { b'1' } else { b'0' };
        assert_eq!(at(std::str::from_utf8(&next).unwrap()), None);
        assert_eq!([at("b+"), at("b+zz"), at("b+0"), at("nora")], [None; 4]);
    }

    fn any_mail() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            Just("Content-Type: multipart/report; report-type=delivery-status; boundary=x".to_owned()),
            Just("--x".to_owned()),
            Just("--x--".to_owned()),
            Just("Content-Type: message/delivery-status".to_owned()),
            Just("Content-Type: message/feedback-report".to_owned()),
            Just("Content-Type: text/rfc822-headers".to_owned()),
            Just("Content-Type: message/rfc822".to_owned()),
            Just(String::new()),
            "(Action|Status|Final-Recipient|Diagnostic-Code|Message-ID|To|Feedback-Type|X-Failed-Recipients): .{0,40}",
            ".{0,60}",
        ];
        prop_oneof![
            proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\r\n").into_bytes()),
            proptest::collection::vec(any::<u8>(), 0..400),
        ]
    }

    proptest! {
        #[test]
        fn no_mail_panics(mail in any_mail()) {
            let _ = read(&keys(), tenant(), &mail, DateTime::UNIX_EPOCH);
        }

        #[test]
        fn no_address_panics(address in "b\\+[0-9a-fA-F]{0,64}@.{0,9}|.{0,40}") {
            message_at(&keys(), &address);
            address_in(&address);
        }
    }
}
