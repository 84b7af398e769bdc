//! Passwords: one to type, and one to make up, with a meter that follows the typing once the script is there.

use super::{Frame, id_or_name};
use crate::components::{bars::Meter, format::plural, tone::Tone};
use leptos::prelude::*;

/// A password that exists already.
#[component]
pub fn PasswordField(
    /// The label above.
    #[prop(default = "Password".into(), into)]
    label: String,
    /// The name in the form; also the element's id.
    #[prop(default = "password")]
    name: &'static str,
    /// Another id, when two forms on a page share the name.
    #[prop(optional, into)]
    id: Option<String>,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let frame = Frame { id: id_or_name(id, name), label, hint, optional: false, error };
    let control = view! {
        <input
            class="input"
            id=frame.id.clone()
            name=name
            type="password"
            required=true
            autocomplete="current-password"
            aria-invalid=frame.invalid()
            aria-describedby=frame.described_by()
        />
    };
    frame.around(control.into_any())
}

/// A new password. Below it the requirement is always read; with the script, a meter and how strong it is.
#[component]
pub fn NewPasswordField(
    /// The label above.
    #[prop(default = "Password".into(), into)]
    label: String,
    /// The name in the form; also the element's id.
    #[prop(default = "password")]
    name: &'static str,
    /// Another id, when two forms on a page share the name.
    #[prop(optional, into)]
    id: Option<String>,
    /// The fewest characters that are accepted.
    #[prop(default = 12)]
    least: usize,
    /// What is wrong, and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let frame = Frame { id: id_or_name(id, name), label, hint: None, optional: false, error };
    let hint_id = format!("{}-hint", frame.id);
    let (typed, set_typed) = signal(String::new());
    let strength = Memo::new(move |_| typed.with(|typed| Strength::of(typed, least)));
    let described_by = {
        let (hint, wrong) = (hint_id.clone(), frame.described_by());
        move || Some(wrong().map_or_else(|| hint.clone(), |wrong| format!("{hint} {wrong}")))
    };
    let control = view! {
        <input
            class="input"
            id=frame.id.clone()
            name=name
            type="password"
            required=true
            minlength=least
            autocomplete="new-password"
            aria-invalid=frame.invalid()
            aria-describedby=described_by
            on:input:target=move |event| set_typed.set(event.target().value())
        />
        {move || {
            let strength = strength.get();
            (strength != Strength::Empty)
                .then(|| view! { <Meter share=strength.share() tone=strength.tone()/> })
        }}
        <p class="field__hint" id=hint_id aria-live="polite">
            {move || strength.get().words(typed.with(|typed| typed.chars().count()), least)}
        </p>
    };
    frame.around(control.into_any())
}

/// How hard a password is to guess, by length and by how many different characters it has. A guide for the one who
/// types, not a rule: the server decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    Empty,
    TooShort(u8),
    Weak,
    Fair,
    Strong,
}

impl Strength {
    fn of(password: &str, least: usize) -> Self {
        let length = password.chars().count();
        let mut different: Vec<char> = password.chars().collect();
        different.sort_unstable();
        different.dedup();
        match (length, different.len()) {
            (0, _) => Self::Empty,
            (length, _) if length < least => Self::TooShort((length * 30 / least) as u8),
            (_, 0..6) => Self::Weak,
            (16.., 8..) | (14.., 10..) => Self::Strong,
            _ => Self::Fair,
        }
    }

    /// How full the meter is.
    fn share(self) -> f64 {
        match self {
            Self::Empty => 0.0,
            Self::TooShort(percent) => f64::from(percent) / 100.0,
            Self::Weak => 0.4,
            Self::Fair => 0.65,
            Self::Strong => 1.0,
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Empty | Self::TooShort(_) | Self::Weak => Tone::Warning,
            Self::Fair => Tone::Info,
            Self::Strong => Tone::Success,
        }
    }

    fn words(self, length: usize, least: usize) -> String {
        let have = plural(length as u64, "character", "characters");
        match self {
            Self::Empty => format!("At least {least} characters. Four words in a row are a good one."),
            Self::TooShort(_) => format!("{have}; at least {least} are needed."),
            Self::Weak => format!("Weak: {have}, but few different ones."),
            Self::Fair => format!("Fair. {have}; longer is stronger."),
            Self::Strong => format!("Strong. {have}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Strength;

    #[test]
    fn length_counts_more_than_odd_characters() {
        let of = |password| Strength::of(password, 12);
        assert_eq!(of(""), Strength::Empty);
        assert_eq!(of("P4$$w0rd"), Strength::TooShort(20));
        assert_eq!(of("aaaaaaaaaaaaaaaaaaaa"), Strength::Weak);
        assert_eq!(of("correcthorse"), Strength::Fair);
        assert_eq!(of("four bells at noon"), Strength::Strong);
        assert_eq!(of("ééééééé"), Strength::TooShort(17), "characters, not bytes");
    }
}
