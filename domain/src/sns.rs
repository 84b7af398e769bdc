//! Amazon SNS (PROVIDERS 2): what the events of SES come in. Anybody can have a topic and send from it with a good
//! signature; so what counts is which topic it is, and where the certificate lies that the signature is checked with.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::error::Refused;

/// So old may a message be: SNS tries for an hour by itself, and an hour more where it was told to.
const OLDEST: TimeDelta = TimeDelta::hours(2);
/// So much may its clock be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(15);

/// The address of a topic: `arn:aws:sns:eu-central-1:123456789012:ses-events`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Topic {
    arn: String,
    region: String,
}

impl Topic {
    /// Checks an address.
    pub fn parse(arn: &str) -> Result<Self, Refused> {
        let wrong = || {
            let message = "The ARN of a topic, such as arn:aws:sns:eu-central-1:123456789012:ses-events.";
            Refused::new("invalid", message)
        };
        let arn = arn.trim();
        let parts: Vec<&str> = arn.split(':').collect();
        let &["arn", partition, "sns", region, account, name] = parts.as_slice() else { return Err(wrong()) };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let good = matches!(partition, "aws" | "aws-cn" | "aws-us-gov")
            && is_region(region)
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && (1..=256).contains(&name.len())
            && name.bytes().all(is_name);
        match good {
            true => Ok(Self { arn: arn.to_owned(), region: region.to_owned() }),
            false if name.ends_with(".fifo") => {
                let message = "A FIFO topic cannot send to a web address: make a standard one.";
                Err(Refused::new("invalid", message))
            }
            false => Err(wrong()),
        }
    }

    /// The whole address.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Its region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The one host that speaks for the topic's region.
    pub fn host(&self) -> String {
        let end = if self.region.starts_with("cn-") { ".cn" } else { "" };
        format!("sns.{}.amazonaws.com{end}", self.region)
    }

    /// Whose name the certificate of its region may bear.
    pub fn is_signer(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name == self.host() || name == "sns.amazonaws.com" || name == "sns.amazonaws.com.cn"
    }

    /// Path and query of an address on the host of this topic; none when it is another host's, or only looks like it.
    fn below<'a>(&self, url: &'a str) -> Option<&'a str> {
        let rest = url.strip_prefix("https://")?.strip_prefix(self.host().as_str())?;
        let good = rest.starts_with('/') && rest.len() <= 2_000 && rest.bytes().all(|byte| byte.is_ascii_graphic());
        good.then_some(rest)
    }

    /// Where on its host a certificate lies, if it may lie there.
    pub fn certificate<'a>(&self, url: &'a str) -> Option<&'a str> {
        let path = self.below(url)?;
        let name = path.strip_prefix("/SimpleNotificationService-")?.strip_suffix(".pem")?;
        (name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(path)
    }

    /// Where on its host a subscription is confirmed, if it may be there.
    pub fn confirmation<'a>(&self, url: &'a str) -> Option<&'a str> {
        self.below(url).filter(|path| path.starts_with("/?Action=ConfirmSubscription&") && !path.contains('#'))
    }
}

fn is_region(region: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=40).contains(&region.len()) && region.contains('-') && region.bytes().all(good)
}

/// What SNS sends for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SnsKind {
    /// Something was published to the topic.
    Notification,
    /// Somebody wants the topic to send here: this address is asked whether it agrees.
    Subscribed,
    /// The topic will not send here any more.
    Unsubscribed,
}

/// A message of SNS.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SnsMessage {
    r#type: String,
    message_id: String,
    /// The topic's address.
    pub topic_arn: String,
    /// What was published.
    pub message: String,
    subject: Option<String>,
    timestamp: String,
    token: Option<String>,
    /// Where a subscription is confirmed.
    #[serde(rename = "SubscribeURL", alias = "SubscribeUrl")]
    pub subscribe_url: Option<String>,
    /// `1` or `2`.
    pub signature_version: String,
    /// Base64.
    pub signature: String,
    /// Where the certificate is.
    #[serde(rename = "SigningCertURL", alias = "SigningCertUrl")]
    pub certificate_url: String,
}

