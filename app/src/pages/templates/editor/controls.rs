//! Form fields whose names are made while the page is drawn; they look as all fields do.

use leptos::prelude::*;

use crate::components::{Glyph, Icon};

/// A field.
pub(super) struct Control {
    /// The label above.
    pub(super) label: &'static str,
    /// The name among the fields.
    pub(super) name: String,
    /// What is in it at first.
    pub(super) value: String,
    /// What to know before typing; may be empty.
    pub(super) hint: &'static str,
    /// What is wrong.
    pub(super) error: Option<String>,
}

impl Control {
    /// With what to know before typing.
    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    fn id(&self) -> String {
        format!("{}-field", self.name)
    }

    fn field_name(&self) -> String {
        format!("fields[{}]", self.name)
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn described_by(&self) -> Option<String> {
        let parts = [(!self.hint.is_empty()).then_some("hint"), self.error.is_some().then_some("error")];
        let ids: Vec<_> = parts.into_iter().flatten().map(|part| format!("{}-{part}", self.id())).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// A line of text.
    pub(super) fn line(self) -> AnyView {
        self.input("text", None)
    }

    /// An address of the web.
    pub(super) fn address(self) -> AnyView {
        self.input("text", Some("url"))
    }

    fn input(self, kind: &'static str, inputmode: Option<&'static str>) -> AnyView {
        let control = view! {
            <input class="input" id=self.id() name=self.field_name() type=kind value=self.value.clone() inputmode=inputmode
                autocomplete="off" aria-invalid=self.invalid() aria-describedby=self.described_by()/>
        };
        self.around(control.into_any())
    }

    /// A number.
    pub(super) fn number(self, min: u16, max: u16) -> AnyView {
        let control = view! {
            <input class="input" id=self.id() name=self.field_name() type="number" value=self.value.clone() min=min max=max
                inputmode="numeric" aria-invalid=self.invalid() aria-describedby=self.described_by()/>
        };
        self.around(control.into_any())
    }

    /// A colour.
    pub(super) fn colour(self) -> AnyView {
        let control = view! {
            <input class="input bk-colour" id=self.id() name=self.field_name() type="color" value=self.value.clone()
                aria-invalid=self.invalid() aria-describedby=self.described_by()/>
        };
        self.around(control.into_any())
    }

    /// Several lines of text.
    pub(super) fn area(self, rows: u32) -> AnyView {
        let control = view! {
            <textarea class="input" id=self.id() name=self.field_name() rows=rows aria-invalid=self.invalid()
                aria-describedby=self.described_by() inner_html=as_text(&self.value)></textarea>
        };
        self.around(control.into_any())
    }

    /// A box to tick.
    pub(super) fn tick(self, ticked: bool) -> AnyView {
        view! {
            <div class="field">
                <label class="check">
                    <input type="checkbox" id=self.id() name=self.field_name() value="true" checked=ticked/>
                    <span>{self.label}</span>
                </label>
            </div>
        }
        .into_any()
    }

    fn around(self, control: AnyView) -> AnyView {
        let (hint_id, error_id) = (format!("{}-hint", self.id()), format!("{}-error", self.id()));
        let hint = (!self.hint.is_empty()).then(|| view! { <p class="field__hint" id=hint_id>{self.hint}</p> });
        let error = self.error.as_ref().map(|error| {
            view! { <p class="field__error" id=error_id><Icon glyph=Glyph::Warning small=true/><span>{error.clone()}</span></p> }
        });
        view! { <div class="field"><label for=self.id()>{self.label}</label> {control} {hint} {error}</div> }.into_any()
    }
}

/// A list to choose one from.
pub(super) fn choose(control: Control, choices: Vec<(String, String)>) -> AnyView {
    let value = control.value.clone();
    let options = choices.into_iter().map(|(word, words)| {
        let selected = word == value;
        view! { <option value=word selected=selected>{words}</option> }
    });
    let select = view! {
        <span class="pick">
            <select class="select" id=control.id() name=control.field_name() aria-invalid=control.invalid()
                aria-describedby=control.described_by()>
                {options.collect_view()}
            </select>
            <Icon glyph=Glyph::Down small=true/>
        </span>
    };
    control.around(select.into_any())
}

/// Text for the inside of a `<textarea>`, which Leptos writes as it is. A parser of whole pages drops a line break in
/// front; one of parts does not.
fn as_text(value: &str) -> String {
    let dropped = if cfg!(feature = "ssr") { "\n" } else { "" };
    format!("{dropped}{}", value.replace('&', "&amp;").replace('<', "&lt;"))
}
