//! Amounts of money, in millionths of whatever a workspace reckons in: exact, for prices of messages are small.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Refused;

/// Millionths of one.
const ONE: u64 = 1_000_000;
/// The most that can be typed: a thousand million.
const MOST: u64 = 1_000_000_000;

/// An amount, never below zero. As text a decimal number, with two decimals or as many as it has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Money(u64);

impl Money {
    /// So many millionths.
    pub const fn micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Its millionths.
    pub fn as_micros(self) -> u64 {
        self.0
    }

    /// What is left of it; nothing when more was spent.
    pub fn less(self, spent: Self) -> Self {
        Self(self.0.saturating_sub(spent.0))
    }

    /// What so many at this price cost.
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// How many at a price it pays for; none where they cost nothing.
    pub fn buys(self, price: Self) -> Option<u64> {
        self.0.checked_div(price.0)
    }

    /// Reads an amount such as `25`, `0.0079` or `1,000.50`.
    pub fn parse(typed: &str) -> Result<Self, Refused> {
        let invalid = || Refused::new("invalid", "An amount such as 25 or 0.0079.");
        let digits: String = typed.trim().chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
        let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || !is_number(whole) || !is_number(part) {
            return Err(invalid());
        }
        if part.len() > 6 {
            return Err(Refused::new("too_fine", "At most six decimals."));
        }
        let part: u64 = format!("{part:0<6}").parse().or(Err(invalid()))?;
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::MAX) };
        if whole >= MOST {
            return Err(Refused::new("too_large", "Less than 1,000,000,000."));
        }
        Ok(Self(whole * ONE + part))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:06}", self.0 % ONE);
        let shown = part.trim_end_matches('0').len().max(2);
        let whole = self.0 / ONE;
        match self.0 {
            0 => f.write_str("0"),
            _ => write!(f, "{whole}.{}", part.get(..shown).unwrap_or(&part)),
        }
    }
}

impl TryFrom<String> for Money {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // What all months cost together may be more than can be typed.
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        match (whole.parse::<u64>(), Self::parse(&format!("0.{part}"))) {
            (Ok(whole), Ok(part)) => Ok(Self(whole.saturating_mul(ONE).saturating_add(part.0))),
            _ => Err(format!("{text:?} is no amount")),
        }
    }
}

impl From<Money> for String {
    fn from(money: Money) -> Self {
        money.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |typed| Money::parse(typed).map(Money::as_micros).map_err(|refused| refused.code);
        assert_eq!(read("25"), Ok(25_000_000));
        assert_eq!(read(" 1,000.50 "), Ok(1_000_500_000));
        assert_eq!((read("0.0079"), read(".5"), read("3.")), (Ok(7_900), Ok(500_000), Ok(3_000_000)));
        for wrong in ["", ".", "-1", "1.2.3", "1e6", "€5"] {
            assert_eq!(read(wrong), Err("invalid"), "{wrong}");
        }
        assert_eq!((read("0.0000001"), read("1000000000")), (Err("too_fine"), Err("too_large")));
    }

    #[test]
    fn amounts_are_shown_with_two_decimals_or_as_many_as_they_have() {
        let shown = [0, 100, 7_900, 25_000_000, 1_500_000].map(|micros| Money(micros).to_string());
        assert_eq!(shown, ["0", "0.0001", "0.0079", "25.00", "1.50"]);
    }

    proptest! {
        #[test]
        fn an_amount_goes_there_and_back(micros: u64) {
            let money = Money(micros);
            let text = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), money);
            if micros < MOST * ONE {
                prop_assert_eq!(Money::parse(&money.to_string()).unwrap(), money);
            }
        }

        #[test]
        fn what_is_bought_is_paid_for(budget in 0u64..1_000_000, price in 1u64..10_000) {
            let (budget, price) = (Money(budget), Money(price));
            let count = budget.buys(price).unwrap();
            prop_assert!(price.times(count) <= budget && price.times(count + 1) > budget);
        }
    }
}
