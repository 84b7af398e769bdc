//! How a line stands, by what the DNS answered.

use super::{Answer, DkimKey, Dmarc, DnsKind, DnsLine, DnsState, Purpose, is_same_name};

/// A line with how it stands: any but SPF and DMARC, which take more than one answer.
pub fn judge(line: DnsLine, answer: Answer) -> DnsLine {
    let found = match answer {
        Answer::Found(found) => found,
        Answer::Nothing => Vec::new(),
        Answer::Failed(why) => return line.is(DnsState::Unknown, why),
    };
    match (line.kind, line.purpose) {
        (DnsKind::Txt, Purpose::Dkim) => key(line, found),
        _ => same(line, found),
    }
}

/// A line that must be there to the letter, and no other beside it.
fn same(mut line: DnsLine, found: Vec<String>) -> DnsLine {
    line.found = found;
    match line.found.as_slice() {
        [] => line.is(DnsState::Missing, ""),
        [one] if is_same_name(one, &line.value) => line.is(DnsState::Right, ""),
        [_] => line.is(DnsState::Different, "Something else stands there: put this in its place."),
        _ => line.is(DnsState::Different, "Several lines stand there: leave this one only."),
    }
}

fn key(mut line: DnsLine, found: Vec<String>) -> DnsLine {
    line.found = found;
    let read = match line.found.as_slice() {
        [] => return line.is(DnsState::Missing, "Your mail server, or its provider, tells the line to put there."),
        [one] => DkimKey::parse(one),
        _ => Err("Several lines stand there: receivers may take any of them. Leave the key’s only.".into()),
    };
    match read {
        Err(why) => line.is(DnsState::Different, why),
        Ok(key) => {
            let test = match key.is_test {
                true => " It says t=y, “only tried out”: take that away when everything works.",
                false => "",
            };
            let kind = if key.kind == "rsa" { "RSA".to_owned() } else { "Ed25519".to_owned() };
            let note = format!("A key of {kind} with about {} bits.{test}", key.bits);
            line.is(DnsState::Right, note)
        }
    }
}

/// The line of DMARC. Where the domain has none of its own, that of its organisation holds (RFC 7489, 6.6.3): its name
/// and what the DNS says of it.
pub fn judge_dmarc(mut line: DnsLine, own: &Answer, above: Option<(&str, &Answer)>) -> DnsLine {
    let own = match records(own) {
        Err(why) => return line.is(DnsState::Unknown, why),
        Ok(own) => own,
    };
    if !own.is_empty() {
        line.found = own;
        return policy(line, None);
    }
    let Some((name, answer)) = above else { return line.is(DnsState::Missing, "") };
    match records(answer) {
        Err(why) => line.is(DnsState::Unknown, why),
        Ok(found) if found.is_empty() => line.is(DnsState::Missing, ""),
        Ok(found) => {
            line.found = found;
            policy(line, Some(name))
        }
    }
}

fn records(answer: &Answer) -> Result<Vec<String>, String> {
    match answer {
        Answer::Found(texts) => Ok(texts.iter().filter(|text| Dmarc::is_record(text)).cloned().collect()),
        Answer::Nothing => Ok(Vec::new()),
        Answer::Failed(why) => Err(why.clone()),
    }
}

fn policy(mut line: DnsLine, from: Option<&str>) -> DnsLine {
    let read = match line.found.as_slice() {
        [one] => Dmarc::parse(one),
        _ => Err("There is more than one line of DMARC: then none counts. Leave one.".into()),
    };
    let policy = match read {
        Err(why) => return line.is(DnsState::Different, why),
        Ok(policy) => policy,
    };
    line.value = line.found.concat();
    let (holds, whose) = match from {
        None => (policy.policy, String::new()),
        Some(name) => (policy.of_subdomains, format!("The line at {name} holds for this domain too. ")),
    };
    let part = match policy.percent {
        100 => String::new(),
        percent => format!(" It is applied to {percent} of a hundred mails (pct)."),
    };
    let note = format!("{whose}{}{part}", holds.about());
    line.is(DnsState::Right, note)
}
