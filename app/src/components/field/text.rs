//! Fields for text: one line, several lines, and a search.

use super::{Frame, id_or_name};
use crate::components::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A field of one line: text, e-mail, number, date, …
#[component]
pub fn TextField(
    /// The label above.
    #[prop(into)]
    label: String,
    /// The name in the form; also the element's id.
    #[prop(into)]
    name: String,
    /// Another id, when two forms on a page share the name.
    #[prop(optional, into)]
    id: Option<String>,
    /// The input's type: `text`, `email`, `tel`, `url`, `number`, `date`, `time`, `datetime-local`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What is in it at first.
    #[prop(optional, into)]
    value: String,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
    /// Says "(optional)" after the label.
    #[prop(optional)]
    optional: bool,
    /// Cannot be changed now; the hint says why.
    #[prop(optional)]
    disabled: bool,
    /// `autocomplete`: `email`, `username`, `one-time-code`, `off`, …
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// The keyboard of a phone: `numeric`, `decimal`, `email`, `tel`, …
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// An example; never the only explanation.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// The smallest number or earliest date.
    #[prop(optional, into)]
    min: Option<String>,
    /// The greatest number or latest date.
    #[prop(optional, into)]
    max: Option<String>,
    /// The step of a number or time.
    #[prop(optional)]
    step: Option<&'static str>,
    /// The most characters.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// The first field of a page that is only this form.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let frame = Frame { id: id_or_name(id, &name), label, hint, optional, error };
    let control = view! {
        <input
            class="input"
            id=frame.id.clone()
            name=name
            type=kind
            value=value
            required=required
            disabled=disabled
            autocomplete=autocomplete
            inputmode=inputmode
            placeholder=placeholder
            min=min
            max=max
            step=step
            maxlength=maxlength
            autofocus=autofocus
            aria-invalid=frame.invalid()
            aria-describedby=frame.described_by()
        />
    };
    frame.around(control.into_any())
}

/// A field of several lines.
#[component]
pub fn TextArea(
    /// The label above.
    #[prop(into)]
    label: String,
    /// The name in the form; also the element's id.
    name: &'static str,
    /// Another id, when two forms on a page share the name.
    #[prop(optional, into)]
    id: Option<String>,
    /// What is in it at first.
    #[prop(optional, into)]
    value: String,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
    /// Says "(optional)" after the label.
    #[prop(optional)]
    optional: bool,
    /// Cannot be changed now; the hint says why.
    #[prop(optional)]
    disabled: bool,
    /// How many lines it shows.
    #[prop(default = 4)]
    rows: u32,
    /// The most characters.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// An example; never the only explanation.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Letters of one width, for templates and HTML.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let frame = Frame { id: id_or_name(id, name), label, hint, optional, error };
    let control = view! {
        <textarea
            class=if code { "input input--mono" } else { "input" }
            id=frame.id.clone()
            name=name
            rows=rows
            required=required
            disabled=disabled
            maxlength=maxlength
            placeholder=placeholder
            spellcheck=code.then_some("false")
            aria-invalid=frame.invalid()
            aria-describedby=frame.described_by()
            inner_html=as_text(&value)
        ></textarea>
    };
    frame.around(control.into_any())
}

/// Text for the inside of a `<textarea>`. Leptos writes the children of this element without escaping them, so that a
/// value could close it and go on as markup. A parser of whole pages drops a line break in front; one of parts does not.
fn as_text(value: &str) -> String {
    let dropped = if cfg!(feature = "ssr") { "\n" } else { "" };
    format!("{dropped}{}", value.replace('&', "&amp;").replace('<', "&lt;"))
}

/// A search box with its label for screen readers only. Stands in a form with `method="get"`.
#[component]
pub fn SearchField(
    /// What is searched: "Search campaigns".
    #[prop(into)]
    label: String,
    /// The name in the query string.
    #[prop(default = "q")]
    name: &'static str,
    /// What was searched for.
    #[prop(optional, into)]
    value: String,
    /// What can be typed: "Name or code".
    #[prop(optional, into)]
    placeholder: Option<String>,
) -> impl IntoView {
    view! {
        <div class="search">
            <Icon glyph=Glyph::Search/>
            <label class="sr" for=name>
                {label}
            </label>
            <input class="input" id=name name=name type="search" value=value placeholder=placeholder/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::as_text;

    #[test]
    fn a_value_cannot_leave_its_textarea() {
        let text = as_text("</textarea><script>alert(1)</script> &amp;");
        assert_eq!(text.trim_start(), "&lt;/textarea>&lt;script>alert(1)&lt;/script> &amp;amp;");
    }
}
