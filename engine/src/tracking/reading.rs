//! The message in a browser, for those whose mail program shows it badly.

use super::{links, open, store};
use crate::{
    Engine, Error, Result, audience,
    templates::render::{Person, compile},
};

/// The HTML of a message, written again as its run froze it, with what is known of the person now.
pub async fn message(engine: &Engine, token: &str) -> Result<String> {
    let (mut tx, found) = open(engine, "message", token, None).await?;
    let content = store::content(tx.conn(), found.run).await?.ok_or(Error::NotFound)?;
    let facts = audience::contact_fields(tx.conn(), found.contact).await?.ok_or(Error::NotFound)?;
    let links = links(&engine.keys, &engine.public_url, tx.actor.tenant, found.run, found.n);
    let mail = compile(&content.email, "")?.render(&Person::from(&facts), &content.about, &links);
    Ok(mail.or(Err(Error::NotFound))?.html)
}
