//! Icons: drawn inline on a 24 grid, stroke 1.6, 20 px (16 beside small text). A decorative one is hidden from
//! assistive technology; one that stands alone has a label.

use leptos::prelude::*;

/// Declares the glyphs with their SVG shapes, so that none can lack one.
macro_rules! glyphs {
    ($($(#[$doc:meta])* $name:ident => $shape:literal,)+) => {
        /// A picture of the icon set.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($(#[$doc])* $name,)+ }

        impl Glyph {
            /// Every glyph with its name, for the style guide.
            pub const ALL: &[(&'static str, Self)] = &[$((stringify!($name), Self::$name),)+];

            /// The SVG inside of the icon's 24 by 24 box; written here, never by a user.
            const fn shape(self) -> &'static str {
                match self { $(Self::$name => $shape,)+ }
            }
        }
    };
}

glyphs! {
    /// Home.
    Home => r#"<path d="M3 10.5 12 3l9 7.5V20a1 1 0 0 1-1 1h-5v-6H9v6H4a1 1 0 0 1-1-1z"/>"#,
    /// Campaigns; sending and sent.
    Plane => r#"<path d="M21 3 10 14M21 3l-7 18-4-7-7-4z"/>"#,
    /// Timelines.
    Timelines => r#"<circle cx="6" cy="5" r="2"/><circle cx="6" cy="19" r="2"/><circle cx="18" cy="12" r="2"/><path d="M6 7v10M6 12h10"/>"#,
    /// Audience.
    People => r#"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5"/>"#,
    /// One person.
    Person => r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 21a7.5 7.5 0 0 1 15 0"/>"#,
    /// Templates.
    Template => r#"<rect x="4" y="3" width="16" height="18" rx="2"/><path d="M8 8h8M8 12h8M8 16h5"/>"#,
    /// Approvals.
    Approvals => r#"<path d="M9 11.5 12 14.5 21 5.5"/><path d="M20 12v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h10"/>"#,
    /// Places.
    Pin => r#"<path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>"#,
    /// Messages; the sandbox outbox.
    Inbox => r#"<path d="M3 13h5l1.5 3h5L16 13h5"/><path d="M6 4h12l3 9v6a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-6z"/>"#,
    /// Reports.
    Chart => r#"<path d="M4 20V10M10 20V4M16 20v-7M21 20H3"/>"#,
    /// Settings.
    Sliders => r#"<path d="M4 7h10M18 7h2M4 17h2M10 17h10"/><circle cx="16" cy="7" r="2"/><circle cx="8" cy="17" r="2"/>"#,
    /// Search.
    Search => r#"<circle cx="11" cy="11" r="6.5"/><path d="m20 20-4.3-4.3"/>"#,
    /// Light or dark.
    Theme => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>"#,
    /// Light theme.
    Sun => r#"<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>"#,
    /// Dark theme.
    Moon => r#"<path d="M20 14.2A8.3 8.3 0 0 1 9.8 4a8.3 8.3 0 1 0 10.2 10.2z"/>"#,
    /// The theme of the system.
    Screen => r#"<rect x="3" y="4.5" width="18" height="12" rx="1.5"/><path d="M9 20.5h6M12 16.5v4"/>"#,
    /// Add.
    Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
    /// None.
    Minus => r#"<path d="M5 12h14"/>"#,
    /// Import.
    Upload => r#"<path d="M12 16V5M7 9.5l5-5 5 5M4 20h16"/>"#,
    /// Export.
    Download => r#"<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>"#,
    /// Yes; approved.
    Check => r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#,
    /// Finished; all is well.
    Done => r#"<circle cx="12" cy="12" r="8.5"/><path d="m8.3 12.3 2.6 2.6 4.9-5.2"/>"#,
    /// A step not done yet.
    Todo => r#"<circle cx="12" cy="12" r="8.5" stroke-dasharray="3 3"/>"#,
    /// Failed; danger.
    Failed => r#"<circle cx="12" cy="12" r="8.5"/><path d="m9 9 6 6M15 9l-6 6"/>"#,
    /// Warning; an error at a field.
    Warning => r#"<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4M12 16.8h.01"/>"#,
    /// Information.
    Info => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8h.01"/>"#,
    /// Paused.
    Pause => r#"<path d="M9 5v14M15 5v14"/>"#,
    /// Waiting; scheduled; time.
    Clock => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.2 2"/>"#,
    /// Dates.
    Calendar => r#"<rect x="3.5" y="5" width="17" height="15.5" rx="2"/><path d="M3.5 10h17M8 3v4M16 3v4"/>"#,
    /// In doubt.
    Question => r#"<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.4-1.2.9-1.2 1.8M12 16.3h.01"/>"#,
    /// Security; a verified sender.
    Shield => r#"<path d="M12 3 5 6v5.5c0 4.5 3 7.8 7 9.5 4-1.7 7-5 7-9.5V6z"/><path d="m9 12 2.2 2.2 4-4.2"/>"#,
    /// Locked.
    Lock => r#"<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>"#,
    /// Complaint.
    Flag => r#"<path d="M5 21V4h13l-2.5 4.5L18 13H5"/>"#,
    /// Draft; edit.
    Pencil => r#"<path d="M4 20h4L19.5 8.5a2.1 2.1 0 0 0-3-3L5 17z"/>"#,
    /// A note; changes asked.
    Note => r#"<path d="M5 4h14a1 1 0 0 1 1 1v10l-5 5H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM15 20v-5h5"/>"#,
    /// Opened; in review.
    Eye => r#"<path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z"/><circle cx="12" cy="12" r="2.8"/>"#,
    /// Clicked.
    Pointer => r#"<path d="m5 4 14 6.5-6 2-2.5 6z"/>"#,
    /// Delivered.
    Delivered => r#"<path d="m2.5 12.5 4 4L15 8M11.5 15.5l1 1L21.5 8"/>"#,
    /// Bounced; undo.
    Back => r#"<path d="M8 5 4 9l4 4"/><path d="M4 9h10a6 6 0 0 1 0 12h-3"/>"#,
    /// Skipped.
    Skip => r#"<path d="M5 5v14l9-7zM18 5v14"/>"#,
    /// A list; queued.
    List => r#"<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>"#,
    /// A segment; filters.
    Filter => r#"<path d="M4 6h16M7 12h10M10 18h4"/>"#,
    /// Cancelled; suppressed.
    Slash => r#"<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>"#,
    /// Stopped.
    Square => r#"<rect x="6" y="6" width="12" height="12" rx="1.5"/>"#,
    /// Tried again.
    Retry => r#"<path d="M20 11a8 8 0 0 0-14.5-3.5L3.5 10M4 13a8 8 0 0 0 14.5 3.5l2-2.5"/><path d="M3.5 5v5h5M20.5 19v-5h-5"/>"#,
    /// Engagement.
    Bolt => r#"<path d="M13 3 5 13.5h6L10 21l8.5-11H12z"/>"#,
    /// A machine, not a person.
    Machine => r#"<rect x="4.5" y="8" width="15" height="11" rx="2.5"/><path d="M12 8V4M9 13v1.5M15 13v1.5"/>"#,
    /// E-mail.
    Envelope => r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7 8.5 6 8.5-6"/>"#,
    /// SMS.
    Sms => r#"<path d="M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z"/><path d="M8 11h.01M12 11h.01M16 11h.01"/>"#,
    /// WhatsApp.
    Whatsapp => r#"<path d="M3.5 20.5 5 16a8.5 8.5 0 1 1 3.2 3.1z"/><path d="M9 9c0 3.5 2.5 6 6 6l1-2-2.3-1-1 1c-1-.4-1.7-1.1-2-2l1-1-1-2.3z"/>"#,
    /// Voice.
    Phone => r#"<path d="M5 4h4l1.5 5-2.5 1.5a12 12 0 0 0 5.5 5.5L15 13.5l5 1.5v4a1.5 1.5 0 0 1-1.5 1.5A15.5 15.5 0 0 1 3.5 5.5 1.5 1.5 0 0 1 5 4z"/>"#,
    /// Ringless voicemail.
    Voicemail => r#"<circle cx="6" cy="12.5" r="3.5"/><circle cx="18" cy="12.5" r="3.5"/><path d="M6 16h12"/>"#,
    /// A tag; cost.
    Tag => r#"<path d="M4 4h8l8.5 8.5-8 8L4 12z"/><path d="M8 8h.01"/>"#,
    /// Money; conversions.
    Dollar => r#"<circle cx="12" cy="12" r="8.5"/><path d="M14.8 9.2c-.5-.9-1.5-1.4-2.8-1.4-1.6 0-2.8.8-2.8 2.1 0 3 5.8 1.2 5.8 4.2 0 1.3-1.3 2.1-3 2.1-1.4 0-2.5-.5-3-1.5M12 6.3v11.4"/>"#,
    /// API keys.
    Key => r#"<circle cx="8" cy="15.5" r="4.5"/><path d="m11.5 12.5 9-9M16.5 7.5l3 3"/>"#,
    /// A link.
    Link => r#"<path d="M9.5 14.5a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7l-1 1"/><path d="M14.5 9.5a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1-1"/>"#,
    /// Web; language.
    Globe => r#"<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c2.4 2.3 3.5 5.2 3.5 8.5s-1.1 6.2-3.5 8.5c-2.4-2.3-3.5-5.2-3.5-8.5s1.1-6.2 3.5-8.5z"/>"#,
    /// The empty bell.
    Bell => r#"<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10.3 21h3.4"/>"#,
    /// Opens below.
    Down => r#"<path d="m6 9 6 6 6-6"/>"#,
    /// Goes up.
    Up => r#"<path d="m6 15 6-6 6 6"/>"#,
    /// Previous.
    Left => r#"<path d="m15 6-6 6 6 6"/>"#,
    /// Next.
    Right => r#"<path d="m9 6 6 6-6 6"/>"#,
    /// Leads to.
    Arrow => r#"<path d="M4 12h16M14 6l6 6-6 6"/>"#,
    /// Close; remove; withdrawn.
    Close => r#"<path d="M6 6l12 12M18 6 6 18"/>"#,
    /// Delete.
    Trash => r#"<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13"/>"#,
    /// Copy.
    Copy => r#"<rect x="8.5" y="8.5" width="12" height="12" rx="2"/><path d="M15.5 8.5V5.5a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h3"/>"#,
    /// More actions.
    More => r#"<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="2.6"/>"#,
    /// More places.
    Menu => r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
    /// Sign out.
    SignOut => r#"<path d="M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5"/>"#,
    /// At work.
    Spinner => r#"<path d="M12 3.5a8.5 8.5 0 1 0 8.5 8.5"/>"#,
}

/// An icon. Without `label` it is decoration beside a word.
#[component]
pub fn Icon(
    /// Which picture.
    glyph: Glyph,
    /// 16 px instead of 20.
    #[prop(optional)]
    small: bool,
    /// What it says when no word stands beside it.
    #[prop(optional, into)]
    label: Option<String>,
    /// A colour class of the utilities: `success`, `warning`, `danger`, `info`, `dim`, `teal`.
    #[prop(optional)]
    tint: &'static str,
) -> impl IntoView {
    let class = match (small, tint) {
        (false, "") => "icon".to_owned(),
        (false, tint) => format!("icon {tint}"),
        (true, "") => "icon icon--s".to_owned(),
        (true, tint) => format!("icon icon--s {tint}"),
    };
    view! {
        <svg
            class=class
            viewBox="0 0 24 24"
            role=label.is_some().then_some("img")
            aria-hidden=label.is_none().then_some("true")
            aria-label=label
            inner_html=glyph.shape()
        ></svg>
    }
    .into_any()
}
