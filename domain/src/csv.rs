//! Lines of CSV files that people open in a spreadsheet: quoted where it is needed, and never a formula (DESIGN 5).

/// One line with its end.
pub fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let mut line = cells.into_iter().map(|text| cell(text.as_ref())).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// What a spreadsheet would take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell as it was before [`line`] marked it.
pub fn as_typed(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) => rest,
        _ => cell,
    }
}

/// One cell. What a spreadsheet would take for a formula begins with an apostrophe, which shows it as text.
fn cell(text: &str) -> String {
    let neutral = match text.starts_with(FORMULA) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match neutral.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", neutral.replace('"', "\"\"")),
        false => neutral,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_separators_are_quoted() {
        assert_eq!(line(["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(line(["=1+1", "+49", "-5", "@x", "\tx"]), "'=1+1,'+49,'-5,'@x,'\tx\r\n");
        assert_eq!(
            line(["a,b", "say \"hi\"", "two\nlines", "=\"x\""]),
            "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"'=\"\"x\"\"\"\r\n"
        );
    }

    #[test]
    fn what_was_marked_goes_back() {
        for text in ["=1+1", "+12125550123", "-x", "@sum", "\tx", "plain", "'quoted", ""] {
            assert_eq!(as_typed(cell(text).trim_matches('"')), text);
        }
    }
}
