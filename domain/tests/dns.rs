//! Lines of the DNS by their RFCs: SPF (7208), DKIM (6376), DMARC (7489), and how those of a sender stand.

use std::collections::HashMap;

use domain::dns::{
    Answer, DkimKey, Dmarc, DnsKind, DnsLine, DnsState, DomainState, LOOKUPS, Mechanism, Policy, Purpose, Qualifier,
    SesIdentity, Setup, Spf, SpfCheck, Walk, Way, freemail, judge, judge_dmarc, selector,
};
use proptest::prelude::*;

fn found(lines: &[&str]) -> Answer {
    Answer::Found(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn line(purpose: Purpose, value: &str) -> DnsLine {
    DnsLine::new(purpose, "maple.example", DnsKind::Txt, value)
}

/// How an SPF line stands in a world of these domains.
fn spf(value: &str, own: &[&str], world: &[(&str, &str)]) -> DnsLine {
    let world: HashMap<&str, &str> = world.iter().copied().collect();
    let mut check = SpfCheck::begin(line(Purpose::Spf, value), &found(own));
    while let Some(domain) = check.next_domain() {
        let answer = world.get(domain.as_str()).map_or(Answer::Nothing, |text| found(&[text]));
        check.take(&domain, &answer);
    }
    check.finish()
}

#[test]
fn spf_lines_are_read_as_the_rfc_says() {
    let read = Spf::parse("v=spf1 mx a:relay.maple.example/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all").unwrap();
    let parts: Vec<_> = read.parts.iter().map(|(_, part)| part.clone()).collect();
    assert_eq!(parts[0], Mechanism::Mx(None));
    assert_eq!(parts[1], Mechanism::A(Some("relay.maple.example".into())));
    assert_eq!(parts[2], Mechanism::Ip4("192.0.2.0".parse().unwrap(), 24));
    assert_eq!((read.of_all(), read.asked()), (Some(Qualifier::Fail), 2));
    for good in [
        "v=spf1",
        "V=SPF1 ?all",
        "v=spf1 a/24 mx//64 ptr exists:%{i}._spf.%{d2} ~all",
        "v=spf1 redirect=_spf.maple.example",
        "v=spf1 exp=explain.maple.example x-other=1 include:a.example.",
        "v=spf1  mx   -all ",
    ] {
        assert!(Spf::parse(good).is_ok(), "{good}: {:?}", Spf::parse(good));
    }
    for bad in [
        "v=spf2 -all",
        "v=spf1-all",
        "v=spf1 include",
        "v=spf1 include:",
        "v=spf1 include:localhost",
        "v=spf1 ip4:192.0.2.0/33",
        "v=spf1 ip4:192.0.2/24",
        "v=spf1 ip4:192.0.2.0/024",
        "v=spf1 ip6:2001:db8::/129",
        "v=spf1 all:x",
        "v=spf1 a/",
        "v=spf1 mx//",
        "v=spf1 aa",
        "v=spf1 exists:%{z}.a.example",
        "v=spf1 exists:%a.example",
        "v=spf1 redirect=a.example redirect=b.example",
    ] {
        assert!(Spf::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn look_ups_of_the_lines_of_others_are_counted_and_more_than_ten_are_an_error() {
    let world = [("a.example", "v=spf1 mx a include:b.example ~all"), ("b.example", "v=spf1 ip4:192.0.2.1 -all")];
    let fine = spf("v=spf1 a:relay.example ~all", &["v=spf1 include:a.example mx -all"], &world);
    assert_eq!(fine.state, DnsState::Right);
    assert!(fine.note.contains("5 of 10 times"), "{}", fine.note);
    let ten = format!("v=spf1 {} -all", "a ".repeat(10));
    assert_eq!(spf("", &[&ten], &[]).state, DnsState::Right);
    let eleven = format!("v=spf1 {} -all", "a ".repeat(11));
    let long = spf("", &[&eleven], &[]);
    assert_eq!(long.state, DnsState::Different);
    assert!(long.note.contains("more than 10 times"), "{}", long.note);
    let deep: Vec<(String, String)> =
        (0..12).map(|n| (format!("d{n}.example"), format!("v=spf1 include:d{}.example ~all", n + 1))).collect();
    let deep: Vec<(&str, &str)> = deep.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert!(spf("", &["v=spf1 include:d0.example -all"], &deep).note.contains("more than 10"));
    // One that leads back to itself ends too.
    let round = [("a.example", "v=spf1 include:a.example ~all")];
    assert_eq!(spf("", &["v=spf1 include:a.example -all"], &round).state, DnsState::Different);
}

#[test]
fn what_stands_behind_all_and_a_redirect_beside_it_are_not_asked_for() {
    let read = Spf::parse("v=spf1 mx -all a include:x.example redirect=y.example").unwrap();
    assert_eq!((read.asked(), read.follows().count()), (1, 0));
    let redirected = spf("", &["v=spf1 redirect=a.example"], &[("a.example", "v=spf1 mx -all")]);
    assert!(redirected.note.contains("2 of 10"), "{}", redirected.note);
}

#[test]
fn an_spf_line_that_is_not_right_says_what_to_put_there() {
    let wanted = "v=spf1 include:sendgrid.net ~all";
    let missing = spf(wanted, &["google-site-verification=x"], &[]);
    assert_eq!((missing.state, missing.value.as_str()), (DnsState::Missing, wanted));
    let google = [("_spf.google.com", "v=spf1 ip4:192.0.2.1 ~all")];
    let lacks = spf(wanted, &["v=spf1 include:_spf.google.com -all"], &google);
    assert_eq!(lacks.state, DnsState::Different);
    assert_eq!(lacks.value, "v=spf1 include:_spf.google.com include:sendgrid.net -all");
    let two = spf(wanted, &["v=spf1 mx -all", "v=spf1 a ~all"], &[]);
    assert_eq!(two.state, DnsState::Different);
    assert_eq!(two.value, "v=spf1 mx a include:sendgrid.net -all");
    assert_eq!(two.found.len(), 2);
    let open = spf(wanted, &["v=spf1 +all"], &[]);
    assert_eq!((open.state, open.value.as_str()), (DnsState::Different, "v=spf1 include:sendgrid.net ~all"));
    assert_eq!(spf(wanted, &["v=spf1 nonsense"], &[]).state, DnsState::Different);
    let dead = spf(wanted, &["v=spf1 include:gone.example -all"], &[]);
    assert!(dead.state == DnsState::Different && dead.note.contains("gone.example"), "{}", dead.note);
    // Within another one's line it is named as well.
    let world = [("mail.maple.example", "v=spf1 include:sendgrid.net ~all"), ("sendgrid.net", "v=spf1 mx ~all")];
    assert_eq!(spf(wanted, &["v=spf1 include:mail.maple.example -all"], &world).state, DnsState::Right);
}

#[test]
fn what_could_not_be_asked_is_not_called_wrong() {
    let failed = Answer::Failed("The DNS did not answer in time.".into());
    let own = SpfCheck::begin(line(Purpose::Spf, "v=spf1 mx ~all"), &failed).finish();
    assert_eq!((own.state, own.note.as_str()), (DnsState::Unknown, "The DNS did not answer in time."));
    let mut check = SpfCheck::begin(line(Purpose::Spf, "v=spf1 mx ~all"), &found(&["v=spf1 include:a.example ~all"]));
    assert_eq!(check.next_domain().as_deref(), Some("a.example"));
    check.take("a.example", &failed);
    assert_eq!(check.finish().state, DnsState::Unknown);
    assert_eq!(judge(line(Purpose::Dkim, ""), failed.clone()).state, DnsState::Unknown);
    assert_eq!(judge_dmarc(line(Purpose::Dmarc, ""), &failed, None).state, DnsState::Unknown);
    assert_eq!(judge_dmarc(line(Purpose::Dmarc, ""), &Answer::Nothing, Some(("x", &failed))).state, DnsState::Unknown);
}

/// As long as a key of so many bits is in base64.
fn key(bytes: usize) -> String {
    "A".repeat(bytes.div_ceil(3) * 4)
}

#[test]
fn dkim_keys_are_read_as_the_rfc_says() {
    let bits = |text: &str| DkimKey::parse(text).map(|key| key.bits);
    assert_eq!(bits(&format!("v=DKIM1; k=rsa; p={}", key(294))), Ok(2112));
    assert!(bits(&format!("k=rsa;p={};", key(162))).unwrap() >= 1024);
    assert_eq!(bits(&format!("v=DKIM1; k=ed25519; p={}=", "A".repeat(43))), Ok(256));
    assert!(DkimKey::parse(&format!("v=DKIM1; t=y:s; p={}", key(294))).unwrap().is_test);
    for (bad, says) in [
        ("v=DKIM1; p=".to_owned(), "revoked"),
        ("v=DKIM1; k=rsa".into(), "no p="),
        (format!("v=DKIM2; p={}", key(294)), "not DKIM1"),
        (format!("p={}; v=DKIM1", key(294)), "stand first"),
        (format!("v=DKIM1; p={}", key(94)), "1024 at the least"),
        (format!("v=DKIM1; k=dsa; p={}", key(294)), "kind “dsa”"),
        (format!("v=DKIM1; s=chat; p={}", key(294)), "not for e-mail"),
        ("v=DKIM1; p=***".into(), "base64"),
        ("hello".into(), "no tag"),
        ("v=DKIM1; p=AA; p=BB".into(), "twice"),
    ] {
        let told = DkimKey::parse(&bad).unwrap_err();
        assert!(told.contains(says), "{bad}: {told}");
    }
    let two = judge(line(Purpose::Dkim, ""), found(&["v=DKIM1; p=AA", "v=DKIM1; p=BB"]));
    assert_eq!(two.state, DnsState::Different);
    assert_eq!(judge(line(Purpose::Dkim, ""), Answer::Nothing).state, DnsState::Missing);
}

#[test]
fn selectors_are_taken_out_of_the_name_that_people_copy() {
    let read = |typed: &str| selector(typed).map_err(|refused| refused.code);
    assert_eq!(read(" S1._domainkey.maple.example. "), Ok("s1".into()));
    assert_eq!(read("k2.mail"), Ok("k2.mail".into()));
    assert_eq!(read(""), Ok(String::new()));
    for bad in ["a b", "-a", "a..b", "ä", &"a".repeat(64)] {
        assert_eq!(read(bad), Err("invalid"), "{bad}");
    }
}

#[test]
fn dmarc_is_read_as_the_rfc_says() {
    let read =
        Dmarc::parse("v=DMARC1; p=quarantine; sp=reject; pct=50; rua=mailto:a@b.example, mailto:c@d.example").unwrap();
    assert_eq!((read.policy, read.of_subdomains, read.percent), (Policy::Quarantine, Policy::Reject, 50));
    assert_eq!(read.reports.len(), 2);
    assert_eq!(Dmarc::parse("v = DMARC1 ;p=none;").unwrap().of_subdomains, Policy::None);
    for bad in ["v=DMARC1", "v=DMARC1; p=maybe", "v=DMARC1; p=none; pct=101", "p=none; v=DMARC1", "v=dmarc1; p=none"] {
        assert!(Dmarc::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_organisations_policy_holds_where_the_domain_has_none() {
    let stands = |own: &Answer, above: Option<&Answer>| {
        let line = line(Purpose::Dmarc, "v=DMARC1; p=none");
        judge_dmarc(line, own, above.map(|answer| ("_dmarc.maple.example", answer)))
    };
    let reject = found(&["v=DMARC1; p=reject; sp=quarantine"]);
    let above = stands(&Answer::Nothing, Some(&reject));
    assert_eq!(above.state, DnsState::Right);
    assert!(above.note.contains("_dmarc.maple.example") && above.note.contains("spam folder"), "{}", above.note);
    let own = stands(&found(&["some other text", "v=DMARC1; p=none"]), Some(&reject));
    assert!(own.state == DnsState::Right && own.note.contains("only watches"), "{}", own.note);
    assert_eq!(stands(&Answer::Nothing, None).state, DnsState::Missing);
    assert_eq!(stands(&found(&["v=DMARC1; p=none", "v=DMARC1; p=reject"]), None).state, DnsState::Different);
}

fn smtp(domain: &str, host: &str, selector: &str) -> Setup {
    let way = Way::Smtp { host: host.into(), selector: selector.into() };
    Setup { domain: domain.into(), organisation: domain.into(), way }
}

#[test]
fn a_mail_server_needs_three_lines_of_which_its_name_tells_one() {
    let needs = smtp("maple.example", "smtp.sendgrid.net", "s1").needs();
    let lines: Vec<_> = needs.lines.iter().map(|line| (line.name.as_str(), line.value.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("maple.example", "v=spf1 include:sendgrid.net ~all"),
            ("s1._domainkey.maple.example", ""),
            ("_dmarc.maple.example", "v=DMARC1; p=none; rua=mailto:postmaster@maple.example"),
        ]
    );
    let value = |host: &str| smtp("maple.example", host, "s1").needs().lines[0].value.clone();
    assert_eq!(value("mail.maple.example"), "v=spf1 a:mail.maple.example ~all");
    assert_eq!(value("192.0.2.7"), "v=spf1 ip4:192.0.2.7 ~all");
    assert_eq!(value("localhost"), "v=spf1 mx ~all");
    let unstated = smtp("maple.example", "mail.maple.example", "").needs();
    assert_eq!(unstated.lines[1].state, DnsState::Unknown);
}

#[test]
fn amazon_names_its_keys_and_a_mail_from_domain_of_ones_own_needs_two_lines_more() {
    let needs = |identity| {
        let way = Way::AskedSes { region: "eu-central-1".into(), identity };
        Setup { domain: "maple.example".into(), organisation: "maple.example".into(), way }.needs()
    };
    let known = SesIdentity {
        domain: "maple.example".into(),
        tokens: vec!["abc".into()],
        mail_from: Some("bounce.maple.example".into()),
        ..Default::default()
    };
    let lines: Vec<_> =
        needs(Ok(Some(known.clone()))).lines.into_iter().map(|line| (line.kind, line.name, line.value)).collect();
    assert_eq!(lines[0], (DnsKind::Cname, "abc._domainkey.maple.example".into(), "abc.dkim.amazonses.com".into()));
    assert_eq!(lines[1].2, "v=spf1 include:amazonses.com ~all");
    assert_eq!(
        lines[2],
        (DnsKind::Mx, "bounce.maple.example".into(), "10 feedback-smtp.eu-central-1.amazonses.com".into())
    );
    let own = SesIdentity { has_own_key: true, mail_from: None, ..known };
    assert_eq!(needs(Ok(Some(own))).lines[0].kind, DnsKind::Txt);
    assert_eq!(needs(Ok(None)).lines[0].state, DnsState::Missing);
    assert_eq!(needs(Err("no".into())).lines[0].state, DnsState::Unknown);
}

#[test]
fn free_mailboxes_are_told_plainly_unless_the_server_is_their_own() {
    let through = |host: &str| smtp("gmail.com", host, "").needs();
    let refused = through("smtp.sendgrid.net");
    assert_eq!((refused.state, refused.lines.len()), (DomainState::Freemail, 0));
    assert!(refused.notes[0].contains("rejected"), "{:?}", refused.notes);
    assert_eq!(refused.summed_up().state, DomainState::Freemail);
    assert_eq!(through("smtp.gmail.com").state, DomainState::Unneeded);
    assert_eq!(freemail("Yahoo.co.uk").map(|known| known.name), Some("Yahoo"));
    assert_eq!(freemail("maple.example"), None);
}

#[test]
fn names_are_the_same_in_letters_of_any_case_and_with_a_dot() {
    let wanted = DnsLine::new(Purpose::Dkim, "a", DnsKind::Cname, "abc.dkim.amazonses.com");
    let state = |answer: &[&str]| judge(wanted.clone(), found(answer)).state;
    assert_eq!(state(&["ABC.dkim.amazonses.com."]), DnsState::Right);
    assert_eq!(state(&["other.example"]), DnsState::Different);
    assert_eq!(state(&["abc.dkim.amazonses.com", "other.example"]), DnsState::Different);
}

#[test]
fn a_domain_stands_as_its_worst_line() {
    let mut dns = smtp("maple.example", "mail.maple.example", "s1").needs();
    let mut of = |states: [DnsState; 3]| {
        dns.lines.iter_mut().zip(states).for_each(|(line, state)| line.state = state);
        dns.clone().summed_up().state
    };
    use DnsState::{Different, Missing, Right, Unchecked, Unknown};
    assert_eq!(of([Right, Right, Right]), DomainState::Right);
    assert_eq!(of([Right, Unknown, Right]), DomainState::Unknown);
    assert_eq!(of([Right, Unknown, Different]), DomainState::Wrong);
    assert_eq!(of([Missing, Unknown, Right]), DomainState::Wrong);
    assert_eq!(of([Unchecked; 3]), DomainState::Unchecked);
}

/// Words that stand in SPF lines, and others.
const WORDS: &str = "(v=spf1|[-+~?]?(all|a|mx|ptr)(:[a-z]{1,3}\\.example)?(/[0-9]{1,3})?(//[0-9]{1,3})?|include:[a-d]\\.example|\
                     ip4:[0-9./]{0,12}|ip6:[0-9a-f:/]{0,12}|exists:%\\{[a-z]\\}\\.x\\.example|redirect=[a-d]\\.example|[a-z=:%{}./-]{0,9})";

proptest! {
    #[test]
    fn nothing_that_stands_in_the_dns_makes_it_panic(text in "\\PC{0,80}", start in "(v=spf1 |v=DKIM1; p=|v=DMARC1; p=|)") {
        let text = format!("{start}{text}");
        let _ = (Spf::parse(&text), DkimKey::parse(&text), Dmarc::parse(&text), selector(&text), freemail(&text));
        for purpose in [Purpose::Dkim, Purpose::MailFrom] {
            judge(line(purpose, "x"), found(&[&text]));
        }
        judge_dmarc(line(Purpose::Dmarc, "x"), &found(&[&text]), Some(("_dmarc.example", &found(&[&text]))));
        spf("v=spf1 include:a.example ~all", &[&text], &[]);
    }

    /// Whatever four domains say of one another: the walk ends, asks no more often than receivers do, and what it calls
    /// right is within the limit.
    #[test]
    fn every_walk_ends(own in proptest::collection::vec(WORDS, 0..8), others in proptest::collection::vec(proptest::collection::vec(WORDS, 0..5), 4)) {
        let own = format!("v=spf1 {}", own.join(" "));
        let others: Vec<_> = others.iter().map(|words| format!("v=spf1 {}", words.join(" "))).collect();
        let names = ["a.example", "b.example", "c.example", "d.example"];
        let world: Vec<_> = names.iter().zip(&others).map(|(name, text)| (*name, text.as_str())).collect();
        if let Ok(read) = Spf::parse(&own) {
            let (mut walk, mut steps) = (Walk::of(&read), 0);
            while let Some(domain) = walk.next_domain() {
                steps += 1;
                let answer = world.iter().find(|(name, _)| *name == domain).map_or(Answer::Nothing, |(_, text)| found(&[text]));
                walk.take(&domain, &answer);
            }
            prop_assert!(steps <= LOOKUPS, "{steps} steps");
            let stands = spf("v=spf1 mx ~all", &[&own], &world);
            if stands.state == DnsState::Right {
                prop_assert!(walk.asked() <= LOOKUPS && walk.fault().is_none());
            }
        }
    }

    /// Another part makes a line that can be read, and that has everything it had.
    #[test]
    fn a_part_is_added_and_nothing_lost(own in proptest::collection::vec(WORDS, 0..6)) {
        if let Ok(read) = Spf::parse(&format!("v=spf1 {}", own.join(" "))) {
            let more = Spf::parse(&read.with("include:new.example")).unwrap();
            prop_assert_eq!(more.of_all(), read.of_all());
            prop_assert_eq!(&more.redirect, &read.redirect);
            prop_assert!(more.parts.iter().any(|(_, part)| *part == Mechanism::Include("new.example".into())));
            prop_assert!(read.parts.iter().all(|part| more.parts.contains(part)));
            prop_assert_eq!(more.with("include:new.example"), read.with("include:new.example"), "it stands there once");
        }
    }
}
