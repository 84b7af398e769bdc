//! The DNS of a sender's domain, asked of a server that says what a test tells it.

use domain::{
    access::{Role, Scope},
    dns::{DnsKind, DnsLine, DnsState, DomainState, Purpose, SenderDns},
    id::SenderId,
    provider::{NewConfig, NewSender, SenderChange},
};
use engine::{
    Error,
    providers::{self, dns},
    testing::{Names, TestWorkspace},
};

use crate::{
    ses,
    web::{Reply, Web},
};

/// A line as long as that of a key of 2048 bits: more than one piece of a TXT record holds.
fn key() -> String {
    format!("v=DKIM1; k=rsa; p={}", "A".repeat(392))
}

struct Desk {
    here: TestWorkspace,
    names: Names,
}

async fn desk() -> Desk {
    let (mut here, names) = (TestWorkspace::new().await, Names::new().await);
    here.engine.dns = names.dns();
    Desk { here, names }
}

impl Desk {
    /// A sender through a mail server of this name.
    async fn sender(&self, email: &str, host: &str, selector: &str) -> SenderId {
        let config =
            NewConfig { host: Some(host.into()), port: 587.into(), tls: Some("starttls".into()), ..Default::default() };
        let provider = self.here.account("smtp", host, config).await.id.to_string();
        self.add(email, provider, selector).await
    }

    async fn add(&self, email: &str, provider_id: String, selector: &str) -> SenderId {
        let new = NewSender { email: email.into(), provider_id, dkim_selector: selector.into(), ..Default::default() };
        self.here.act(async |tx| providers::create_sender(tx, &new).await).await.unwrap().id
    }

    async fn check(&self, id: SenderId) -> SenderDns {
        dns::check(&self.here.engine, &self.here.user(&[Role::Admin]), id).await.unwrap()
    }

    async fn kept(&self, id: SenderId) -> SenderDns {
        self.here.act(async |tx| dns::get(tx, id).await).await.unwrap()
    }

    async fn listed(&self, id: SenderId) -> Option<DomainState> {
        self.here.act(async |tx| providers::get_sender(tx, id).await).await.unwrap().dns
    }
}

fn states(dns: &SenderDns) -> Vec<(Purpose, DnsState)> {
    dns.lines.iter().map(|line| (line.purpose, line.state)).collect()
}

fn of(dns: &SenderDns, purpose: Purpose) -> DnsLine {
    dns.lines.iter().find(|line| line.purpose == purpose).unwrap().clone()
}

#[tokio::test]
async fn each_line_is_asked_for_and_what_was_found_is_kept_with_the_time() {
    let desk = desk().await;
    let id = desk.sender("nora@maple.example", "smtp.sendgrid.net", "S1._domainkey.maple.example").await;
    let before = desk.kept(id).await;
    assert_eq!((before.state, before.checked_at, desk.listed(id).await), (DomainState::Unchecked, None, None));
    assert_eq!(before.lines[1].name, "s1._domainkey.maple.example");

    let nothing = desk.check(id).await;
    assert!(states(&nothing).iter().all(|(_, state)| *state == DnsState::Missing), "{nothing:?}");
    assert_eq!(desk.listed(id).await, Some(DomainState::Wrong));

    desk.names.say("maple.example", DnsKind::Txt, &["site=x", "v=spf1 include:sendgrid.net -all"]);
    desk.names.say("sendgrid.net", DnsKind::Txt, &["v=spf1 ip4:192.0.2.0/24 ~all"]);
    desk.names.say("s1._domainkey.maple.example", DnsKind::Txt, &[&key()]);
    desk.names.say("_dmarc.maple.example", DnsKind::Txt, &["v=DMARC1; p=reject"]);
    let found = desk.check(id).await;
    assert_eq!(found.state, DomainState::Right, "{found:?}");
    assert!(of(&found, Purpose::Dkim).note.contains("RSA"), "a key in two pieces is one: {found:?}");
    assert_eq!(found.checked_at, Some(desk.here.engine.clock.now()));
    assert_eq!((desk.kept(id).await, desk.listed(id).await), (found, Some(DomainState::Right)));
}

#[tokio::test]
async fn what_is_there_instead_is_shown_and_what_cannot_be_asked_is_told_apart() {
    let desk = desk().await;
    let id = desk.sender("nora@maple.example", "smtp.sendgrid.net", "s1").await;
    desk.names.say("maple.example", DnsKind::Txt, &["v=spf1 mx -all", "v=spf1 a ~all"]);
    desk.names.say("s1._domainkey.maple.example", DnsKind::Txt, &["v=DKIM1; n=\0\x01; p="]);
    desk.names.breaks("_dmarc.maple.example");
    let found = desk.check(id).await;
    let spf = of(&found, Purpose::Spf);
    assert_eq!((spf.state, spf.found.len()), (DnsState::Different, 2));
    assert_eq!(spf.value, "v=spf1 mx a include:sendgrid.net -all");
    assert!(of(&found, Purpose::Dkim).note.contains("revoked"));
    let dmarc = of(&found, Purpose::Dmarc);
    assert_eq!(dmarc.state, DnsState::Unknown);
    assert!(dmarc.note.contains("error"), "{}", dmarc.note);
}

#[tokio::test]
async fn nobody_to_ask_is_no_missing_line() {
    let mut desk = desk().await;
    desk.here.engine.dns = TestWorkspace::new().await.engine.dns;
    let id = desk.sender("nora@maple.example", "mail.maple.example", "s1").await;
    let found = desk.check(id).await;
    assert_eq!(found.state, DomainState::Unknown, "{found:?}");
    assert!(found.lines.iter().all(|line| line.state == DnsState::Unknown && !line.note.is_empty()), "{found:?}");
}

