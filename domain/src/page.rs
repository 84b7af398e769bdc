//! Pages of long lists, by cursor: a page says where the next one begins, and deep pages cost no more than the first.

use serde::{Deserialize, Serialize};

/// One page, newest or first things first. In JSON: `{"data":[…],"next_cursor":null}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}Page"))]
pub struct Page<T> {
    /// What is on it.
    pub data: Vec<T>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
}

/// Which page is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PageQuery {
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// How many at the most (1 to 200, 50 when not said).
    pub limit: Option<u32>,
    /// Only what contains or begins with this.
    pub search: Option<String>,
    /// Only those in this state.
    pub status: Option<String>,
}

impl PageQuery {
    /// How many, within bounds.
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, 200) as usize
    }

    /// The text searched for, if any, trimmed and without characters that nothing can contain.
    pub fn search(&self) -> Option<String> {
        let typed: String = self.search.as_deref()?.chars().filter(|c| !c.is_control()).collect();
        Some(typed.trim().to_owned()).filter(|s| !s.is_empty())
    }
}

impl<T> Page<T> {
    /// Makes a page of rows that were fetched with one more than `limit`, to know whether there are more.
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(cursor) } else { None };
        Self { data: rows, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_next() {
        let page = Page::cut(vec![1, 2, 3], 2, |n| n.to_string());
        assert_eq!((page.data, page.next_cursor.as_deref()), (vec![1, 2], Some("2")));
        assert_eq!(Page::cut(vec![1, 2], 2, |n: &i32| n.to_string()).next_cursor, None);
    }
}
