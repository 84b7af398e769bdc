//! Dates in words, in the language of whom they are for: "January 5, 2025". Orders and names of months are those of the
//! Unicode locale data, which browsers use too; the shared table of templates is rendered with theirs.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

/// Language, order, and the months. What is in no language of this list is told in American English.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("en", "{m} {d}, {y}", "January February March April May June July August September October November December"),
    ("en-GB", "{d} {m} {y}", "January February March April May June July August September October November December"),
    ("en-AU", "{d} {m} {y}", "January February March April May June July August September October November December"),
    ("en-IE", "{d} {m} {y}", "January February March April May June July August September October November December"),
    ("en-NZ", "{d} {m} {y}", "January February March April May June July August September October November December"),
    ("en-IN", "{d} {m} {y}", "January February March April May June July August September October November December"),
    ("de", "{d}. {m} {y}", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    ("de-AT", "{d}. {m} {y}", "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"),
    ("fr", "{d} {m} {y}", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    ("it", "{d} {m} {y}", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    ("es", "{d} de {m} de {y}", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    ("pt", "{d} de {m} de {y}", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    ("nl", "{d} {m} {y}", "januari februari maart april mei juni juli augustus september oktober november december"),
    ("sv", "{d} {m} {y}", "januari februari mars april maj juni juli augusti september oktober november december"),
    ("da", "{d}. {m} {y}", "januar februar marts april maj juni juli august september oktober november december"),
    ("nb", "{d}. {m} {y}", "januar februar mars april mai juni juli august september oktober november desember"),
    ("fi", "{d}. {m} {y}", "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta"),
    ("pl", "{d} {m} {y}", "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
    ("cs", "{d}. {m} {y}", "ledna února března dubna května června července srpna září října listopadu prosince"),
    ("sk", "{d}. {m} {y}", "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra"),
    ("sl", "{d}. {m} {y}", "januar februar marec april maj junij julij avgust september oktober november december"),
    ("hr", "{d}. {m} {y}.", "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca"),
    ("ro", "{d} {m} {y}", "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie"),
    ("hu", "{y}. {m} {d}.", "január február március április május június július augusztus szeptember október november december"),
    ("tr", "{d} {m} {y}", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
    ("el", "{d} {m} {y}", "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου"),
    ("ru", "{d} {m} {y} г.", "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    ("uk", "{d} {m} {y} р.", "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
    ("bg", "{d} {m} {y} г.", "януари февруари март април май юни юли август септември октомври ноември декември"),
    ("ja", "{y}年{m}月{d}日", "1 2 3 4 5 6 7 8 9 10 11 12"),
    ("zh", "{y}年{m}月{d}日", "1 2 3 4 5 6 7 8 9 10 11 12"),
    ("ko", "{y}년 {m} {d}일", "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월"),
];

/// A date in words. Moments are dates of this time zone, or of UTC when it is none.
pub(super) fn long(date: &str, language: &str, zone: &str) -> Result<String, String> {
    let day = parse(date.trim(), zone).ok_or_else(|| format!("“{date}” is no date, such as 2025-01-05"))?;
    let (_, order, months) = names(language);
    let month = months.split(' ').nth(day.month0() as usize).unwrap_or_default();
    let (d, y) = (day.day().to_string(), day.year().to_string());
    Ok(order.replace("{d}", &d).replace("{m}", month).replace("{y}", &y))
}

fn parse(date: &str, zone: &str) -> Option<NaiveDate> {
    if let Ok(day) = NaiveDate::parse_from_str(date, "%Y-%m-%d") {
        return Some(day);
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(date) {
        return Some(moment.with_timezone(&zone.parse().unwrap_or(Tz::UTC)).date_naive());
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    local.iter().find_map(|form| NaiveDateTime::parse_from_str(date, form).ok()).map(|local| local.date())
}

/// The row of a language tag: of the whole tag, else of its language.
fn names(tag: &str) -> (&'static str, &'static str, &'static str) {
    let tag = tag.trim().replace('_', "-");
    let language = match tag.split('-').next().unwrap_or_default() {
        norwegian if norwegian.eq_ignore_ascii_case("no") => "nb",
        language => language,
    };
    let row = |wanted: &str| LANGUAGES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(wanted));
    *row(&tag).or_else(|| row(language)).unwrap_or(&LANGUAGES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_in_the_readers_language() {
        let told = |language| long("2025-01-05", language, "").unwrap();
        assert_eq!(
            (told(""), told("en-US"), told("tlh")),
            ("January 5, 2025".into(), "January 5, 2025".into(), "January 5, 2025".into())
        );
        assert_eq!(
            (told("en_GB"), told("de-AT"), told("no")),
            ("5 January 2025".into(), "5. Jänner 2025".into(), "5. januar 2025".into())
        );
        assert_eq!(told("ja"), "2025年1月5日");
        assert!(LANGUAGES.iter().all(|(.., months)| months.split(' ').count() == 12));
    }

    #[test]
    fn a_moment_is_a_date_where_the_reader_is() {
        assert_eq!(long("2025-01-05T23:30:00Z", "", "").unwrap(), "January 5, 2025");
        assert_eq!(long("2025-01-05T23:30:00Z", "", "Europe/Rome").unwrap(), "January 6, 2025");
        assert_eq!(long("2025-01-05 23:30", "", "Europe/Rome").unwrap(), "January 5, 2025");
        assert!(long("soon", "", "").is_err() && long("2025-02-30", "", "").is_err());
    }
}
