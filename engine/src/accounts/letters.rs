//! Mails that Carillon itself writes to people who work in it: invitations, links to a new password. They go out through
//! a sender of the workspace, and never through the sandbox: its outbox can be read by everybody in the workspace, and
//! whoever reads such a link can use it.

use std::{sync::Arc, time::Duration};

use domain::{brand::Brand, delivery::Outcome, id::RunId, invitation::Delivery, provider::Sender};
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::workspace;
use crate::{
    Engine, Error, Result,
    db::{Tx, new_id},
    providers::{self, Account, Mailing},
    sending::public_id,
};

/// How long somebody who looks at a page is made to wait for a provider.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is written to whom.
pub(crate) struct Text<'a> {
    /// The recipient's address.
    pub(crate) to: &'a str,
    /// The subject.
    pub(crate) subject: String,
    /// Paragraphs before the link.
    pub(crate) before: Vec<String>,
    /// The words of the link and where it leads.
    pub(crate) link: Option<(&'a str, &'a str)>,
    /// Paragraphs after it.
    pub(crate) after: Vec<String>,
}

/// A mail ready to go.
pub struct Letter {
    account: Arc<Account>,
    mailing: Mailing,
}

/// Writes a mail from the workspace of the transaction; none where no sender of it reaches anybody.
pub(super) async fn write(engine: &Engine, tx: &mut Tx, text: &Text<'_>) -> Result<Option<Letter>> {
    let brand = workspace::brand(engine, tx.conn()).await?;
    match providers::sender_for_letters(tx.conn(), &brand.from_email).await? {
        Some(sender) => write_from(engine, tx, &sender, text).await.map(Some),
        None => Ok(None),
    }
}

/// Writes a mail from this sender.
pub(crate) async fn write_from(engine: &Engine, tx: &mut Tx, sender: &Sender, text: &Text<'_>) -> Result<Letter> {
    let account = providers::open(engine, tx.conn(), sender.provider_id).await?;
    let run = RunId(new_id(tx.now));
    let brand = workspace::brand(engine, tx.conn()).await?;
    let html = html(text, &brand);
    let broken = |error: lettre::address::AddressError| Error::internal("address of a letter", error);
    let (from, to) = (sender.email.parse().map_err(broken)?, text.to.parse().map_err(broken)?);
    let mailing = Mailing {
        tenant: tx.actor.tenant,
        run,
        message: public_id(run, 1),
        attempt: 1,
        bytes: bytes(tx, run, Mailbox::new(name_of(sender), from), Mailbox::new(None, to), text, html)?,
        from: sender.email.parse().map_err(broken)?,
        to: text.to.parse().map_err(broken)?,
        subject: text.subject.clone(),
    };
    Ok(Letter { account, mailing })
}

fn name_of(sender: &Sender) -> Option<String> {
    Some(sender.name.clone()).filter(|name| !name.is_empty())
}

fn bytes(tx: &Tx, run: RunId, from: Mailbox, to: Mailbox, text: &Text<'_>, html: String) -> Result<Vec<u8>> {
    let id = format!("<{}@{}>", public_id(run, 1), from.email.domain());
    // Told to programs that answer by themselves: there is nobody to read it (RFC 3834).
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(text.subject.clone())
        .message_id(Some(id))
        .date(tx.now.into())
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(plain(text), html));
    message.map(|message| message.formatted()).map_err(|error| Error::internal("a letter", error))
}

fn plain(text: &Text<'_>) -> String {
    let link = text.link.map(|(words, url)| format!("{words}:\n{url}"));
    let parts: Vec<_> = text.before.iter().cloned().chain(link).chain(text.after.iter().cloned()).collect();
    format!("{}\n", parts.join("\n\n"))
}

fn html(text: &Text<'_>, brand: &Brand) -> String {
    let escape = handlebars::html_escape;
    let (button, ink) = brand.button();
    let logo = brand.logo_url.as_deref().map(|url| {
        format!(
            "<p style=\"margin:0 0 24px\"><img src=\"{}\" alt=\"\" style=\"max-width:240px;max-height:80px\"></p>",
            escape(url)
        )
    });
    let paragraph = |words: &String| format!("<p style=\"margin:0 0 16px\">{}</p>", escape(words));
    let link = text.link.map(|(words, url)| {
        format!(
            "<p style=\"margin:0 0 16px\"><a href=\"{0}\" style=\"display:inline-block;padding:10px 16px;border-radius:6px;\
             background:{button};color:{ink};text-decoration:none\">{1}</a></p>\
             <p style=\"margin:0 0 16px;color:#555555\">Or copy this address: {0}</p>",
            escape(url),
            escape(words)
        )
    });
    let parts: String = logo
        .into_iter()
        .chain(text.before.iter().map(paragraph))
        .chain(link)
        .chain(text.after.iter().map(paragraph))
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><body style=\"font:15px/22px sans-serif;color:#111111\">{parts}</body></html>"
    )
}

impl Letter {
    /// Hands it over, with no transaction open, and says what came of it.
    pub async fn send(self) -> Delivery {
        match tokio::time::timeout(PATIENCE, self.account.deliver(&self.mailing)).await {
            Ok(Outcome::Accepted { .. }) => Delivery::Sent,
            Ok(Outcome::Unknown { .. }) | Err(_) => Delivery::NoAnswer,
            Ok(Outcome::Rejected { code, .. } | Outcome::Retry { code, .. } | Outcome::SlowDown { code, .. }) => {
                refused(&code)
            }
            Ok(Outcome::Pause { code, .. }) => refused(&code),
        }
    }
}

/// The provider's words may hold the address; its code does not.
fn refused(code: &str) -> Delivery {
    tracing::warn!(code, "a provider refused a letter");
    Delivery::Refused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_in_both_forms() {
        let text = Text {
            to: "ivo@maple.example",
            subject: "Hello".into(),
            before: vec!["<b>Nora</b> & Co".into()],
            link: Some(("Join", "https://carillon.example/invitation/x")),
            after: vec!["Bye".into()],
        };
        assert_eq!(plain(&text), "<b>Nora</b> & Co\n\nJoin:\nhttps://carillon.example/invitation/x\n\nBye\n");
        assert!(html(&text, &Brand::default()).contains("&lt;b&gt;Nora&lt;/b&gt; &amp; Co"));
    }
}