#[tokio::test]
async fn an_organisations_policy_holds_for_what_is_below_it() {
    let desk = desk().await;
    let id = desk.sender("nora@news.maple.co.uk", "mail.maple.co.uk", "s1").await;
    desk.names.say("_dmarc.maple.co.uk", DnsKind::Txt, &["v=DMARC1; p=none; sp=quarantine"]);
    let dmarc = of(&desk.check(id).await, Purpose::Dmarc);
    assert_eq!((dmarc.state, dmarc.name.as_str()), (DnsState::Right, "_dmarc.news.maple.co.uk"));
    assert!(dmarc.note.contains("_dmarc.maple.co.uk") && dmarc.note.contains("spam folder"), "{}", dmarc.note);
}

#[tokio::test]
async fn amazon_is_asked_for_its_keys() {
    let desk = desk().await;
    let identity = r#"{"IdentityType": "DOMAIN", "VerifiedForSendingStatus": true,
        "DkimAttributes": {"SigningEnabled": true, "Status": "SUCCESS", "Tokens": ["abc", "def"],
            "SigningAttributesOrigin": "AWS_SES"},
        "MailFromAttributes": {"MailFromDomain": "bounce.maple.example", "MailFromDomainStatus": "SUCCESS",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}}"#;
    let web = Web::new(Reply::Say(200, "", identity.into())).await;
    let provider = desk.here.account("ses", "Amazon", ses::config(&web.url)).await.id.to_string();
    let id = desk.add("nora@maple.example", provider, "").await;
    desk.names.say("abc._domainkey.maple.example", DnsKind::Cname, &["abc.dkim.amazonses.com"]);
    desk.names.say("def._domainkey.maple.example", DnsKind::Cname, &["other.example"]);
    desk.names.say("bounce.maple.example", DnsKind::Mx, &["10 feedback-smtp.eu-central-1.amazonses.com"]);
    let found = desk.check(id).await;
    assert!(web.asked()[0].head.starts_with("GET /v2/email/identities/maple.example "), "{}", web.asked()[0].head);
    use DnsState::{Different, Missing, Right};
    let expected = [
        (Purpose::Dkim, Right),
        (Purpose::Dkim, Different),
        (Purpose::Spf, Missing),
        (Purpose::MailFrom, Right),
        (Purpose::Dmarc, Missing),
    ];
    assert_eq!(states(&found), expected);
    assert_eq!((&*found.lines[1].value, &*found.lines[1].found[0]), ("def.dkim.amazonses.com", "other.example"));

    let unknown = Reply::Say(404, "NotFoundException", r#"{"message": "no"}"#.into());
    web.replies(unknown);
    let line = of(&desk.check(id).await, Purpose::Dkim);
    assert!(line.state == DnsState::Missing && line.note.contains("does not know maple.example"), "{line:?}");
    web.replies(Reply::Say(403, "AccessDeniedException", r#"{"message": "Not allowed."}"#.into()));
    let line = of(&desk.check(id).await, Purpose::Dkim);
    assert!(line.state == DnsState::Unknown && line.note.contains("Not allowed."), "{line:?}");
}

#[tokio::test]
async fn another_domain_provider_or_selector_was_not_asked_about() {
    let desk = desk().await;
    let here = &desk.here;
    let id = desk.sender("nora@maple.example", "mail.maple.example", "s1").await;
    let change = async |change: SenderChange| {
        desk.check(id).await;
        here.act(async |tx| providers::update_sender(tx, id, &change).await).await.unwrap();
        desk.kept(id).await.checked_at
    };
    let named = SenderChange { name: Some("Nora".into()), ..Default::default() };
    assert!(change(named).await.is_some(), "a name changes nothing");
    let selector = SenderChange { dkim_selector: Some("s2".into()), ..Default::default() };
    assert_eq!(change(selector).await, None);
    let email = SenderChange { email: Some("nora@oak.example".into()), ..Default::default() };
    assert_eq!(change(email).await, None);
    assert_eq!(desk.listed(id).await, None);
    let sandbox = here.sandbox().await.id.to_string();
    let elsewhere = SenderChange { provider_id: Some(sandbox), ..Default::default() };
    assert_eq!(change(elsewhere).await, None);
    assert_eq!(desk.check(id).await.state, DomainState::Unneeded);
}

#[tokio::test]
async fn free_mailboxes_are_told_plainly() {
    let desk = desk().await;
    let id = desk.sender("nora.row@gmail.com", "smtp.sendgrid.net", "").await;
    let found = desk.check(id).await;
    assert_eq!((found.state, found.lines.len()), (DomainState::Freemail, 0));
    assert!(found.notes[0].contains("reject"), "{:?}", found.notes);
}

#[tokio::test]
async fn who_may_not_change_senders_may_not_check_them() {
    let desk = desk().await;
    let here = &desk.here;
    let id = desk.sender("nora@maple.example", "mail.maple.example", "").await;
    for actor in [here.user(&[Role::Viewer]), here.user(&[Role::Marketer]), here.key(&[Scope::Read, Scope::Send])] {
        let refused = dns::check(&here.engine, &actor, id).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
    let theirs = here.neighbour("Oak Lane").await;
    let refused = dns::check(&here.engine, &theirs.user(&[Role::Admin]), id).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    let seen = theirs.act(async |tx| dns::get(tx, id).await).await;
    assert!(matches!(seen, Err(Error::NotFound)), "{seen:?}");
}
