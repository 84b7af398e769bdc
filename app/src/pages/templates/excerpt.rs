//! The line of a source that a message is about, with a mark under the place.

/// Lines before the one that is meant.
const BEFORE: usize = 1;
/// How much of a long line is shown on either side of the place, in characters.
const AROUND: usize = 60;

/// The line that `message` names ("Line 3, column 5: …") with its number, the line before it, and a mark below.
pub(super) fn excerpt(source: &str, message: &str) -> Option<String> {
    let (line, column) = place(message)?;
    let lines: Vec<&str> = source.lines().collect();
    lines.get(line.checked_sub(1)?)?;
    let from = column.saturating_sub(AROUND + 1);
    let cut = |text: &str| text.chars().skip(from).take(2 * AROUND).collect::<String>();
    let first = line.saturating_sub(BEFORE).max(1);
    let shown = (first..=line).map(|n| format!("{n:>4} | {}", cut(lines[n - 1]))).collect::<Vec<_>>().join("\n");
    let mark = format!("     | {}^", " ".repeat(column.saturating_sub(1).saturating_sub(from)));
    Some(format!("{shown}\n{mark}"))
}

fn place(message: &str) -> Option<(usize, usize)> {
    let (line, rest) = message.strip_prefix("Line ")?.split_once(", column ")?;
    Some((line.parse().ok()?, rest.split(':').next()?.parse().ok()?))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_marked_below_its_line() {
        let marked = excerpt("<p>\n  {{x}}\n</p>", "Line 2, column 3: There is no variable x.").unwrap();
        assert_eq!(marked, "   1 | <p>\n   2 |   {{x}}\n     |   ^");
        let long = format!("{}{{{{x}}}}", "é".repeat(300));
        let marked = excerpt(&long, "Line 1, column 301: no").unwrap();
        assert_eq!(marked.lines().last().unwrap().chars().count(), "     | ".len() + AROUND + 1);
        assert!(marked.contains("{{x}}"));
        assert_eq!(excerpt("a", "Line 9, column 1: no"), None);
        assert_eq!(excerpt("a", "Needed."), None);
    }
}
