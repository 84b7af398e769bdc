//! The walk through the lines that belong to an SPF line: whom it includes, and how often receivers have to ask the DNS
//! for all of it. More than ten times they do not (RFC 7208, 4.6.4): then nobody passes.

use super::{Answer, Spf};

/// How often receivers ask at the most.
pub const LOOKUPS: usize = 10;

/// Where the walk is: tells which domain's TXT to ask for next, and takes what was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Walk {
    asked: usize,
    open: Vec<String>,
    included: Vec<String>,
    fault: Option<String>,
    unanswered: Option<String>,
}

impl Walk {
    /// Begins at a domain's own line.
    pub fn of(record: &Spf) -> Self {
        let mut walk = Self::default();
        walk.take_record(record);
        walk
    }

    /// The domain to ask for next; none when everything is known, or enough.
    pub fn next_domain(&mut self) -> Option<String> {
        match self.fault.is_some() || self.is_too_long() {
            true => None,
            false => self.open.pop(),
        }
    }

    /// Takes what the DNS says of a domain that the walk came to.
    pub fn take(&mut self, domain: &str, answer: &Answer) {
        let texts = match answer {
            Answer::Found(texts) => texts.as_slice(),
            Answer::Nothing => &[],
            Answer::Failed(why) => {
                self.unanswered.get_or_insert_with(|| format!("{domain} could not be asked: {why}"));
                return;
            }
        };
        let records: Vec<&String> = texts.iter().filter(|text| Spf::is_record(text)).collect();
        let read = match records.as_slice() {
            [] => Err(format!("It names {domain}, which has no SPF line: then nobody passes.")),
            [one] => Spf::parse(one).map_err(|why| format!("It names {domain}, whose SPF line is broken: {why}")),
            _ => Err(format!("It names {domain}, which has more than one SPF line: then nobody passes.")),
        };
        match read {
            Ok(record) => self.take_record(&record),
            Err(why) => self.fault = Some(why),
        }
    }

    fn take_record(&mut self, record: &Spf) {
        self.asked += record.asked();
        // The first is asked for first, as receivers do.
        let mut follows: Vec<String> = record.follows().map(str::to_owned).collect();
        self.included.extend(follows.iter().cloned());
        follows.reverse();
        self.open.extend(follows);
    }

    /// How often receivers ask, as far as the walk has come.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Whether that is too often.
    pub fn is_too_long(&self) -> bool {
        self.asked > LOOKUPS
    }

    /// What is wrong with a line that belongs to it.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// What could not be asked.
    pub fn unanswered(&self) -> Option<&str> {
        self.unanswered.as_deref()
    }

    /// Whether a domain's line belongs to it.
    pub fn includes(&self, domain: &str) -> bool {
        self.included.iter().any(|known| super::is_same_name(known, domain))
    }
}
