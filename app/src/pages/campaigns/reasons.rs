//! Why people were not sent to: by reason, with how many and what can be done about it.

use domain::{
    doubt::{DoubtReason, GIVEN_UP},
    message::{Part, SkipReason},
    stats::Grouped,
};
use leptos::prelude::*;

use super::words::{answer, people};
use crate::components::{Glyph, Item, Items, Section, Tone, format::plural};

/// The section; nothing where everybody was sent to. `page` is the campaign's.
pub(super) fn section(groups: Vec<Grouped>, page: &str) -> AnyView {
    if groups.is_empty() {
        return ().into_any();
    }
    let items = groups.into_iter().map(|group| item(group, page)).collect_view();
    view! { <Section title="Not sent, and why" id="reasons"><Items>{items}</Items></Section> }.into_any()
}

fn item(group: Grouped, page: &str) -> AnyView {
    let (glyph, tone, part) = match group.part {
        Part::Failed => (Glyph::Failed, Tone::Danger, "failed"),
        Part::InDoubt => (Glyph::Question, Tone::Warning, "in doubt"),
        _ => (Glyph::Skip, Tone::Neutral, "skipped"),
    };
    let title = format!("{}, {}", heading(&group), plural(people(group.count), "person", "people"));
    let (href, label) = match group.part {
        Part::InDoubt => (format!("{page}/in-doubt"), "Decide".to_owned()),
        other => (format!("{page}/recipients?state={}", other.word()), format!("All {part}")),
    };
    let remedy = remedy(group.part, &group.code);
    let end = move || view! { <a class="end" href=href>{label}</a> };
    view! { <Item glyph tone title end>{remedy}</Item> }.into_any()
}

/// The reason in words; what a provider said has its code before it.
fn heading(group: &Grouped) -> String {
    match (group.part, group.text.trim()) {
        (Part::InDoubt, _) => DoubtReason::from_word(&group.code).unwrap_or(DoubtReason::NoAnswer).title().into(),
        (Part::Failed, _) if group.code == GIVEN_UP => "Given up while in doubt".into(),
        (Part::Skipped, text) => text.into(),
        (_, text) => answer(&group.code, text),
    }
}

/// What to do about it, or that nothing is to be done.
fn remedy(part: Part, code: &str) -> &'static str {
    if let Some(reason) = SkipReason::from_word(code) {
        return match reason {
            SkipReason::NoAddress => "Add an e-mail address at the contact; the next campaign reaches them.",
            SkipReason::DoNotContact => "Somebody marked them so. Nothing to do.",
            SkipReason::NoConsent => "Record their consent at the contact, if they gave it. Nothing goes out without.",
            SkipReason::Suppressed => "They unsubscribed, or the address does not work. Nothing to do.",
            SkipReason::MissingValue => "Fill in the value at the contact, or take the variable out of the text.",
            SkipReason::Expired => "The campaign said not to send after that time. Nothing to do.",
            SkipReason::Gone => "They were deleted before their message was due. Nothing to do.",
        };
    }
    match (part, code.chars().next()) {
        (Part::InDoubt, _) => "They may have arrived or not. Decide whether they count as sent or go out again.",
        _ if code == GIVEN_UP => "Somebody decided so. They may have got it all the same.",
        (_, Some('5')) => "Refused for good by the receiving server. Check the address before the next campaign.",
        (_, Some('4')) => "Refused again and again as a passing trouble. The next campaign tries anew.",
        (_, _) => "The provider could not be reached or did not take it, after several tries. Check the provider.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_and_a_remedy() {
        for reason in SkipReason::ALL {
            let (code, text) = (reason.word().to_owned(), reason.sentence().to_owned());
            let group = Grouped { part: Part::Skipped, code, text, count: 1 };
            assert_eq!(heading(&group), reason.sentence());
            assert!(remedy(Part::Skipped, reason.word()).ends_with('.'));
        }
        let given_up = Grouped { part: Part::Failed, code: GIVEN_UP.into(), text: "Given up".into(), count: 1 };
        assert_eq!(heading(&given_up), "Given up while in doubt");
        let refused = Grouped { part: Part::Failed, code: "550".into(), text: "No such user".into(), count: 2 };
        assert_eq!(heading(&refused), "550: No such user");
        assert!(remedy(Part::Failed, "550").contains("for good"));
    }
}
