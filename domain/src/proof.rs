//! Files that prove a consent (SPEC 2.5): scans, pictures, mails. What a file is, its content says, not its name.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{error::Refused, id::ProofId, words::words};

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;

words! {
    /// What a file may be.
    MediaType {
        /// A document.
        Pdf = "application/pdf",
        /// A picture.
        Png = "image/png",
        /// A photograph.
        Jpeg = "image/jpeg",
        /// A picture.
        Webp = "image/webp",
        /// A mail as it was sent.
        Mail = "message/rfc822",
        /// Plain text.
        Text = "text/plain",
    }
}

/// A kept file, without its content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proof {
    /// Its id.
    pub id: ProofId,
    /// Its name, as it was sent.
    pub name: String,
    /// What it is.
    pub media_type: MediaType,
    /// How large, in bytes.
    pub bytes: i64,
    /// When it was first sent.
    pub added_at: DateTime<Utc>,
}

/// A file's id and name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProofRef {
    /// Its id.
    pub id: ProofId,
    /// Its name.
    pub name: String,
}

/// What a file is, or why it is not taken.
pub fn check(bytes: &[u8]) -> Result<MediaType, Refused> {
    match bytes.len() {
        0 => Err(Refused::new("required", "The file is empty. Choose another one.")),
        1..=MAX_BYTES => type_of(bytes).ok_or_else(|| {
            Refused::new("unsupported", "Only PDF, PNG, JPEG, WebP, plain text and saved mails (.eml) are taken.")
        }),
        _ => Err(too_large()),
    }
}

/// Why a file of more than [`MAX_BYTES`] is not taken.
pub fn too_large() -> Refused {
    Refused::new("too_large", "At most 5 MB. Scan it with fewer dots to the inch, or send the page alone.")
}

/// A file's name without the folders before it and without what no name has; `file` when nothing is left.
pub fn name_of(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control() && !"\"<>|*?:".contains(*c)).take(200).collect();
    match name.trim().trim_start_matches('.') {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

fn type_of(bytes: &[u8]) -> Option<MediaType> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    if begins(b"%PDF-") {
        Some(MediaType::Pdf)
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        Some(MediaType::Png)
    } else if begins(b"\xff\xd8\xff") {
        Some(MediaType::Jpeg)
    } else if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(MediaType::Webp)
    } else if !is_printable(bytes) {
        None
    } else if is_mail(bytes) {
        Some(MediaType::Mail)
    } else {
        std::str::from_utf8(bytes).is_ok().then_some(MediaType::Text)
    }
}

/// Whether nothing in it controls anything but lines and pages.
fn is_printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f || b"\t\n\r\x0c".contains(byte))
}

/// Whether it begins with the header of a mail: lines of a name and a colon, from whom and when among them.
fn is_mail(bytes: &[u8]) -> bool {
    let head = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let head: Vec<_> = head.take(1000).take_while(|line| !line.is_empty()).collect();
    let is_field = |line: &[u8]| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        line.starts_with(b" ")
            || line.starts_with(b"\t")
            || name.len() < line.len() && name.iter().all(u8::is_ascii_graphic)
    };
    let has = |name: &str| {
        head.iter().any(|line| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())))
    };
    head.iter().all(|line| is_field(line)) && has("from:") && (has("date:") || has("received:"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        let cases: [(&[u8], MediaType); 7] = [
            (b"%PDF-1.7 ...", MediaType::Pdf),
            (b"\x89PNG\r\n\x1a\n....", MediaType::Png),
            (b"\xff\xd8\xff\xe0....", MediaType::Jpeg),
            (b"RIFF\x24\0\0\0WEBPVP8 ", MediaType::Webp),
            (b"Received: x\r\n by y\r\nFrom: Ada <ada@one.example>\r\n\r\nYes \xe9", MediaType::Mail),
            ("Ja, schickt mir Neues: täglich".as_bytes(), MediaType::Text),
            (b"<script>alert(1)</script>", MediaType::Text),
        ];
        for (bytes, media_type) in cases {
            assert_eq!(check(bytes), Ok(media_type), "{}", String::from_utf8_lossy(bytes));
        }
        for refused in [&b"MZ\x90\0"[..], b"PK\x03\x04", b"GIF89a\0", b"\0asm", b"caf\xe9", b"RIFF\x24\0\0\0WAVE"] {
            assert_eq!(check(refused).unwrap_err().code, "unsupported");
        }
        assert_eq!(check(b"").unwrap_err().code, "required");
        assert_eq!(check(&vec![b'a'; MAX_BYTES + 1]).unwrap_err().code, "too_large");
        assert!(check(&vec![b'a'; MAX_BYTES]).is_ok());
    }

    #[test]
    fn a_name_is_only_a_name() {
        assert_eq!(name_of("C:\\Users\\nora\\scan 1.pdf"), "scan 1.pdf");
        assert_eq!(name_of("../../etc/passwd"), "passwd");
        assert_eq!(name_of("a\r\nb\".txt"), "ab.txt");
        for nothing in ["", "..", "/", "\0"] {
            assert_eq!(name_of(nothing), "file");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200), name in ".{0,300}") {
            drop(check(&bytes));
            let name = name_of(&name);
            prop_assert!(!name.is_empty() && !name.contains(|c: char| c.is_control() || "/\\\"".contains(c)));
        }
    }
}
