//! A workspace's brand (SPEC 1.1): how its messages present themselves, as far as a sender or template says nothing else.

use serde::{Deserialize, Serialize};

use crate::{
    email::Email,
    error::{FieldErrors, Refused},
    text,
    words::words,
};

/// The largest logo, in bytes.
pub const LOGO_MAX: usize = 512 * 1024;

/// The brand; what nobody chose is empty.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Brand {
    /// The name beside a sender's address where the sender has none.
    pub from_name: String,
    /// The sender of mails that Carillon itself writes, as invitations; any one when empty.
    pub from_email: String,
    /// Where answers to messages go; to the sender when empty.
    pub reply_to: String,
    /// As `#5b2a86`.
    pub colour: String,
    /// Where the logo is, for everybody.
    pub logo_url: Option<String>,
}

/// The brand as typed; what is left out stays, what is empty is emptied (a form's empty field is text, and not nothing).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewBrand {
    /// The name beside a sender's address where the sender has none.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub from_name: Option<String>,
    /// The sender of mails that Carillon itself writes, as invitations; any one when empty.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub from_email: Option<String>,
    /// Where answers to messages go; to the sender when empty.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub reply_to: Option<String>,
    /// As `#5b2a86`.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub colour: Option<String>,
}

impl NewBrand {
    /// The whole brand after the change; errors bear the names `brand.…`.
    pub fn over(&self, known: &Brand) -> Result<Brand, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut take =
            |field: &str, typed: &Option<String>, known: &str, check: fn(&str) -> Result<String, Refused>| {
                let parsed = typed.as_deref().map_or_else(|| Ok(known.to_owned()), check);
                errors.take(&format!("brand.{field}"), parsed)
            };
        let from_name = take("from_name", &self.from_name, &known.from_name, |name| text::optional_line(name, 200));
        let from_email = take("from_email", &self.from_email, &known.from_email, optional_email);
        let reply_to = take("reply_to", &self.reply_to, &known.reply_to, optional_email);
        let colour = take("colour", &self.colour, &known.colour, colour);
        let logo_url = known.logo_url.clone();
        let parsed = from_name.zip(from_email).zip(reply_to.zip(colour));
        errors.finish(parsed.map(|((from_name, from_email), (reply_to, colour))| Brand {
            from_name,
            from_email,
            reply_to,
            colour,
            logo_url,
        }))
    }
}

fn optional_email(typed: &str) -> Result<String, Refused> {
    match typed.trim() {
        "" => Ok(String::new()),
        typed => Email::parse(typed).map(|email| email.as_str().to_owned()),
    }
}

/// A colour as browsers send it: `#` and six digits; in lower case.
fn colour(typed: &str) -> Result<String, Refused> {
    let typed = typed.trim().to_ascii_lowercase();
    let is_hex =
        typed.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    match is_hex || typed.is_empty() {
        true => Ok(typed),
        false => Err(Refused::new("invalid", "A colour as # and six digits, such as #5b2a86.")),
    }
}

impl Brand {
    /// The colour of buttons, and that of words on them which can be read.
    pub fn button(&self) -> (&str, &'static str) {
        let colour = if self.colour.is_empty() { "#4338ca" } else { &self.colour };
        (colour, ink(colour))
    }
}

/// White or black, whichever stands out more (relative luminance as in WCAG 2.2).
fn ink(colour: &str) -> &'static str {
    let part = |place: usize| {
        let byte = colour.get(place..place + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0);
        let share = f64::from(byte) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    // Where white and black stand out alike: (1.05 / (l + 0.05)) = ((l + 0.05) / 0.05).
    if luminance > 0.179 { "#000000" } else { "#ffffff" }
}

words! {
    /// Kinds of pictures that every mail program shows and none takes for a program.
    LogoType {
        /// PNG.
        Png = "image/png",
        /// JPEG.
        Jpeg = "image/jpeg",
    }
}

impl LogoType {
    /// What the bytes are, whatever they are called; or why they cannot be a logo.
    pub fn of(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.is_empty() {
            return Err(Refused::new("required", "Choose a picture first."));
        }
        if bytes.len() > LOGO_MAX {
            let message = "Larger than 512 kB. Save it smaller: 600 pixels across is plenty for an e-mail.";
            return Err(Refused::new("too_large", message));
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Self::Png);
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Ok(Self::Jpeg);
        }
        Err(Refused::new("wrong_kind", "Not a PNG or JPEG picture; other kinds are not shown by all mail programs."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_stays_and_what_is_empty_is_emptied() {
        let known =
            Brand { from_name: "Maple Row".into(), reply_to: "hello@maple.example".into(), ..Default::default() };
        let new = NewBrand { reply_to: Some(" ".into()), colour: Some("#5B2A86".into()), ..Default::default() };
        let brand = new.over(&known).unwrap();
        assert_eq!((&*brand.from_name, &*brand.reply_to, &*brand.colour), ("Maple Row", "", "#5b2a86"));
    }

    #[test]
    fn every_wrong_field_is_told() {
        let typed = |text: &str| Some(text.to_owned());
        let new = NewBrand {
            from_name: typed("a\nb"),
            from_email: typed("nobody"),
            reply_to: typed("@"),
            colour: typed("red; }"),
        };
        let fields: Vec<_> = new.over(&Brand::default()).unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["brand.from_name", "brand.from_email", "brand.reply_to", "brand.colour"]);
    }

    #[test]
    fn words_on_a_button_can_be_read() {
        let button = |colour: &str| Brand { colour: colour.into(), ..Default::default() }.button().1;
        assert_eq!(
            [button("#5b2a86"), button("#ffe066"), button("#808080"), button("")],
            ["#ffffff", "#000000", "#000000", "#ffffff"]
        );
    }

    #[test]
    fn a_logo_is_known_by_its_bytes() {
        assert_eq!(LogoType::of(b"\x89PNG\r\n\x1a\nrest"), Ok(LogoType::Png));
        assert_eq!(LogoType::of(b"\xff\xd8\xff\xe0"), Ok(LogoType::Jpeg));
        for (bytes, code) in
            [(&b""[..], "required"), (b"<svg onload=alert(1)>", "wrong_kind"), (b"GIF89a", "wrong_kind")]
        {
            assert_eq!(LogoType::of(bytes).unwrap_err().code, code);
        }
        assert_eq!(LogoType::of(&vec![0x89; LOGO_MAX + 1]).unwrap_err().code, "too_large");
    }
}
