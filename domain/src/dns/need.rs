//! Which lines a sender's domain needs, by the way that its mail goes out.

use super::{DnsKind, DnsLine, DnsState, DomainState, Purpose, SenderDns, freemail, relay};

/// A sender's domain and the way that its mail goes out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setup {
    /// The domain of its address, in the letters of the DNS.
    pub domain: String,
    /// The organisation's domain that it belongs to: itself, or one above it.
    pub organisation: String,
    /// The way.
    pub way: Way,
}

/// The way that mail goes out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// Through a mail server.
    Smtp {
        /// Its name.
        host: String,
        /// The selector of its DKIM key; empty when nobody has stated it.
        selector: String,
    },
    /// Through Amazon SES, which has not been asked yet.
    Ses,
    /// Through Amazon SES, and what it says of the domain.
    AskedSes {
        /// Its region.
        region: String,
        /// What it says, or why it could not be asked; none: it does not know the domain.
        identity: Result<Option<SesIdentity>, String>,
    },
    /// To the outbox here.
    Sandbox,
}

/// What Amazon SES says of a domain.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SesIdentity {
    /// The domain that it knows: the sender's, or one above it.
    pub domain: String,
    /// Names of the keys that it signs with.
    pub tokens: Vec<String>,
    /// Where it publishes them.
    pub zone: Option<String>,
    /// Whether the keys are one's own, published by oneself.
    pub has_own_key: bool,
    /// The domain of the envelope's sender, where one was set.
    pub mail_from: Option<String>,
}

impl Way {
    /// How a domain stands whatever the DNS says of it; none where it has to be asked.
    pub fn settles(&self, domain: &str) -> Option<DomainState> {
        match (self, freemail(domain)) {
            (Self::Sandbox, _) => Some(DomainState::Unneeded),
            (Self::Smtp { host, .. }, Some(freemail)) if freemail.has_server(host) => Some(DomainState::Unneeded),
            (_, Some(_)) => Some(DomainState::Freemail),
            (_, None) => None,
        }
    }
}

impl Setup {
    /// The lines that the domain needs, none of them asked for yet.
    pub fn needs(&self) -> SenderDns {
        let (domain, state) = (self.domain.clone(), DomainState::Unchecked);
        let mut dns = SenderDns { domain, state, lines: Vec::new(), notes: Vec::new(), checked_at: None };
        if let Some(settled) = self.way.settles(&self.domain) {
            dns.state = settled;
            dns.notes.push(self.why(settled));
            return dns;
        }
        match &self.way {
            Way::Smtp { host, selector } => self.of_smtp(&mut dns, host, selector),
            Way::Ses => dns.notes.push("Press Check: Amazon SES is asked for the lines of its keys.".into()),
            Way::AskedSes { region, identity } => self.of_ses(&mut dns, region, identity),
            Way::Sandbox => {}
        }
        dns.lines.push(self.policy());
        dns
    }

    /// Why the DNS need not be asked.
    fn why(&self, settled: DomainState) -> String {
        match (settled, freemail(&self.domain)) {
            (DomainState::Freemail, Some(freemail)) => format!(
                "{0} is {1}’s, and {1} asks everybody to reject mail in its name that comes from another server. Yours will \
                 be rejected or end as spam, and no line of yours can change that. Send from a domain of your own.",
                self.domain, freemail.name
            ),
            (_, Some(freemail)) if self.way != Way::Sandbox => {
                format!("Your mail goes out through {}’s own servers, which sign it: no line is needed.", freemail.name)
            }
            _ => "The sandbox sends nothing, so no line is needed. Choose a real provider to see them.".to_owned(),
        }
    }

    fn of_smtp(&self, dns: &mut SenderDns, host: &str, selector: &str) {
        let spf = format!("v=spf1 {} ~all", relay::part(host));
        dns.lines.push(DnsLine::new(Purpose::Spf, &self.domain, DnsKind::Txt, spf));
        let place = if selector.is_empty() { "…" } else { selector };
        let name = format!("{place}._domainkey.{}", self.domain);
        let key = DnsLine::new(Purpose::Dkim, name, DnsKind::Txt, "");
        dns.lines.push(match selector.is_empty() {
            true => key.is(DnsState::Unknown, "State the DKIM selector that your mail server signs with, above."),
            false => key,
        });
    }

    fn of_ses(&self, dns: &mut SenderDns, region: &str, identity: &Result<Option<SesIdentity>, String>) {
        let no_key = |domain: &str, state, note: String| {
            DnsLine::new(Purpose::Dkim, format!("…._domainkey.{domain}"), DnsKind::Cname, "").is(state, note)
        };
        match identity {
            Err(why) => {
                let note = format!("Amazon SES could not be asked: {why}");
                dns.lines.push(no_key(&self.domain, DnsState::Unknown, note));
            }
            Ok(None) => {
                let note =
                    format!("Amazon SES does not know {} in {region}: add it there as an identity.", self.domain);
                dns.lines.push(no_key(&self.domain, DnsState::Missing, note));
            }
            Ok(Some(known)) if known.tokens.is_empty() => {
                let note = "Amazon SES has no DKIM key for this domain: turn DKIM on there.".to_owned();
                dns.lines.push(no_key(&known.domain, DnsState::Missing, note));
                envelope(dns, region, known);
            }
            Ok(Some(known)) => {
                dns.lines.extend(known.tokens.iter().map(|token| key(known, token)));
                envelope(dns, region, known);
            }
        }
    }

    fn policy(&self) -> DnsLine {
        let value = format!("v=DMARC1; p=none; rua=mailto:postmaster@{}", self.organisation);
        DnsLine::new(Purpose::Dmarc, format!("_dmarc.{}", self.domain), DnsKind::Txt, value)
    }

    /// Where the organisation's line of DMARC is, if that is another one.
    pub fn policy_above(&self) -> Option<String> {
        (self.organisation != self.domain).then(|| format!("_dmarc.{}", self.organisation))
    }
}

/// The line of one of Amazon's keys, or of one's own.
fn key(known: &SesIdentity, token: &str) -> DnsLine {
    let name = format!("{token}._domainkey.{}", known.domain);
    let zone = known.zone.as_deref().unwrap_or("dkim.amazonses.com");
    match known.has_own_key {
        true => DnsLine::new(Purpose::Dkim, name, DnsKind::Txt, ""),
        false => DnsLine::new(Purpose::Dkim, name, DnsKind::Cname, format!("{token}.{zone}")),
    }
}

/// The lines of the envelope's sender, where that is a domain of one's own.
fn envelope(dns: &mut SenderDns, region: &str, known: &SesIdentity) {
    match &known.mail_from {
        Some(mail_from) => {
            let mx = format!("10 feedback-smtp.{region}.amazonses.com");
            let spf = "v=spf1 include:amazonses.com ~all";
            dns.lines.push(DnsLine::new(Purpose::Spf, mail_from, DnsKind::Txt, spf));
            dns.lines.push(DnsLine::new(Purpose::MailFrom, mail_from, DnsKind::Mx, mx));
        }
        None => dns.notes.push(
            "SPF needs no line: Amazon’s own domain is the envelope’s sender. A custom MAIL FROM domain in SES would make \
             it yours."
                .into(),
        ),
    }
}
