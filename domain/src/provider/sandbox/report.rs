//! What the sandbox reports of the messages that it took, as a mail service would.

use chrono::TimeDelta;

use super::{SandboxConfig, draw};
use crate::receipt::Happened;

/// What is reported of a message that was taken, and how long after that.
///
/// It is delivered unless it bounces; of what was delivered some is complained of and some opened, and of what was opened
/// some is clicked. The local part of the address may demand something here, too: `bounce@`, `complaint@`, `open@`,
/// `click@`. Otherwise the percentages decide by a draw from the message's id. Each step takes the same time.
pub fn reports(config: &SandboxConfig, message: &str, local_part: &str) -> Vec<(Happened, TimeDelta)> {
    let demand = local_part.split('+').next().unwrap_or_default().to_ascii_lowercase();
    let falls = |what: &str, percent: u32| draw(message, what, 0) < percent;
    let step = |count: i32| TimeDelta::milliseconds(config.receipt_delay_ms.into()) * count;
    let is_demand = ["bounce", "complaint", "open", "click"].contains(&demand.as_str());
    let happens = |word: &str, what: &str, percent: u32| demand == word || !is_demand && falls(what, percent);
    if happens("bounce", "bounce", config.bounce_percent) {
        return vec![(Happened::Bounced { hard: true }, step(1))];
    }
    let mut reports = vec![(Happened::Delivered, step(1))];
    let is_opened = happens("open", "open", config.open_percent) || demand == "click";
    if is_opened {
        reports.push((Happened::Opened, step(2)));
    }
    if is_opened && happens("click", "click", config.click_percent) {
        reports.push((Happened::Clicked, step(3)));
    }
    if happens("complaint", "complaint", config.complaint_percent) {
        reports.push((Happened::Complained, step(2)));
    }
    reports
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(config: &SandboxConfig, local_part: &str) -> Vec<Vec<&'static str>> {
        let of = |n| reports(config, &format!("message-{n}"), local_part);
        (0..1_000).map(|n| of(n).into_iter().map(|(happened, _)| happened.word()).collect()).collect()
    }

    #[test]
    fn percentages_are_kept_and_clicks_are_of_those_who_opened() {
        let config = SandboxConfig {
            bounce_percent: 10,
            complaint_percent: 5,
            open_percent: 40,
            click_percent: 50,
            ..Default::default()
        };
        let all = reported(&config, "ada");
        assert_eq!(all, reported(&config, "ada"), "the same again");
        let count = |word: &str| all.iter().filter(|one| one.contains(&word)).count();
        let [bounced, delivered] = ["bounced", "delivered"].map(count);
        assert_eq!(bounced + delivered, 1_000);
        assert!((80..120).contains(&bounced), "{bounced}");
        assert!((300..420).contains(&count("opened")), "{}", count("opened"));
        assert!((140..220).contains(&count("clicked")), "{}", count("clicked"));
        assert!((30..65).contains(&count("complained")), "{}", count("complained"));
        assert!(all.iter().all(|one| one.contains(&"opened") || !one.contains(&"clicked")));
    }

    #[test]
    fn the_address_may_demand_what_is_reported() {
        let all = SandboxConfig { bounce_percent: 100, ..Default::default() };
        for (local_part, expected) in [
            ("bounce", vec!["bounced"]),
            ("Complaint+a", vec!["delivered", "complained"]),
            ("open", vec!["delivered", "opened"]),
            ("click", vec!["delivered", "opened", "clicked"]),
            ("bouncer", vec!["bounced"]),
        ] {
            assert_eq!(reported(&all, local_part)[0], expected, "{local_part}");
        }
        assert_eq!(reported(&SandboxConfig::default(), "ada")[0], ["delivered"]);
    }

    #[test]
    fn each_step_takes_its_time() {
        let config = SandboxConfig { receipt_delay_ms: 700, ..Default::default() };
        let waits: Vec<_> = reports(&config, "m", "click").into_iter().map(|(_, wait)| wait).collect();
        assert_eq!(waits, [700, 1_400, 2_100].map(TimeDelta::milliseconds));
    }
}
