//! Columns: blocks beside one another.

use serde::{Deserialize, Serialize};

use super::Block;

/// Two or three columns; below one another on a phone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockColumns"))]
#[serde(default)]
pub struct Columns {
    /// Their widths in percent, 100 together.
    pub widths: Vec<u8>,
    /// What is in them: blocks, but no columns.
    pub columns: Vec<Vec<Block>>,
}

impl Default for Columns {
    fn default() -> Self {
        Self { widths: vec![50, 50], columns: vec![Vec::new(), Vec::new()] }
    }
}

impl Columns {
    /// Ways to share the width.
    pub const SHARES: &[(&[u8], &'static str)] = &[
        (&[50, 50], "Two, alike"),
        (&[33, 67], "Two, the right one wider"),
        (&[67, 33], "Two, the left one wider"),
        (&[34, 33, 33], "Three, alike"),
    ];

    /// Shares the width in another way. What is in a column that is no more goes into the one before it.
    pub fn share(&mut self, widths: &[u8]) {
        while self.columns.len() > widths.len() && self.columns.len() > 1 {
            let gone = self.columns.pop().unwrap_or_default();
            if let Some(last) = self.columns.last_mut() {
                last.extend(gone);
            }
        }
        self.columns.resize(widths.len(), Vec::new());
        self.widths = widths.to_vec();
    }

    /// The widths as one word: `33-67`.
    pub fn share_word(&self) -> String {
        share_word(&self.widths)
    }
}

/// Widths as one word.
pub(super) fn share_word(widths: &[u8]) -> String {
    widths.iter().map(u8::to_string).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{super::Spacer, *};

    #[test]
    fn fewer_columns_lose_no_block() {
        let three = vec![vec![Spacer::default().into()]; 3];
        let mut columns = Columns { widths: vec![34, 33, 33], columns: three };
        columns.share(&[50, 50]);
        assert_eq!(
            (columns.columns.len(), columns.columns.concat().len(), columns.share_word()),
            (2, 3, "50-50".into())
        );
    }
}
