//! What holds for the whole mail: width, colours, letters, and the line that a mailbox shows beside the subject.

use serde::{Deserialize, Serialize};

/// What holds for the whole mail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockSettings"))]
#[serde(default)]
pub struct Settings {
    /// Width in px, 480 to 700.
    pub width: u16,
    /// Around the mail.
    pub background: String,
    /// Behind its text.
    pub surface: String,
    /// Of the text.
    pub color: String,
    /// Of links.
    pub link_color: String,
    /// The letters.
    pub font: Font,
    /// Shown by mailboxes beside the subject; may be empty.
    pub preheader: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            width: 600,
            background: "#f3f1f5".into(),
            surface: "#ffffff".into(),
            color: "#2b2630".into(),
            link_color: "#6b2d73".into(),
            font: Font::Sans,
            preheader: String::new(),
        }
    }
}

/// Letters that are on every computer: mail programs load none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Font {
    /// Arial and its kin.
    #[default]
    Sans,
    /// Georgia and its kin.
    Serif,
    /// Verdana and its kin.
    Wide,
    /// Trebuchet and its kin.
    Round,
    /// Courier and its kin.
    Mono,
}

impl Font {
    /// Every one with its words.
    pub const ALL: &[(Self, &'static str)] = &[
        (Self::Sans, "Arial"),
        (Self::Serif, "Georgia"),
        (Self::Wide, "Verdana"),
        (Self::Round, "Trebuchet"),
        (Self::Mono, "Courier"),
    ];

    /// Its word in data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sans => "sans",
            Self::Serif => "serif",
            Self::Wide => "wide",
            Self::Round => "round",
            Self::Mono => "mono",
        }
    }

    /// The value of CSS's `font-family`; without double quotes, so that it can stand in an attribute.
    pub fn stack(self) -> &'static str {
        match self {
            Self::Sans => "Arial, Helvetica, sans-serif",
            Self::Serif => "Georgia, 'Times New Roman', serif",
            Self::Wide => "Verdana, Geneva, sans-serif",
            Self::Round => "'Trebuchet MS', Tahoma, sans-serif",
            Self::Mono => "'Courier New', Courier, monospace",
        }
    }
}

/// `#rrggbb` as numbers.
pub(super) fn rgb(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// A colour that is safe to write into CSS: this one, else that of the fallback.
pub(super) fn colour(typed: &str, fallback: &'static str) -> String {
    match rgb(typed.trim()) {
        Some([r, g, b]) => format!("#{r:02x}{g:02x}{b:02x}"),
        None => fallback.to_owned(),
    }
}

/// The colour half way to white, which can be read on a dark page.
pub(super) fn lightened(typed: &str) -> String {
    let [r, g, b] = rgb(typed.trim()).unwrap_or([200, 160, 220]);
    let up = |part: u8| part / 2 + 128;
    format!("#{:02x}{:02x}{:02x}", up(r), up(g), up(b))
}

/// How well words of one colour can be read on another, as WCAG 2 counts: 4.5 and more is well.
pub(super) fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance (WCAG 2).
fn luminance(rgb: [u8; 3]) -> f64 {
    let [r, g, b] = rgb.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_come_out() {
        assert_eq!(colour("#AbCdEf", "#000000"), "#abcdef");
        for bad in ["", "red", "#fff", "#12345g", "#1234567", "#€€", "#000;}", "url(x)"] {
            assert_eq!(colour(bad, "#000000"), "#000000", "{bad}");
        }
        assert_eq!(lightened("#000000"), "#808080");
    }

    #[test]
    fn contrast_is_what_the_guidelines_say() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
        assert!(contrast([0x77; 3], [255; 3]) < 4.5 && contrast([0x76; 3], [255; 3]) > 4.5);
    }
}
