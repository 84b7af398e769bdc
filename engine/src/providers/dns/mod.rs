//! What the DNS says of a sender's domain (SPEC 12): the lines that it needs, asked for when somebody presses Check, and
//! kept with the time until the sender changes.

mod store;

use std::time::Duration;

use domain::{
    access::Verb,
    dns::{DnsLine, DnsState, DomainState, Purpose, SenderDns, Setup, SpfCheck, Way, judge, judge_dmarc},
    id::SenderId,
    provider::Sender,
};
use futures::future;
use sqlx::PgConnection;

use super::{account::open, senders, store as providers};
use crate::{
    Engine, Error, Result,
    accounts::Actor,
    db::Tx,
    dns::{self, Asker},
};

/// How long one line may take, with all that belongs to it.
const PATIENCE: Duration = Duration::from_secs(15);

/// The lines that a sender's domain needs, with what was found when the DNS was asked last.
pub async fn get(tx: &mut Tx, id: SenderId) -> Result<SenderDns> {
    tx.allow(Verb::ViewProviders)?;
    let sender = senders::sender(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let setup = setup(tx.conn(), &sender).await?;
    match store::kept(tx.conn(), id).await? {
        Some(kept) if setup.way.settles(&setup.domain).is_none() => Ok(kept),
        _ => Ok(setup.needs()),
    }
}

/// Asks the DNS now, with no transaction open, and keeps what it says. A sender that is changed meanwhile keeps nothing:
/// what was asked was about another one.
pub async fn check(engine: &Engine, actor: &Actor, id: SenderId) -> Result<SenderDns> {
    let mut tx = engine.begin(actor).await?;
    tx.allow(Verb::EditProviders)?;
    let sender = senders::sender(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let mut setup = setup(tx.conn(), &sender).await?;
    let account = match setup.way {
        Way::Ses => Some(open(engine, tx.conn(), sender.provider_id).await?),
        _ => None,
    };
    tx.commit().await?;
    if let Some(account) = account
        && let Some(way) = account.ses_way(&setup.domain, &setup.organisation).await
    {
        setup.way = way;
    }
    let mut dns = asked(engine.dns.open(), &setup).await;
    let mut tx = engine.begin(actor).await?;
    dns.checked_at = Some(tx.now);
    store::keep(tx.conn(), &sender, &dns).await?;
    tx.commit().await?;
    Ok(dns)
}

/// A sender's domain, and the way its mail goes.
async fn setup(conn: &mut PgConnection, sender: &Sender) -> Result<Setup> {
    let provider = providers::provider(conn, sender.provider_id).await?.ok_or(Error::NotFound)?;
    let domain = dns::ascii(sender.email.rsplit('@').next().unwrap_or_default());
    let organisation = dns::organisation(&domain);
    Ok(Setup { domain, organisation, way: provider.way(&sender.dkim_selector) })
}

/// All lines at once, each as it stands.
async fn asked(asker: Asker, setup: &Setup) -> SenderDns {
    let mut dns = setup.needs();
    let above = setup.policy_above();
    let lines = std::mem::take(&mut dns.lines).into_iter();
    dns.lines = future::join_all(lines.map(|line| in_time(&asker, line, above.as_deref()))).await;
    let dns = dns.summed_up();
    match dns.state {
        // Nothing was there to be asked.
        DomainState::Unchecked => SenderDns { state: DomainState::Unknown, ..dns },
        _ => dns,
    }
}

async fn in_time(asker: &Asker, line: DnsLine, above: Option<&str>) -> DnsLine {
    let late = line.clone().is(DnsState::Unknown, "The DNS did not answer in time.");
    tokio::time::timeout(PATIENCE, one(asker, line, above)).await.unwrap_or(late)
}

async fn one(asker: &Asker, line: DnsLine, above: Option<&str>) -> DnsLine {
    if line.state != DnsState::Unchecked {
        return line;
    }
    let own = asker.ask(&line.name, line.kind).await;
    match line.purpose {
        Purpose::Spf => spf(asker, SpfCheck::begin(line, &own)).await,
        Purpose::Dmarc => {
            let above = match above {
                Some(name) => Some((name, asker.ask(name, line.kind).await)),
                None => None,
            };
            judge_dmarc(line, &own, above.as_ref().map(|(name, answer)| (*name, answer)))
        }
        Purpose::Dkim | Purpose::MailFrom => judge(line, own),
    }
}

/// Follows the lines that belong to an SPF line.
async fn spf(asker: &Asker, mut check: SpfCheck) -> DnsLine {
    while let Some(domain) = check.next_domain() {
        let answer = asker.ask(&domain, domain::dns::DnsKind::Txt).await;
        check.take(&domain, &answer);
    }
    check.finish()
}
