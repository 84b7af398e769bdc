//! The parts of a spreadsheet's archive, opened with a guard: what they unpack to is bounded, and so is what stands
//! between two tags, which is read into memory at once.

use std::io::{self, BufReader, Read};

use domain::error::Refused;
use quick_xml::{Reader, XmlVersion, events::BytesStart};

use super::Archive;

/// The most that a part may unpack to, in bytes: five million rows of text and more.
const LARGEST: u64 = 3 * 1024 * 1024 * 1024;
/// How many times its packed size a part may be. Text of a table packs to a tenth; zeros to a thousandth.
const TIGHTEST: u64 = 200;
/// Below this size it does not matter how tightly a part is packed.
const HARMLESS: u64 = 4 * 1024 * 1024;
/// The most between two tags, in bytes: no cell of a spreadsheet is as long.
const LONGEST: usize = 1024 * 1024;

/// A part being read.
pub(super) type Part<'a> = Reader<BufReader<Guard<Box<dyn Read + 'a>>>>;

/// Opens a part, unless it is a bomb.
pub(super) fn open<'a>(archive: &'a mut Archive, name: &str) -> Result<Part<'a>, Refused> {
    let file = archive.by_name(name).map_err(|error| broken(&error))?;
    let (size, packed) = (file.size(), file.compressed_size().max(1));
    if size > LARGEST || (size > HARMLESS && size / packed > TIGHTEST) {
        return Err(bomb());
    }
    let guard = Guard { inner: Box::new(file) as Box<dyn Read + 'a>, left: size, run: 0 };
    let mut part = Reader::from_reader(BufReader::with_capacity(64 * 1024, guard));
    part.config_mut().check_end_names = false;
    Ok(part)
}

/// The value of an attribute, by its whole name.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// What a spreadsheet that cannot be read is refused with.
pub(super) fn broken(error: &dyn std::fmt::Display) -> Refused {
    let told = error.to_string();
    if told.contains(BOMB) {
        return bomb();
    }
    let message =
        format!("The spreadsheet cannot be read ({told}). Open it, save it anew as XLSX or CSV, and send that.");
    Refused::new("broken", message)
}

const BOMB: &str = "unpacks to more than it may";

fn bomb() -> Refused {
    let message =
        "The spreadsheet unpacks to far more than its size: it is not opened. Save the table as CSV and send that.";
    Refused::new("bomb", message)
}

/// Reads no more than was declared, and no more than so much between two tags.
pub(super) struct Guard<R> {
    inner: R,
    left: u64,
    run: usize,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(BOMB))?;
        match buffer[..read].iter().rposition(|byte| *byte == b'<') {
            Some(place) => self.run = read - place,
            None => self.run += read,
        }
        if self.run > LONGEST { Err(io::Error::other(BOMB)) } else { Ok(read) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_it_says_is_not_read_on() {
        let mut read = String::new();
        assert!(Guard { inner: &b"<a>12</a>"[..], left: 9, run: 0 }.read_to_string(&mut read).is_ok());
        assert!(Guard { inner: &b"<a>12</a>"[..], left: 8, run: 0 }.read_to_string(&mut read).is_err());
        let long = vec![b'x'; LONGEST + 10];
        let told = Guard { inner: &long[..], left: u64::MAX, run: 0 }.read_to_string(&mut read).unwrap_err();
        assert_eq!(broken(&told).code, "bomb");
    }
}
