//! Text of any character set, as it comes in, becomes UTF-8 with `\n` for line ends. What begins as UTF-8 is taken for it
//! until a byte says otherwise; then, if there was nothing but ASCII before, for the set that its bytes look like most.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Decodes a text piece by piece.
pub(super) struct Text {
    mode: Mode,
    charset: &'static Encoding,
    is_damaged: bool,
    ends_in_cr: bool,
}

enum Mode {
    /// UTF-8 as far as we know: the bytes of a character that is cut off, and whether any was not ASCII.
    Utf8 { rest: Vec<u8>, saw_more: bool },
    /// Another set.
    Other(Decoder),
}

impl Text {
    /// Looks at the first bytes, and says how many of them are only a mark.
    pub(super) fn begin(head: &[u8]) -> (Self, usize) {
        let (charset, mark) = match Encoding::for_bom(head) {
            Some((charset, mark)) => (charset, mark),
            None => (wide(head).unwrap_or(UTF_8), 0),
        };
        let mode = match charset == UTF_8 {
            true => Mode::Utf8 { rest: Vec::new(), saw_more: false },
            false => Mode::Other(charset.new_decoder_without_bom_handling()),
        };
        (Self { mode, charset, is_damaged: false, ends_in_cr: false }, mark)
    }

    /// The name of the character set.
    pub(super) fn charset(&self) -> &'static str {
        self.charset.name()
    }

    /// Whether some bytes were no characters.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Decodes more, behind what is in `out`.
    pub(super) fn push(&mut self, bytes: &[u8], is_last: bool, out: &mut String) {
        let mut decoded = String::new();
        match &mut self.mode {
            Mode::Utf8 { .. } => self.utf8(bytes, is_last, &mut decoded),
            Mode::Other(decoder) => self.is_damaged |= decode(decoder, bytes, is_last, &mut decoded),
        }
        self.line_ends(&decoded, out);
    }

    fn utf8(&mut self, bytes: &[u8], is_last: bool, out: &mut String) {
        let Mode::Utf8 { rest, saw_more } = &mut self.mode else { return };
        let joined;
        let mut left = if rest.is_empty() {
            bytes
        } else {
            joined = [std::mem::take(rest).as_slice(), bytes].concat();
            joined.as_slice()
        };
        loop {
            let error = match std::str::from_utf8(left) {
                Ok(text) => {
                    *saw_more |= !text.is_ascii();
                    return out.push_str(text);
                }
                Err(error) => error,
            };
            let (good, bad) = left.split_at(error.valid_up_to());
            *saw_more |= !good.is_ascii();
            // What from_utf8 has called valid.
            out.push_str(std::str::from_utf8(good).unwrap_or_default());
            match error.error_len() {
                None if !is_last => return *rest = bad.to_vec(),
                _ if !*saw_more => return self.another_set(bad, is_last, out),
                length => {
                    self.is_damaged = true;
                    out.push('\u{fffd}');
                    left = &bad[length.unwrap_or(bad.len())..];
                }
            }
        }
    }

    /// It is no UTF-8 after all. What came before is ASCII, which all these sets share.
    fn another_set(&mut self, bytes: &[u8], is_last: bool, out: &mut String) {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, is_last);
        self.charset = detector.guess(None, Utf8Detection::Deny);
        let mut decoder = self.charset.new_decoder_without_bom_handling();
        self.is_damaged |= decode(&mut decoder, bytes, is_last, out);
        self.mode = Mode::Other(decoder);
    }

    fn line_ends(&mut self, decoded: &str, out: &mut String) {
        let mut rest = decoded;
        if std::mem::take(&mut self.ends_in_cr) {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
            self.ends_in_cr = decoded.is_empty();
        }
        while let Some((line, after)) = rest.split_once('\r') {
            out.push_str(line);
            out.push('\n');
            self.ends_in_cr = after.is_empty();
            rest = after.strip_prefix('\n').unwrap_or(after);
        }
        out.push_str(rest);
    }
}

/// UTF-16 without its mark: every other byte of a text of letters is zero.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        _ if pairs < 4 => None,
        (even, odd) if odd * 2 > pairs && even * 10 < pairs => Some(UTF_16LE),
        (even, odd) if even * 2 > pairs && odd * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Says whether anything had to be replaced.
fn decode(decoder: &mut Decoder, mut bytes: &[u8], is_last: bool, out: &mut String) -> bool {
    let mut is_damaged = false;
    loop {
        out.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len()));
        let (result, read, damaged) = decoder.decode_to_string(bytes, out, is_last);
        is_damaged |= damaged;
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return is_damaged;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], size: usize) -> (String, &'static str, bool) {
        let (mut text, mark) = Text::begin(bytes);
        let mut out = String::new();
        let pieces: Vec<_> = bytes[mark..].chunks(size.max(1)).collect();
        for (n, piece) in pieces.iter().enumerate() {
            text.push(piece, n + 1 == pieces.len(), &mut out);
        }
        (out, text.charset(), text.is_damaged())
    }

    #[test]
    fn sets_are_told_by_their_bytes() {
        assert_eq!(read("Zoë;1\r\n".as_bytes(), 3), ("Zoë;1\n".into(), "UTF-8", false));
        assert_eq!(read(b"\xef\xbb\xbfa\rb", 9), ("a\nb".into(), "UTF-8", false));
        let wide: Vec<u8> = "Name;Zoë\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&[b"\xff\xfe", wide.as_slice()].concat(), 3), ("Name;Zoë\n".into(), "UTF-16LE", false));
        assert_eq!(read(&wide, 5), ("Name;Zoë\n".into(), "UTF-16LE", false), "without its mark");
        let western = b"Name;Ort\nJos\xe9 M\xfcller;Z\xfcrich\nFran\xe7ois;Gen\xe8ve\n";
        assert_eq!(read(western, 100).0, "Name;Ort\nJosé Müller;Zürich\nFrançois;Genève\n");
        assert_eq!(read(western, 100).1, "windows-1252");
    }

    #[test]
    fn a_broken_byte_in_utf8_is_told_and_nothing_else_is_lost() {
        assert_eq!(read(b"Zo\xc3\xab,\xff,b", 4), ("Zoë,\u{fffd},b".into(), "UTF-8", true));
        assert_eq!(read(b"Zo\xc3\xab\xc3", 2), ("Zoë\u{fffd}".into(), "UTF-8", true), "cut off at the end");
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(text in "([a-z\r\n]|[àé日🔔]){0,40}", size in 1usize..8) {
            let expected = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(read(text.as_bytes(), size).0, expected);
        }

        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..200), size in 1usize..50) {
            let (text, _, _) = read(&bytes, size);
            prop_assert!(!text.contains('\r'));
        }
    }
}
