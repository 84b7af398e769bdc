//! A chart of two series of bars and a line, drawn as SVG on the server. Its label says what it shows; the numbers
//! themselves stand in a table beside it.

use leptos::prelude::*;

use crate::components::format::{count, plural};

/// A moment's bars.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) human: u64,
    pub(super) machine: u64,
    pub(super) line: u64,
}

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 200.0;

/// The chart with its key.
pub(super) fn chart(bars: Vec<Bar>) -> AnyView {
    let top = nice(bars.iter().map(|bar| bar.human.max(bar.machine).max(bar.line)).max().unwrap_or_default());
    let sum = |read: fn(&Bar) -> u64| bars.iter().map(read).sum::<u64>();
    let (human, machine, line) = (sum(|bar| bar.human), sum(|bar| bar.machine), sum(|bar| bar.line));
    let label = label(&bars, [human, machine, line]);
    let step = WIDTH / bars.len().max(1) as f64;
    let height = |number: u64| number as f64 / top as f64 * HEIGHT;
    let rects = bars.iter().enumerate().map(|(i, bar)| {
        let left = i as f64 * step;
        let rect = |class: &'static str, from: f64, number: u64| {
            let tall = height(number);
            (number > 0).then(|| {
                view! {
                    <rect class=class x=fixed(left + step * from) y=fixed(HEIGHT - tall) width=fixed(step * 0.36) height=fixed(tall)/>
                }
            })
        };
        view! { {rect("machine", 0.5, bar.machine)} {rect("human", 0.12, bar.human)} }
    });
    let rects = rects.collect_view();
    let points = bars
        .iter()
        .enumerate()
        .map(|(i, bar)| format!("{},{}", fixed((i as f64 + 0.5) * step), fixed(HEIGHT - height(bar.line))));
    let points = format!("M{}", points.collect::<Vec<_>>().join(" L"));
    let marks = marks(&bars);
    view! {
        <ul class="keys">
            {key("human", "Opens by people", human)}
            {key("machine", "Opens by machines", machine)}
            {key("line", "Clicks by people", line)}
        </ul>
        <div class="chart">
            <div class="chart__y" aria-hidden="true">
                <span>{count(top)}</span>
                <span>{count(top / 2)}</span>
                <span>"0"</span>
            </div>
            <svg viewBox="0 0 480 200" preserveAspectRatio="none" role="img" aria-label=label>
                <path class="grid" d="M0 0h480M0 100h480M0 200h480"/>
                {rects}
                {(line > 0).then(|| view! { <path class="line" d=points/> })}
            </svg>
            <div class="chart__x" aria-hidden="true">
                {marks.into_iter().map(|mark| view! { <span>{mark}</span> }).collect_view()}
            </div>
        </div>
    }
    .into_any()
}

fn key(class: &'static str, word: &'static str, number: u64) -> AnyView {
    view! {
        <li>
            <svg class="key" aria-hidden="true"><rect class=class/></svg>
            {word} " " <b>{count(number)}</b>
        </li>
    }
    .into_any()
}

/// What the chart shows, in words.
fn label(bars: &[Bar], [human, machine, line]: [u64; 3]) -> String {
    let peak = |read: fn(&Bar) -> u64| bars.iter().max_by_key(|bar| read(bar)).filter(|bar| read(bar) > 0);
    let most = |name: &str, all: u64, read: fn(&Bar) -> u64| match peak(read) {
        Some(bar) => {
            format!("{}, at most {} from {}", plural(all, name, &format!("{name}s")), count(read(bar)), bar.label)
        }
        None => format!("no {name}s"),
    };
    let (people, clicks) = (most("open", human, |bar| bar.human), most("click", line, |bar| bar.line));
    let machines = most("open", machine, |bar| bar.machine);
    format!("By people {people}, and {clicks}. By machines {machines}.")
}

/// Where the axis is labelled: five places of a day or a week.
fn marks(bars: &[Bar]) -> Vec<String> {
    let last = bars.len().saturating_sub(1);
    let mut at: Vec<_> = (0..5).map(|i| i * last / 4).collect();
    at.dedup();
    at.into_iter().filter_map(|i| bars.get(i)).map(|bar| bar.label.clone()).collect()
}

/// The next number that an axis can end with: twice 1, 2.5 or 5 times a power of ten, or a small even one.
fn nice(most: u64) -> u64 {
    if most <= 10 {
        return most.next_multiple_of(2).max(2);
    }
    let power = 10_u64.pow(most.ilog10());
    [1, 2, 5, 10].into_iter().map(|times| times * power).find(|end| *end >= most).unwrap_or(most)
}

fn fixed(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(label: &str, human: u64, machine: u64, line: u64) -> Bar {
        Bar { label: label.into(), human, machine, line }
    }

    #[test]
    fn the_axis_ends_above_the_highest_bar() {
        for (most, end) in [(0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (57, 100), (1_420, 2_000), (2_400, 5_000)] {
            assert_eq!(nice(most), end, "{most}");
        }
    }

    #[test]
    fn the_label_says_what_is_seen() {
        let bars = [bar("08:00", 1, 900, 0), bar("09:00", 1_420, 2, 1)];
        assert_eq!(
            label(&bars, [1_421, 902, 1]),
            "By people 1,421 opens, at most 1,420 from 09:00, and 1 click, at most 1 from 09:00. By machines 902 opens, at \
             most 900 from 08:00."
        );
        assert_eq!(label(&[], [0; 3]), "By people no opens, and no clicks. By machines no opens.");
        assert_eq!(marks(&bars), ["08:00", "09:00"]);
    }
}
