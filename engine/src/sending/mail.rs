//! From a person to the bytes of their message: rendered text and envelope.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::{
    campaign::Switches,
    id::{ProviderId, RunId, TenantId},
    message::SkipReason,
};
use lettre::{Address, message::Mailbox};

use super::{group::Planned, public_id};
use crate::{
    Engine, Error, Result,
    audience::SendFacts,
    campaigns::{RunContent, RunSender},
    providers::Mailing,
    secrets::Keys,
    templates::{
        letter::{self, Letter},
        render::{self, Compiled, Followed, Person, Printed},
    },
    tracking,
};

/// What a run froze when it started.
pub(super) struct Frozen {
    pub(super) content: RunContent,
    pub(super) sender: RunSender,
    pub(super) provider: ProviderId,
    /// Messages a second, where the campaign says so.
    pub(super) rate: Option<i32>,
    /// Which guards it respects.
    pub(super) switches: Switches,
}

/// Everything that is the same for all messages of a run.
pub(super) struct Letterhead {
    tenant: TenantId,
    run: RunId,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    compiled: Compiled,
    about: Printed,
    keys: Keys,
    public_url: std::sync::Arc<str>,
}

impl Letterhead {
    pub(super) fn new(engine: &Engine, tenant: TenantId, run: RunId, frozen: Frozen) -> Result<Self> {
        let address = address(&frozen.sender.email)?;
        let name = Some(frozen.sender.name).filter(|name| !name.is_empty());
        let (keys, public_url) = (engine.keys.clone(), engine.public_url.clone());
        let marks = tracking::marks_key(&keys, run);
        let compiled = render::compile_followed(&frozen.content.email, &frozen.content.links, &marks)?;
        let from = Mailbox::new(name, address);
        let reply_to = frozen.sender.reply_to.as_deref().map(self::address).transpose()?;
        let reply_to = reply_to.map(|address| Mailbox::new(None, address));
        let about = frozen.content.about.into();
        Ok(Self { tenant, run, from, reply_to, compiled, about, keys, public_url })
    }

    /// The message for one person, or why there can be none. Message n of a run always has the same Message-ID, so
    /// that a mail system that gets it twice can tell.
    pub(super) fn write(
        &self,
        planned: &Planned,
        facts: &SendFacts,
        now: DateTime<Utc>,
    ) -> Result<Mailing, SkipReason> {
        let n = planned.n;
        let links = tracking::links(&self.keys, &self.public_url, self.tenant, self.run, n);
        let message = (self.tenant, self.run, n);
        let link = |number: u16, rest: &str| tracking::link(&self.keys, &self.public_url, message, number, rest);
        let followed = Followed { link: &link, trap: tracking::trap(&self.keys, &self.public_url, message) };
        let mail = self.compiled.render_followed(Person::from(facts), &self.about, &links, &followed);
        let mail = mail.or(Err(SkipReason::MissingValue))?;
        let to = address(facts.email.as_deref().unwrap_or_default()).or(Err(SkipReason::NoAddress))?;
        let public_id = public_id(self.run, n);
        let letter = Letter {
            from: &self.from,
            reply_to: self.reply_to.as_ref(),
            to: &to,
            id: &public_id,
            unsubscribe: &links.unsubscribe,
            at: now,
        };
        let subject = mail.subject.clone();
        // Addresses and headers are checked by now: what is left to fail is nothing that a person could mend.
        let bytes = letter::bytes(&letter, mail).or(Err(SkipReason::NoAddress))?;
        Ok(Mailing {
            tenant: self.tenant,
            run: self.run,
            message: public_id,
            attempt: planned.attempts.unsigned_abs().saturating_add(1),
            from: self.from.email.clone(),
            to,
            subject,
            bytes,
        })
    }
}

fn address(text: &str) -> Result<Address> {
    Address::from_str(text).map_err(|error| Error::internal("address", error))
}
