//! Trying a message out (SPEC 4.3): sent to any address through the sender's own provider. It makes no recipient and
//! counts nowhere; its subject begins with [Test] and its links lead to pages that say so.

use std::{str::FromStr, sync::Arc};

use domain::{
    access::Verb,
    delivery::Outcome,
    id::{RunId, TemplateId},
    template::{EmailContent, NewTrial, Trial},
};
use lettre::{Address, message::Mailbox};

use super::{
    email, get,
    letter::{self, Letter},
    person,
    render::{About, Links, compile},
};
use crate::{
    Engine, Error, Result,
    accounts::audit,
    campaigns::RunSender,
    db::{Tx, new_id},
    providers::{self, Account, Mailing},
    sending::public_id,
};

/// A test message that is written: commit first, then send it, so that nothing is held while the provider thinks.
pub struct Ready {
    account: Arc<Account>,
    mailing: Mailing,
}

impl Ready {
    /// Hands it to the provider and says how that ended.
    pub async fn send(self) -> Trial {
        let to = self.mailing.to.to_string();
        let (ok, message) = match self.account.deliver(&self.mailing).await {
            Outcome::Accepted { .. } => (true, format!("Sent to {to}.")),
            Outcome::Unknown { text } => (false, format!("Nobody knows whether it arrived: {text}")),
            Outcome::Rejected { text, .. }
            | Outcome::Retry { text, .. }
            | Outcome::SlowDown { text, .. }
            | Outcome::Pause { text, .. } => (false, format!("The provider did not take it: {text}")),
        };
        Trial { ok, message }
    }
}

/// Writes a test message of a template's newest text.
pub async fn ready_trial(engine: &Engine, tx: &mut Tx, id: TemplateId, new: &NewTrial) -> Result<Ready> {
    tx.allow(Verb::SendCampaigns)?;
    let template = get(tx, id).await?;
    let content = email(&template.content())?;
    ready_from(engine, tx, ("template", &id.to_string(), &template.template.name), &content, new).await
}

/// Writes a test message of any content; `about` says what is tried out: its kind, id and name.
pub(crate) async fn ready_from(
    engine: &Engine,
    tx: &mut Tx,
    about: (&str, &str, &str),
    content: &EmailContent,
    new: &NewTrial,
) -> Result<Ready> {
    tx.allow(Verb::SendCampaigns)?;
    let (to, contact, sender) = new.parse()?;
    let sender = providers::sender(tx.conn(), sender).await?;
    let sender = sender.ok_or_else(|| Error::field("sender_id", "unknown", "There is no such sender."))?;
    let person = person(tx, contact).await.map_err(|error| match error {
        Error::NotFound => Error::field("contact_id", "unknown", "There is no such contact."),
        other => other,
    })?;
    let (kind, id, name) = about;
    let printed = About::now(engine, tx, name, Some(&sender.email)).await?;
    let links = Links::of_trial(&engine.public_url);
    let mail = compile(content, "")?.render(&person, &printed, &links);
    let mut mail = mail.map_err(|missing| missing.into_error("contact_id"))?;
    mail.subject = format!("[Test] {}", mail.subject);
    let run = RunId(new_id(tx.now));
    let shown = RunSender::of(engine, tx, &sender).await?;
    let from = Mailbox::new(Some(shown.name).filter(|name| !name.is_empty()), address(&shown.email)?);
    let reply_to = shown.reply_to.as_deref().map(address).transpose()?.map(|address| Mailbox::new(None, address));
    let (to, message, subject) = (address(to.as_str())?, public_id(run, 0), mail.subject.clone());
    let (reply_to, unsubscribe) = (reply_to.as_ref(), links.unsubscribe.as_str());
    let letter = Letter { from: &from, reply_to, to: &to, id: &message, unsubscribe, at: tx.now };
    let bytes = letter::bytes(&letter, mail)?;
    let detail = serde_json::json!({ "to": to.to_string(), "sender": sender.email });
    audit::record(tx, audit::Act { action: "message.tested", kind, id: id.to_owned(), name, detail }).await?;
    let account = providers::open(engine, tx.conn(), sender.provider_id).await?;
    let tenant = tx.actor.tenant;
    let mailing = Mailing { tenant, run, message, attempt: 1, from: from.email, to, subject, bytes };
    Ok(Ready { account, mailing })
}

fn address(text: &str) -> Result<Address> {
    Address::from_str(text).map_err(|error| Error::internal("address", error))
}
