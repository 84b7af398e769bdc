//! The kinds of blocks and what each holds. Their defaults are what the palette puts in.

use serde::{Deserialize, Serialize};

use super::{BlockId, Columns, Rich};

/// A block: its number and what it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Block {
    /// Unique in the document; left out by programs, it is given one.
    #[serde(default)]
    pub id: BlockId,
    /// What it is.
    #[serde(flatten)]
    pub body: Body,
}

/// What a block is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockBody"))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// A title.
    Heading(Heading),
    /// Paragraphs and lists.
    Text(Text),
    /// A picture.
    Image(Image),
    /// A link that looks like a button.
    Button(Button),
    /// A line.
    Divider(Divider),
    /// Nothing, of some height.
    Spacer(Spacer),
    /// Two or three columns of other blocks.
    Columns(Columns),
}

/// Where a block's content stands in its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

impl Align {
    /// Every one with its words.
    pub const ALL: &[(Self, &'static str)] = &[(Self::Left, "Left"), (Self::Center, "Middle"), (Self::Right, "Right")];

    /// Its word in data, which is also CSS's.
    pub fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Center => "center",
            Self::Right => "right",
        }
    }
}

/// A title.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockHeading"))]
#[serde(default)]
pub struct Heading {
    /// 1 to 3.
    pub level: u8,
    /// One line, with variables.
    pub text: String,
    /// Where it stands.
    pub align: Align,
}

impl Default for Heading {
    fn default() -> Self {
        Self { level: 1, text: "A heading".into(), align: Align::Left }
    }
}

/// Paragraphs and lists.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockText"))]
#[serde(default)]
pub struct Text {
    /// What it says.
    pub text: Rich,
    /// Where it stands.
    pub align: Align,
}

impl Default for Text {
    fn default() -> Self {
        Self { text: Rich::from_markup("Write your text here."), align: Align::Left }
    }
}

/// A picture.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockImage"))]
#[serde(default)]
pub struct Image {
    /// Where it is, on the web.
    pub url: String,
    /// What it shows, for those who don't see it: screen readers, and mail programs that load no pictures.
    pub alt: String,
    /// Where a click on it leads; empty: nowhere.
    pub link: String,
    /// Width in px; 0: as wide as its place.
    pub width: u16,
    /// Where it stands.
    pub align: Align,
}

/// A link that looks like a button.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockButton"))]
#[serde(default)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// The colour of its words.
    pub text_color: String,
    /// Where it stands.
    pub align: Align,
    /// As wide as its place.
    pub full_width: bool,
}

impl Default for Button {
    fn default() -> Self {
        Self {
            label: "Read more".into(),
            url: String::new(),
            color: "#6b2d73".into(),
            text_color: "#ffffff".into(),
            align: Align::Left,
            full_width: false,
        }
    }
}

/// A line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockDivider"))]
#[serde(default)]
pub struct Divider {
    /// Its colour.
    pub color: String,
    /// Its thickness in px, 1 to 8.
    pub thickness: u8,
}

impl Default for Divider {
    fn default() -> Self {
        Self { color: "#d9d6dd".into(), thickness: 1 }
    }
}

/// Nothing, of some height.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockSpacer"))]
#[serde(default)]
pub struct Spacer {
    /// In px, 4 to 120.
    pub height: u8,
}

impl Default for Spacer {
    fn default() -> Self {
        Self { height: 24 }
    }
}

/// Who sends the mail and how to get no more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockFooter"))]
#[serde(default)]
pub struct Footer {
    /// Why one gets it, or what else is to be said; may be empty.
    pub note: String,
    /// The words of the link to unsubscribe; it cannot be left out.
    pub unsubscribe: String,
    /// The words of the link to one's preferences; it cannot be left out either.
    pub preferences: String,
    /// Where it stands.
    pub align: Align,
}

impl Default for Footer {
    fn default() -> Self {
        Self {
            note: String::new(),
            unsubscribe: "Unsubscribe".into(),
            preferences: "Preferences".into(),
            align: Align::Left,
        }
    }
}

macro_rules! kinds {
    ($($name:ident $word:literal $label:literal,)+) => {
        /// A kind of block, for the palette.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $(#[doc = $label] $name,)+ }

        impl Kind {
            /// Every kind, in the palette's order.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its word in data.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Its word for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            /// A new block of this kind, in nobody's colours.
            pub(super) fn plain(self) -> Body {
                match self { $(Self::$name => Body::$name($name::default()),)+ }
            }

            /// The kind of this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.word() == word)
            }
        }

        impl Body {
            /// What kind it is.
            pub fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name,)+ }
            }
        }

        $(impl From<$name> for Block {
            fn from(body: $name) -> Self {
                Self { id: 0, body: Body::$name(body) }
            }
        })+
    };
}

kinds! {
    Heading "heading" "Heading",
    Text "text" "Text",
    Image "image" "Picture",
    Button "button" "Button",
    Divider "divider" "Line",
    Spacer "spacer" "Space",
    Columns "columns" "Columns",
}

impl Block {
    /// What it is called in lists, announcements and errors: its kind and how its text begins.
    pub fn label(&self) -> String {
        let begins = match &self.body {
            Body::Heading(heading) => heading.text.clone(),
            Body::Text(text) => text.text.plain(),
            Body::Image(image) => image.alt.clone(),
            Body::Button(button) => button.label.clone(),
            Body::Columns(columns) => {
                format!("{} with {} blocks", columns.columns.len(), columns.columns.concat().len())
            }
            Body::Divider(_) | Body::Spacer(_) => String::new(),
        };
        let begins: String = begins.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect();
        match (self.body.kind().label(), begins.is_empty()) {
            (kind, true) => kind.to_owned(),
            (kind, false) => format!("{kind}: {begins}"),
        }
    }
}