impl SnsMessage {
    /// What it is sent for; none for what is not known.
    pub fn kind(&self) -> Option<SnsKind> {
        match self.r#type.as_str() {
            "Notification" => Some(SnsKind::Notification),
            "SubscriptionConfirmation" => Some(SnsKind::Subscribed),
            "UnsubscribeConfirmation" => Some(SnsKind::Unsubscribed),
            _ => None,
        }
    }

    /// The text that was signed.
    pub fn signed_text(&self) -> Option<String> {
        let about = match self.kind()? {
            SnsKind::Notification => [("Subject", self.subject.as_ref()), ("SubscribeURL", None), ("Token", None)],
            SnsKind::Subscribed | SnsKind::Unsubscribed => {
                [("Subject", None), ("SubscribeURL", self.subscribe_url.as_ref()), ("Token", self.token.as_ref())]
            }
        };
        let [subject, subscribe, token] = about;
        let keys = [
            ("Message", Some(&self.message)),
            ("MessageId", Some(&self.message_id)),
            subject,
            subscribe,
            ("Timestamp", Some(&self.timestamp)),
            token,
            ("TopicArn", Some(&self.topic_arn)),
            ("Type", Some(&self.r#type)),
        ];
        Some(keys.into_iter().filter_map(|(key, value)| Some(format!("{key}\n{}\n", value?))).collect())
    }

    /// Whether it was signed lately enough to be taken: an older one is somebody's copy.
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        let at = DateTime::parse_from_rfc3339(&self.timestamp).map(|at| at.to_utc());
        at.is_ok_and(|at| now - at <= OLDEST && at - now <= AHEAD)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CERTIFICATE: &str =
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";

    fn topic() -> Topic {
        Topic::parse("arn:aws:sns:eu-central-1:123456789012:ses-events").unwrap()
    }

    #[test]
    fn topics_are_told_from_what_looks_like_one() {
        assert_eq!((topic().region(), topic().host().as_str()), ("eu-central-1", "sns.eu-central-1.amazonaws.com"));
        let chinese = Topic::parse(" arn:aws-cn:sns:cn-north-1:123456789012:a_b ").unwrap();
        assert_eq!(chinese.host(), "sns.cn-north-1.amazonaws.com.cn");
        for wrong in [
            "",
            "ses-events",
            "arn:aws:sqs:eu-central-1:123456789012:ses-events",
            "arn:aws:sns:eu-central-1:12345678901:ses-events",
            "arn:aws:sns:evil.example/x-:123456789012:ses-events",
            "arn:aws:sns:eu-central-1:123456789012:ses-events:2bcfbf39",
            "arn:aws:sns:eu-central-1:123456789012:",
        ] {
            assert!(Topic::parse(wrong).is_err(), "{wrong}");
        }
        let fifo = Topic::parse("arn:aws:sns:eu-central-1:123456789012:events.fifo").unwrap_err();
        assert!(fifo.message.contains("FIFO"));
    }

    #[test]
    fn only_the_regions_own_host_is_asked_for_a_certificate() {
        assert!(topic().certificate(CERTIFICATE).is_some());
        for wrong in [
            CERTIFICATE.replace("https", "http"),
            CERTIFICATE.replace("eu-central-1", "us-east-1"),
            CERTIFICATE.replace(".com/", ".com:8443/"),
            CERTIFICATE.replace(".com/", ".com.evil.example/"),
            CERTIFICATE.replace(".com/", ".com@evil.example/"),
            CERTIFICATE.replace("https://", "https://nora:pw@"),
            CERTIFICATE.replace(".pem", ".pem?x=1"),
            CERTIFICATE.replace(".pem", ".pem\r\nHost: evil.example"),
            CERTIFICATE.replace("/Simple", "/a/../Simple"),
            CERTIFICATE.replace("0123456789abcdef.pem", ".pem"),
            CERTIFICATE.replace("sns.", "sns-evil."),
        ] {
            assert_eq!(topic().certificate(&wrong), None, "{wrong}");
        }
        let confirm = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=2";
        assert!(topic().confirmation(confirm).is_some());
        assert_eq!(topic().confirmation(&confirm.replace("Confirm", "Delete")), None);
        assert_eq!(topic().confirmation(&confirm.replace(".com/", ".com.evil.example/")), None);
    }

    proptest! {
        #[test]
        fn no_address_panics_and_what_passes_is_on_the_host(url in "https://sns\\.eu-central-1\\.amazonaws\\.com.{0,60}|.{0,80}") {
            for found in [topic().certificate(&url), topic().confirmation(&url)].into_iter().flatten() {
                prop_assert_eq!(format!("https://{}{found}", topic().host()), url.clone());
            }
        }
    }
}
