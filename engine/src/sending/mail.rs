//! From a person to the bytes of their message: rendered text, envelope, and the headers that mail clients act on.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::{
    id::{ProviderId, RunId, TenantId},
    message::SkipReason,
};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{group::Planned, public_id};
use crate::{
    Engine, Error, Result,
    audience::SendFacts,
    campaigns::{RunContent, RunSender},
    providers::Mailing,
    secrets::Keys,
    templates::render::{self, Compiled, Person},
    tracking::unsubscribe_token,
};

/// What a run froze when it started.
pub(super) struct Frozen {
    pub(super) content: RunContent,
    pub(super) sender: RunSender,
    pub(super) provider: ProviderId,
    /// Messages a second, where the campaign says so.
    pub(super) rate: Option<i32>,
}

/// Everything that is the same for all messages of a run.
pub(super) struct Letterhead {
    tenant: TenantId,
    run: RunId,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    compiled: Compiled,
    content: RunContent,
    keys: Keys,
    public_url: std::sync::Arc<str>,
}

impl Letterhead {
    pub(super) fn new(engine: &Engine, tenant: TenantId, run: RunId, frozen: Frozen) -> Result<Self> {
        let address = address(&frozen.sender.email)?;
        let name = Some(frozen.sender.name).filter(|name| !name.is_empty());
        let compiled = render::compile(&frozen.content.email, "")?;
        let (keys, public_url) = (engine.keys.clone(), engine.public_url.clone());
        let from = Mailbox::new(name, address);
        let reply_to = frozen.sender.reply_to.as_deref().map(self::address).transpose()?;
        let reply_to = reply_to.map(|address| Mailbox::new(None, address));
        Ok(Self { tenant, run, from, reply_to, compiled, content: frozen.content, keys, public_url })
    }

    /// The message for one person, or why there can be none. Message n of a run always has the same Message-ID, so
    /// that a mail system that gets it twice can tell.
    pub(super) fn write(
        &self,
        planned: &Planned,
        to: &str,
        facts: &SendFacts,
        now: DateTime<Utc>,
    ) -> Result<Mailing, SkipReason> {
        let n = planned.n;
        let unsubscribe =
            format!("{}/unsubscribe/{}", self.public_url, unsubscribe_token(&self.keys, self.tenant, self.run, n));
        let mail = self.compiled.render(&Person::from(facts), &self.content.about, &unsubscribe);
        let mail = mail.or(Err(SkipReason::MissingValue))?;
        let to = address(to).or(Err(SkipReason::NoAddress))?;
        let public_id = public_id(self.run, n);
        let id = format!("<{public_id}@{}>", self.from.email.domain());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(mail.subject.clone())
            .message_id(Some(id))
            .date(now.into())
            .raw_header(header("List-Unsubscribe", format!("<{unsubscribe}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        let message = match &self.reply_to {
            Some(reply_to) => message.reply_to(reply_to.clone()),
            None => message,
        };
        let message = message.multipart(MultiPart::alternative_plain_html(mail.text, mail.html));
        // Addresses and headers are checked by now: what is left to fail is nothing that a person could mend.
        let message = message.or(Err(SkipReason::NoAddress))?;
        Ok(Mailing {
            tenant: self.tenant,
            run: self.run,
            message: public_id,
            attempt: planned.attempts.unsigned_abs().saturating_add(1),
            from: self.from.email.clone(),
            to,
            subject: mail.subject,
            bytes: message.formatted(),
        })
    }
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn address(text: &str) -> Result<Address> {
    Address::from_str(text).map_err(|error| Error::internal("address", error))
}
