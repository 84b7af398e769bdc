//! Numbers as people read them: thousands apart, percent with one decimal, a dash where there is nothing to divide.

/// Stands where there is no number yet.
pub const NONE: &str = "—";

/// `48210` → `48,210`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A difference with its sign: `+36`, `−778`, `0`.
pub fn difference(number: i64) -> String {
    let sign = match number {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    format!("{sign}{}", count(number.unsigned_abs()))
}

/// `percent(5_778, 18_402)` → `31.4 %`; of nothing there is no share.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return NONE.to_owned();
    }
    // Counts of people are far below 2^52, where f64 would begin to round them.
    share(part as f64 / whole as f64)
}

/// `share(0.314)` → `31.4 %`. A little that would round to nothing, or to everything, is said as such.
pub fn share(share: f64) -> String {
    if !share.is_finite() {
        return NONE.to_owned();
    }
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.05 {
        "< 0.1 %".to_owned()
    } else if (99.95..100.0).contains(&percent) {
        "> 99.9 %".to_owned()
    } else if percent == 0.0 || percent == 100.0 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

/// A share with two decimals, for rates that are judged by hundredths: `fine_share(0.0002)` → `0.02 %`.
pub fn fine_share(share: f64) -> String {
    if share.is_finite() { format!("{:.2} %", share * 100.0) } else { NONE.to_owned() }
}

/// `plural(1, "person", "people")` → `1 person`; `plural(3950, …)` → `3,950 people`.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", count(number))
}

/// Money in millionths (micros), as prices of messages are: `money(42_100_000, "USD")` → `$42.10`.
/// Below a cent four decimals are shown, so that the price of one message is not zero.
pub fn money(micros: i64, currency: &str) -> String {
    let amount = micros.unsigned_abs();
    let sign = if micros < 0 { "−" } else { "" };
    let decimals = if amount > 0 && amount < 10_000 { 4 } else { 2 };
    let unit = 10_u64.pow(6 - decimals);
    let rounded = (amount + unit / 2) / unit;
    let scale = 10_u64.pow(decimals);
    let digits = format!("{}.{:0width$}", count(rounded / scale), rounded % scale, width = decimals as usize);
    match currency {
        "USD" => format!("{sign}${digits}"),
        "EUR" => format!("{sign}€{digits}"),
        "GBP" => format!("{sign}£{digits}"),
        other => format!("{sign}{digits} {other}"),
    }
}

/// How long something takes or took: `12 s`, `3 min`, `2 h 5 min`, `4 days`.
pub fn duration(seconds: u64) -> String {
    let (minutes, hours) = (seconds.div_ceil(60), seconds / 3600);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min"),
        3600..172_800 => match (seconds % 3600) / 60 {
            0 => format!("{hours} h"),
            rest => format!("{hours} h {rest} min"),
        },
        _ => plural(seconds / 86_400, "day", "days"),
    }
}

/// How long something will take, as far as one can tell: `less than a minute`, `about 3 minutes`, `about 2 hours`.
pub fn about(seconds: u64) -> String {
    let rounded = |unit: u64| (seconds + unit / 2) / unit;
    match seconds {
        0..45 => "less than a minute".to_owned(),
        45..3_570 => format!("about {}", plural(rounded(60), "minute", "minutes")),
        3_570..129_600 => format!("about {}", plural(rounded(3_600), "hour", "hours")),
        _ => format!("about {}", plural(rounded(86_400), "day", "days")),
    }
}

/// Messages a second: `74 / s`, `0.5 / s`.
pub fn rate(per_second: f64) -> String {
    if !per_second.is_finite() || per_second <= 0.0 {
        NONE.to_owned()
    } else if per_second < 10.0 && per_second.fract() != 0.0 {
        format!("{per_second:.1} / s")
    } else {
        format!("{} / s", count(per_second.round() as u64))
    }
}

/// The first letters of the first and last word of a name: `Nora Whitfield` → `NW`.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (48_210, "48,210"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(count(number), text);
        }
        assert_eq!(difference(-778), "−778");
        assert_eq!(difference(1_036), "+1,036");
        assert_eq!(difference(0), "0");
    }

    #[test]
    fn a_share_never_rounds_to_none_or_all() {
        assert_eq!(percent(5_778, 18_402), "31.4 %");
        assert_eq!(percent(0, 18_402), "0 %");
        assert_eq!(percent(7, 7), "100 %");
        assert_eq!(percent(1, 48_210), "< 0.1 %");
        assert_eq!(percent(48_209, 48_210), "> 99.9 %");
        assert_eq!(percent(0, 0), NONE);
        assert_eq!(share(f64::NAN), NONE);
        assert_eq!(fine_share(0.0002), "0.02 %");
    }

    #[test]
    fn money_shows_the_price_of_one_message() {
        assert_eq!(money(42_100_000, "USD"), "$42.10");
        assert_eq!(money(7_900, "USD"), "$0.0079");
        assert_eq!(money(100, "EUR"), "€0.0001");
        assert_eq!(money(-1_234_567_890_000, "CHF"), "−1,234,567.89 CHF");
        assert_eq!(money(0, "GBP"), "£0.00");
    }

    #[test]
    fn durations_name_their_unit() {
        let cases = [
            (0, "0 s"),
            (59, "59 s"),
            (61, "2 min"),
            (3_599, "60 min"),
            (7_500, "2 h 5 min"),
            (86_400, "24 h"),
            (345_600, "4 days"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
        assert_eq!(rate(74.2), "74 / s");
        assert_eq!(rate(0.5), "0.5 / s");
        assert_eq!(rate(0.0), NONE);
    }

    #[test]
    fn what_is_left_is_told_no_finer_than_it_is_known() {
        let cases = [
            (0, "less than a minute"),
            (50, "about 1 minute"),
            (202, "about 3 minutes"),
            (3_600, "about 1 hour"),
            (9_000, "about 3 hours"),
            (200_000, "about 2 days"),
        ];
        for (seconds, text) in cases {
            assert_eq!(about(seconds), text);
        }
    }

    #[test]
    fn initials_are_of_the_first_and_last_name() {
        assert_eq!(initials("Nora Whitfield"), "NW");
        assert_eq!(initials("  maria de la cruz "), "MC");
        assert_eq!(initials("Élodie"), "É");
        assert_eq!(initials(""), "");
        assert_eq!(plural(1, "person", "people"), "1 person");
        assert_eq!(plural(3_950, "person", "people"), "3,950 people");
    }
}
