//! Where in a long list a page is. The way back is in the address: the list itself knows only where the next page
//! begins.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    address::href,
    components::{Pager, format::count},
};

/// How many rows a page has.
pub const ROWS: usize = 50;
/// How many pages back the address remembers; before them, back leads to the first.
const REMEMBERED: usize = 20;
/// The first page's cursor in the way back, where an empty one would not be seen.
const FIRST: &str = "0";

/// A page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// Where it begins; empty on the first.
    pub cursor: String,
    number: usize,
    back: Vec<String>,
}

impl Place {
    /// The page that the address names.
    pub fn here() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| {
                let value = |name| query.get(name).unwrap_or_default();
                Self::read(value("cursor"), &value("page"), &value("back"))
            })
        })
    }

    fn read(cursor: String, number: &str, back: &str) -> Self {
        if cursor.is_empty() {
            return Self::default();
        }
        let back: Vec<_> = back.split(',').filter(|cursor| !cursor.is_empty()).map(str::to_owned).collect();
        Self { cursor, number: number.parse().unwrap_or(back.len()), back }
    }

    /// The address of this page of the list; `kept` are its other values.
    pub fn here_at(&self, path: &str, kept: &[(&str, &str)]) -> String {
        self.href(path, kept)
    }

    fn href(&self, path: &str, kept: &[(&str, &str)]) -> String {
        let (number, back) = (self.number.to_string(), self.back.join(","));
        let place = if self.cursor.is_empty() {
            vec![]
        } else {
            vec![("cursor", self.cursor.as_str()), ("page", &number), ("back", &back)]
        };
        href(path, &[kept, &place].concat())
    }

    fn next(&self, cursor: String) -> Self {
        let mut back = self.back.clone();
        back.push(if self.cursor.is_empty() { FIRST.to_owned() } else { self.cursor.clone() });
        back.drain(..back.len().saturating_sub(REMEMBERED));
        Self { cursor, number: self.number + 1, back }
    }

    fn previous(&self) -> Option<Self> {
        if self.cursor.is_empty() {
            return None;
        }
        let mut back = self.back.clone();
        let cursor = back.pop().filter(|cursor| cursor != FIRST);
        Some(cursor.map_or_else(Self::default, |cursor| Self { cursor, number: self.number.saturating_sub(1), back }))
    }

    /// The foot of a list: which rows these are, and the pages before and after. `kept` are the other values of the
    /// address, as what is searched for; `of` says how many there are in all, where that is known; `note` ends the line.
    pub fn pager(&self, path: &str, kept: &[(&str, &str)], rows: &Rows, of: Option<String>, note: &str) -> AnyView {
        let first = self.number * ROWS + 1;
        let range = match rows.shown {
            0 => "None".to_owned(),
            1 => count(first as u64),
            shown => format!("{}–{}", count(first as u64), count((first + shown - 1) as u64)),
        };
        // A first page with none after it is all there is.
        let alone = self.number == 0 && rows.next.is_none();
        let of = of.or_else(|| alone.then(|| count(rows.shown as u64)));
        let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
        let next = rows.next.clone().map(|cursor| self.next(cursor).href(path, kept));
        let previous = self.previous().map(|place| place.href(path, kept));
        view! { <Pager note=format!("{range}{of}. {note}") nostrip:previous nostrip:next/> }.into_any()
    }
}

/// What a page holds, as far as its foot needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rows {
    /// How many rows.
    pub shown: usize,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl<T> From<&domain::page::Page<T>> for Rows {
    fn from(page: &domain::page::Page<T>) -> Self {
        Self { shown: page.data.len(), next: page.next_cursor.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_again() {
        let first = Place::read(String::new(), "", "");
        assert_eq!((first.clone(), first.previous()), (Place::default(), None));
        let second = first.next("b".into());
        let third = second.next("c".into());
        assert_eq!(third.number, 2);
        let read = Place::read(third.cursor.clone(), "2", &third.back.join(","));
        assert_eq!(read, third);
        assert_eq!(third.previous(), Some(second.clone()));
        assert_eq!(second.previous(), Some(first));
    }

    #[test]
    fn the_way_back_has_an_end() {
        let far = (0..100).fold(Place::default(), |place, n| place.next(n.to_string()));
        assert_eq!((far.back.len(), far.number), (REMEMBERED, 100));
    }
}
