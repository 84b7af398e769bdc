//! How a domain's SPF line stands. Whoever asks the DNS is told step by step what to ask for next.

use super::{Answer, DnsLine, DnsState, LOOKUPS, Mechanism, Qualifier, Spf, Walk};

/// A line that is being checked.
#[derive(Debug)]
pub struct SpfCheck {
    line: DnsLine,
    begun: Option<(Spf, Walk)>,
}

impl SpfCheck {
    /// Begins with what the DNS says of the line's own name.
    pub fn begin(line: DnsLine, answer: &Answer) -> Self {
        let texts = match answer {
            Answer::Found(texts) => texts.iter().filter(|text| Spf::is_record(text)).cloned().collect(),
            Answer::Nothing => Vec::new(),
            Answer::Failed(why) => return Self { line: line.is(DnsState::Unknown, why.as_str()), begun: None },
        };
        Self::of_texts(line, texts)
    }

    fn of_texts(mut line: DnsLine, texts: Vec<String>) -> Self {
        line.found = texts;
        let ended = |line: DnsLine, state, note: String| Self { line: line.is(state, note), begun: None };
        let one = match line.found.as_slice() {
            [] => return ended(line, DnsState::Missing, String::new()),
            [one] => one.clone(),
            several => {
                if let Some(merged) = merged(several) {
                    line.value = with_wanted(&merged, &line.value);
                }
                let why = "There is more than one SPF line: then none counts. Put them into this one.";
                return ended(line, DnsState::Different, why.into());
            }
        };
        match Spf::parse(&one) {
            Err(why) => ended(line, DnsState::Different, why),
            Ok(record) if record.of_all() == Some(Qualifier::Pass) => {
                line.value = with_wanted(&record, &line.value).replace("+all", "~all");
                let why = "With +all everybody may send in the domain’s name, and receivers trust it less than none.";
                ended(line, DnsState::Different, why.into())
            }
            Ok(record) => {
                let walk = Walk::of(&record);
                Self { line, begun: Some((record, walk)) }
            }
        }
    }

    /// The domain whose TXT to ask for next.
    pub fn next_domain(&mut self) -> Option<String> {
        self.begun.as_mut().and_then(|(_, walk)| walk.next_domain())
    }

    /// Takes what the DNS says of it.
    pub fn take(&mut self, domain: &str, answer: &Answer) {
        if let Some((_, walk)) = &mut self.begun {
            walk.take(domain, answer);
        }
    }

    /// The line with how it stands.
    pub fn finish(self) -> DnsLine {
        let Self { line, begun: Some((record, walk)) } = self else { return self.line };
        if let Some(why) = broken(&walk) {
            return line.is(DnsState::Different, why);
        }
        if let Some(why) = walk.unanswered() {
            return line.is(DnsState::Unknown, why);
        }
        let lacks = wanted(&line.value).filter(|(_, part)| !has(&record, &walk, part));
        sound(line, &record, walk.asked(), lacks)
    }
}

/// Why nobody passes, whatever the line says.
fn broken(walk: &Walk) -> Option<String> {
    let too_long = || {
        format!(
            "Receivers would have to ask the DNS more than {LOOKUPS} times for it, and do not: then nobody passes. Take \
             out what you do not send through any more."
        )
    };
    walk.is_too_long().then(too_long).or_else(|| walk.fault().map(str::to_owned))
}

/// A line that receivers can use; `lacks` is the part that it has to have and has not.
fn sound(mut line: DnsLine, record: &Spf, asked: usize, lacks: Option<(String, Mechanism)>) -> DnsLine {
    if let Some((word, Mechanism::Include(_))) = &lacks {
        line.value = record.with(word);
        return line.is(DnsState::Different, format!("It does not name {word}, through which your mail goes."));
    }
    line.value = record.text().to_owned();
    let note = format!("Receivers ask the DNS {asked} of {LOOKUPS} times for it.");
    // What a server's own name would need is a guess: its mail may leave from elsewhere.
    let hint = lacks.map(|(word, _)| {
        format!(" It does not say {word}: see to it that it lets the server pass that your mail leaves from.")
    });
    line.is(DnsState::Right, note + &hint.unwrap_or_default())
}

/// The part that the sender's own server needs, as a word and as it is read: the first of the value.
fn wanted(value: &str) -> Option<(String, Mechanism)> {
    let word = value.split(' ').nth(1)?;
    Mechanism::parse(word).ok().filter(|(_, part)| *part != Mechanism::All).map(|(_, part)| (word.to_owned(), part))
}

fn has(record: &Spf, walk: &Walk, part: &Mechanism) -> bool {
    let says = record.parts.iter().any(|(qualifier, known)| *qualifier == Qualifier::Pass && known == part);
    says || matches!(part, Mechanism::Include(domain) if walk.includes(domain))
}

/// A line with the part that is wanted.
fn with_wanted(record: &Spf, value: &str) -> String {
    wanted(value).map_or_else(|| record.text().to_owned(), |(word, _)| record.with(&word))
}

/// What several lines say, as one; none if one of them cannot be read.
fn merged(texts: &[String]) -> Option<Spf> {
    let mut texts = texts.iter();
    let mut all = Spf::parse(texts.next()?).ok()?;
    for text in texts {
        Spf::parse(text).ok()?;
        let words = text.split(' ').skip(1).filter(|word| !word.is_empty());
        for word in words.filter(|word| !word.to_ascii_lowercase().ends_with("all")) {
            all = Spf::parse(&all.with(word)).ok()?;
        }
    }
    Some(all)
}
