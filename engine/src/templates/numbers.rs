//! Numbers and money as they are read in American English: `1,234.5`, `$1,234.50`. Halves are rounded away from zero, by
//! the digits that one sees, as browsers do.

use serde_json::Value;

use super::helpers::text;

/// Currencies with a sign of their own, and how many decimals they have.
const SIGNS: &[(&str, &str, usize)] = &[
    ("USD", "$", 2),
    ("EUR", "€", 2),
    ("GBP", "£", 2),
    ("JPY", "¥", 0),
    ("CAD", "CA$", 2),
    ("AUD", "A$", 2),
    ("NZD", "NZ$", 2),
    ("MXN", "MX$", 2),
    ("BRL", "R$", 2),
    ("INR", "₹", 2),
    ("CNY", "CN¥", 2),
    ("KRW", "₩", 0),
    ("HKD", "HK$", 2),
    ("ILS", "₪", 2),
];
/// Currencies without decimals among those that are written by their code.
const WHOLE: &[&str] = &["HUF", "CLP", "ISK", "UGX"];
/// The most decimals that can be asked for.
const DECIMALS: usize = 6;

/// The number that a value is, or that its text says.
pub(super) fn parse(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let text = text.trim();
            let plain = text.chars().all(|c| c.is_ascii_digit() || ['.', '-', '+', 'e', 'E'].contains(&c));
            let framed = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
            Some(text).filter(|text| plain && framed && !text.ends_with('.')).and_then(|text| text.parse().ok())
        }
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// With separators of thousands, and as many decimals as are asked for or else as it has, three at the most.
pub(super) fn number(value: &Value, decimals: Option<&Value>) -> Result<Value, String> {
    let number = wanted(value)?;
    let (negative, digits) = match decimals {
        Some(decimals) => rounded(number, count(decimals)?),
        None => {
            let (negative, digits) = rounded(number, 3);
            (negative, digits.trim_end_matches('0').trim_end_matches('.').to_owned())
        }
    };
    Ok(format!("{}{}", sign(negative), grouped(&digits)).into())
}

/// As money: dollars unless another currency is named.
pub(super) fn currency(value: &Value, currency: Option<&Value>, decimals: Option<&Value>) -> Result<Value, String> {
    let number = wanted(value)?;
    let code = currency.map_or("USD".to_owned(), text).trim().to_ascii_uppercase();
    if code.len() != 3 || !code.chars().all(|c| c.is_ascii_uppercase()) {
        return Err(format!("“{code}” is no currency, such as EUR"));
    }
    let known = SIGNS.iter().find(|(known, ..)| *known == code);
    let own = known.map_or(if WHOLE.contains(&code.as_str()) { 0 } else { 2 }, |(.., own)| *own);
    let places = decimals.map(count).transpose()?.unwrap_or(own);
    let mark = known.map_or(format!("{code}\u{a0}"), |(_, mark, _)| (*mark).to_owned());
    let (negative, digits) = rounded(number, places);
    Ok(format!("{}{mark}{}", sign(negative), grouped(&digits)).into())
}

fn wanted(value: &Value) -> Result<f64, String> {
    parse(value).ok_or_else(|| format!("“{}” is no number", text(value)))
}

fn count(decimals: &Value) -> Result<usize, String> {
    let count = parse(decimals).filter(|n| n.fract() == 0.0 && (0.0..=DECIMALS as f64).contains(n));
    count.map(|n| n as usize).ok_or_else(|| format!("decimals must be from 0 to {DECIMALS}"))
}

fn sign(negative: bool) -> &'static str {
    if negative { "-" } else { "" }
}

/// Whether a number is below zero, and its digits with this many decimals. Rounded by the shortest digits that name the
/// number: 1.005 is 1.01, though it is stored as a little less.
fn rounded(number: f64, places: usize) -> (bool, String) {
    let shown = format!("{}", number.abs());
    let (whole, part) = shown.split_once('.').unwrap_or((&shown, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(part.bytes().chain(std::iter::repeat(b'0')).take(places)).collect();
    if part.as_bytes().get(places).is_some_and(|next| *next >= b'5') {
        let nines = digits.iter().rev().take_while(|digit| **digit == b'9').count();
        let kept = digits.len() - nines;
        digits[kept..].fill(b'0');
        match kept.checked_sub(1) {
            Some(last) => digits[last] += 1,
            None => digits.insert(0, b'1'),
        }
    }
    let digits = String::from_utf8(digits).unwrap_or_default();
    let (whole, part) = digits.split_at(digits.len() - places);
    let digits = if places == 0 { whole.to_owned() } else { format!("{whole}.{part}") };
    (number.is_sign_negative() && number != 0.0, digits)
}

/// With a comma before each three digits.
fn grouped(digits: &str) -> String {
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut made = String::with_capacity(digits.len() + whole.len() / 3);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            made.push(',');
        }
        made.push(digit);
    }
    if let Some(part) = part {
        made.push('.');
        made.push_str(part);
    }
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn money_is_dollars_with_two_decimals_unless_said_otherwise() {
        for (value, expected) in [(json!(1234.5), "$1,234.50"), (json!("0.995"), "$1.00"), (json!(-9), "-$9.00")] {
            assert_eq!(currency(&value, None, None).unwrap(), expected);
        }
        assert_eq!(currency(&json!(1_000_000), Some(&json!("eur")), Some(&json!(0))).unwrap(), "€1,000,000");
        assert_eq!(currency(&json!(9.5), Some(&json!("CHF")), None).unwrap(), "CHF\u{a0}9.50");
        assert!(currency(&json!("free"), None, None).unwrap_err().contains("“free” is no number"));
    }

    proptest! {
        /// Rounding never moves a number by more than half of its last digit, as exactly as such a number can be told.
        #[test]
        fn rounding_stays_near(number in -1e9f64..1e9, places in 0usize..6) {
            let (negative, digits) = rounded(number, places);
            let back: f64 = digits.parse().unwrap();
            let back = if negative { -back } else { back };
            let most = 0.5 * 10f64.powi(-(places as i32)) + 2.0 * number.abs() * f64::EPSILON;
            prop_assert!((back - number).abs() <= most, "{number} {digits}");
        }
    }
}
