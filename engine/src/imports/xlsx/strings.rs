//! The texts that cells of a spreadsheet share. There may be millions, so they lie in a file that has no name, and only
//! where each ends is in memory.

use std::{
    fs::File,
    io::{BufWriter, Write},
    os::unix::fs::FileExt,
};

use domain::error::Refused;
use quick_xml::events::Event;

use super::parts::{Part, broken};

/// How much is read at once: texts are mostly asked for in their order.
const WINDOW: usize = 64 * 1024;

/// Shared texts.
pub(super) struct Strings {
    file: Option<File>,
    ends: Vec<u64>,
    window: Vec<u8>,
    begins: u64,
}

impl Strings {
    /// There are none.
    pub(super) fn none() -> Self {
        Self { file: None, ends: Vec::new(), window: Vec::new(), begins: 0 }
    }

    /// Reads all of them.
    pub(super) fn read(mut part: Part<'_>) -> Result<Self, Refused> {
        let mut file = BufWriter::new(tempfile::tempfile().map_err(|error| broken(&error))?);
        let (mut ends, mut end, mut text, mut buffer) = (Vec::new(), 0, String::new(), Vec::new());
        // Phonetic hints repeat the text in another script.
        let (mut in_text, mut in_hint) = (false, false);
        loop {
            match part.read_event_into(&mut buffer).map_err(|error| broken(&error))? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "si" => text.clear(),
                    "t" => in_text = true,
                    "rPh" => in_hint = true,
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "si" => {
                        file.write_all(text.as_bytes()).map_err(|error| broken(&error))?;
                        end += text.len() as u64;
                        ends.push(end);
                    }
                    "t" => in_text = false,
                    "rPh" => in_hint = false,
                    _ => {}
                },
                Event::Empty(tag) if tag.local_name().as_ref() == "si" => ends.push(end),
                Event::Eof => break,
                event if in_text && !in_hint => add(&mut text, &event),
                _ => {}
            }
            buffer.clear();
        }
        let file = file.into_inner().map_err(|error| broken(&error.into_error()))?;
        Ok(Self { file: Some(file), ends, window: Vec::new(), begins: 0 })
    }

    /// The text of this number.
    pub(super) fn get(&mut self, place: usize) -> Result<&str, Refused> {
        let missing = || broken(&"a text is missing");
        let end = *self.ends.get(place).ok_or_else(missing)?;
        let begin = if place == 0 { 0 } else { self.ends[place - 1] };
        let length = (end - begin) as usize;
        if begin < self.begins || end > self.begins + self.window.len() as u64 {
            self.window.resize(WINDOW.max(length), 0);
            let all = *self.ends.last().ok_or_else(missing)?;
            self.window.truncate((all - begin) as usize);
            let file = self.file.as_ref().ok_or_else(missing)?;
            file.read_exact_at(&mut self.window, begin).map_err(|error| broken(&error))?;
            self.begins = begin;
        }
        let from = (begin - self.begins) as usize;
        std::str::from_utf8(&self.window[from..from + length]).map_err(|error| broken(&error))
    }
}

/// Adds what an event says to a text.
pub(super) fn add(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(more) => text.push_str(&more.xml10_content()),
        Event::CData(more) => text.push_str(&more.xml10_content()),
        Event::GeneralRef(name) => match name.resolve_char_ref() {
            Ok(Some(character)) => text.push(character),
            // Only the five that XML knows itself: what a document defines is never unfolded.
            _ => text.push_str(quick_xml::escape::resolve_xml_entity(name).unwrap_or("\u{fffd}")),
        },
        _ => {}
    }
}
