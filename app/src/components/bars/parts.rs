//! The bar of a send: where everyone of an audience is. Parts differ by hatching as well as by colour.

use super::percent;
use crate::components::format::count;
use leptos::prelude::*;

/// Where the people of an audience are; everyone is in exactly one part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Handed to a provider.
    pub sent: u64,
    /// Will still be sent.
    pub waiting: u64,
    /// Will not be sent, each with its reason.
    pub skipped: u64,
    /// Refused by a provider.
    pub failed: u64,
    /// No answer yet whether it was sent; never sent twice.
    pub in_doubt: u64,
    /// Taken out by somebody.
    pub cancelled: u64,
}

/// One part, in the order of the bar: what is settled first, what waits last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) state: &'static str,
    pub(super) word: &'static str,
    pub(super) class: &'static str,
    pub(super) hatch: Option<&'static str>,
    pub(super) people: u64,
}

impl Parts {
    /// Everyone.
    pub const fn sum(self) -> u64 {
        self.sent + self.waiting + self.skipped + self.failed + self.in_doubt + self.cancelled
    }

    /// In the order of the bar. `state` is the machine word that the list of recipients filters by.
    pub(super) fn in_order(self) -> [Part; 6] {
        let part = |state, word, class, hatch, people| Part { state, word, class, hatch, people };
        [
            part("sent", "Sent", "part--sent", None, self.sent),
            part("skipped", "Skipped", "part--skipped", Some("skewX(-45)"), self.skipped),
            part("failed", "Failed", "part--failed", None, self.failed),
            part("in_doubt", "In doubt", "part--doubt", Some("skewX(45)"), self.in_doubt),
            part("cancelled", "Cancelled", "part--cancelled", Some(""), self.cancelled),
            part("waiting", "Waiting", "part--waiting", None, self.waiting),
        ]
    }

    /// The bar in words: `31,904 sent, 1,287 skipped, …`; parts with nobody are left out.
    pub fn in_words(self) -> String {
        let words: Vec<String> = self
            .in_order()
            .iter()
            .filter(|part| part.people > 0)
            .map(|part| format!("{} {}", count(part.people), part.word.to_lowercase()))
            .collect();
        if words.is_empty() { "Nobody yet".to_owned() } else { words.join(", ") }
    }
}

/// A part on the bar: from where, and how wide, as shares of the whole. A part of one person must still be seen, so
/// none is narrower than `least`.
fn widths(parts: [Part; 6], least: f64) -> Vec<(Part, f64, f64)> {
    let whole: u64 = parts.iter().map(|part| part.people).sum();
    let seen = || parts.into_iter().filter(|part| part.people > 0);
    let wide = |part: &Part| (part.people as f64 / whole as f64).max(least);
    let all: f64 = seen().map(|part| wide(&part)).sum();
    let mut from = 0.0;
    seen()
        .map(|part| {
            let width = wide(&part) / all;
            let at = from;
            from += width;
            (part, at, width)
        })
        .collect()
}

/// The bar. Everything it shows is also its label.
#[component]
pub fn FiveBar(
    /// Where everyone is.
    #[prop(into)]
    parts: Signal<Parts>,
    /// 16 px high, for the head of a running campaign.
    #[prop(optional)]
    large: bool,
    /// Teal, for owners' `messaging` campaigns.
    #[prop(optional)]
    messaging: bool,
) -> impl IntoView {
    // A pixel or more beside the gap: the small bar is some 180 px wide, the large one 300 on a phone.
    let (least, gap) = if large { (0.012, 2) } else { (0.02, 1) };
    let bar = move || {
        widths(parts.get().in_order(), least)
            .into_iter()
            .map(|(part, from, width)| {
                let class = match part.state {
                    "sent" if messaging => "part--messaging",
                    _ => part.class,
                };
                view! {
                    <svg x=percent(from) width=percent(width) height="100%">
                        <rect class=class width="100%" height="100%"/>
                        {part.hatch.map(hatching)}
                        {(from + width < 0.999)
                            .then(|| {
                                view! {
                                    <rect
                                        class="parts__gap"
                                        x="100%"
                                        width=gap
                                        height="100%"
                                        transform=format!("translate(-{gap})")
                                    />
                                }
                            })}
                    </svg>
                }
            })
            .collect_view()
    };
    view! {
        <svg
            class=if large { "parts parts--l" } else { "parts" }
            role="img"
            aria-label=move || parts.get().in_words()
        >
            <rect class="part--waiting" width="100%" height="100%"/>
            {bar}
        </svg>
    }
    .into_any()
}

/// Stripes: one thick dashed line, slanted. Needs no pattern, and so no id that would have to be unique.
pub(super) fn hatching(slant: &'static str) -> impl IntoView {
    view! {
        <line class="parts__hatch" x1="-24" x2="110%" y1="50%" y2="50%" transform=slant></line>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_seen_and_the_bar_is_full() {
        let parts = Parts { sent: 48_000, failed: 1, waiting: 209, ..Parts::default() };
        let widths = widths(parts.in_order(), 0.02);
        assert_eq!(widths.len(), 3);
        assert!(widths.iter().all(|(_, _, width)| *width > 0.019));
        let (_, from, width) = widths[2];
        assert!((from + width - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_label_says_what_the_bar_shows() {
        let parts = Parts { sent: 31_904, in_doubt: 11, ..Parts::default() };
        assert_eq!(parts.in_words(), "31,904 sent, 11 in doubt");
        assert_eq!(Parts::default().in_words(), "Nobody yet");
        assert!(widths(Parts::default().in_order(), 0.02).is_empty());
    }
}
