//! The decisions on limits: what is left of an hour and a month, and who has had enough.

use proptest::prelude::*;

use super::*;

fn channel(hourly: Option<u32>, price: u64) -> ChannelLimits {
    ChannelLimits { hourly, quiet: None, price: Money::micros(price) }
}

#[test]
fn without_a_word_the_limits_are_those_of_the_specification() {
    let limits = Limits::default();
    let hourly = |channel| limits.of(channel).hourly.unwrap();
    use Channel::*;
    assert_eq!([Email, Sms, Voice, Whatsapp, Rvm, Social].map(hourly), [50_000, 10_000, 5_000, 1_000, 1_000, 1_000]);
    let quiet: Vec<_> = Channel::ALL.iter().filter(|channel| limits.of(**channel).quiet.is_some()).collect();
    assert_eq!(quiet, [&Sms, &Voice, &Rvm]);
    assert_eq!(limits.of(Sms).quiet.unwrap().to_string(), "21:00–08:00");
    assert_eq!(limits.caps, Caps { day: Some(1), three_days: Some(3), week: None });
    assert_eq!((limits.of(Email).price.to_string(), limits.budget), ("0.0001".into(), None));
}

#[test]
fn what_was_stored_before_there_was_a_channel_has_its_default() {
    let stored: Limits =
        serde_json::from_str(r#"{"channels":{"email":{"hourly":null,"quiet":null,"price":"0"}}}"#).unwrap();
    assert_eq!(stored.of(Channel::Email).hourly, None);
    assert_eq!(stored.of(Channel::Sms), ChannelLimits::default_of(Channel::Sms));
    assert_eq!(stored.caps, Caps::default());
    let limits = Limits { budget: Some(Money::micros(1)), ..Limits::default() };
    assert_eq!(serde_json::from_value::<Limits>(serde_json::to_value(&limits).unwrap()).unwrap(), limits);
}

#[test]
fn the_hour_the_month_and_the_price_say_how_many_are_left() {
    let used = |hour, month| Used { hour, month: Money::micros(month) };
    let budget = Some(Money::micros(1_000));
    assert_eq!(room(&channel(Some(10), 100), None, used(3, 0)), (7, None));
    assert_eq!(room(&channel(Some(10), 100), budget, used(3, 650)), (3, None), "three more are 300 of 350");
    assert_eq!(room(&channel(Some(10), 100), budget, used(3, 901)), (0, Some(Stop::Budget)));
    assert_eq!(room(&channel(Some(10), 100), budget, used(12, 0)), (0, Some(Stop::HourlyLimit)), "it was lowered");
    assert_eq!(room(&channel(Some(10), 100), budget, used(10, 1_000)), (0, Some(Stop::Budget)), "asked at once");
    assert_eq!(room(&channel(None, 0), budget, used(99, 2_000)), (u64::MAX, None), "what costs nothing goes on");
}

#[test]
fn reasons_are_told_in_words() {
    let now = DateTime::UNIX_EPOCH;
    let text = |channel, most| Wait::for_next_hour(channel, most, now).text;
    assert_eq!(text(Channel::Email, 50_000), "The workspace’s limit of 50,000 e-mails an hour is reached.");
    assert_eq!(text(Channel::Sms, 1), "The workspace’s limit of 1 text message an hour is reached.");
    assert_eq!(text(Channel::Voice, 1_002_003), "The workspace’s limit of 1,002,003 calls an hour is reached.");
    let spent = budget_spent(Money::micros(25_000_000));
    assert!(spent.starts_with(BUDGET_SPENT) && spent.contains("25.00"), "{spent}");
}

proptest! {
    /// Whoever goes by what is left stays within every limit, and uses it up.
    #[test]
    fn what_is_left_is_never_too_much_and_never_too_little(
        hourly in proptest::option::of(1u32..1_000), price in 0u64..500, budget in proptest::option::of(1u64..100_000),
        hour in 0u64..1_200, month in 0u64..120_000,
    ) {
        let (limits, most) = (channel(hourly, price), budget.map(Money::micros));
        let used = Used { hour, month: Money::micros(month) };
        let (left, stop) = room(&limits, most, used);
        prop_assert_eq!(left == 0, stop.is_some());
        let fits = |count: u64| {
            hourly.is_none_or(|most| hour + count <= u64::from(most))
                && budget.is_none_or(|most| price == 0 || month + count * price <= most)
        };
        if left > 0 && left < u64::MAX {
            prop_assert!(fits(left) && !fits(left + 1));
        }
        if left == 0 {
            prop_assert!(!fits(1));
        }
    }

    /// A cap that is lifted stops nobody, one that is there nobody who has had fewer.
    #[test]
    fn caps_stop_who_has_had_as_many(
        day in proptest::option::of(1u32..5), three_days in proptest::option::of(1u32..5),
        week in proptest::option::of(1u32..9), had in (0u32..9, 0u32..9, 0u32..9),
    ) {
        let (caps, had) = (Caps { day, three_days, week }, Had { day: had.0, three_days: had.1, week: had.2 });
        let allowed = day.is_none_or(|cap| had.day < cap)
            && three_days.is_none_or(|cap| had.three_days < cap)
            && week.is_none_or(|cap| had.week < cap);
        prop_assert_eq!(caps.are_reached(had), !allowed);
        prop_assert!(caps.is_set() || !caps.are_reached(had));
    }
}
