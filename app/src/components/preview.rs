//! What must be shown as it is: a message as its reader gets it, and a secret that is shown once.

use super::{
    brand::Avatar,
    format::initials,
    icon::{Glyph, Icon},
};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{
        js_sys::{Function, Reflect},
        window,
    },
};

/// An e-mail with its head, in a frame that may do nothing: no script, no form, no way to this site.
///
/// Give `src`, a route of ours that answers with its own policy (`default-src 'none'; style-src 'unsafe-inline';
/// img-src 'self' https: data:`). A `srcdoc` inherits the policy of the page around it, which forbids the inline styles that
/// mail is made of; `html` is for mail without them.
#[component]
pub fn MailPreview(
    /// The name of the sender.
    #[prop(into)]
    from_name: String,
    /// The address of the sender.
    #[prop(into)]
    from_address: String,
    /// The subject.
    #[prop(into)]
    subject: String,
    /// Where the body is served.
    #[prop(optional, into)]
    src: Option<String>,
    /// The body itself.
    #[prop(optional, into)]
    html: Option<String>,
    /// As narrow as on a phone.
    #[prop(optional)]
    phone: bool,
) -> impl IntoView {
    view! {
        <div class=if phone { "mail mail--phone" } else { "mail" }>
            <div class="mail__head">
                <Avatar initials=initials(&from_name)/>
                <b>{subject.clone()}</b>
                <small class="clip">{format!("{from_name} <{from_address}>")}</small>
            </div>
            <iframe
                class="mail__frame"
                title=format!("E-mail: {subject}")
                sandbox=""
                referrerpolicy="no-referrer"
                src=src
                srcdoc=html
            ></iframe>
        </div>
    }
    .into_any()
}

/// A text to take along as it is: an API key, shown this one time, or a line for the DNS. One click on it selects it
/// whole; the button copies it.
#[component]
pub fn CodeOnce(
    /// The text.
    #[prop(into)]
    value: String,
    /// What it is: "API key".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let secret = value.clone();
    let what = label.clone();
    let copy = move |_| set_copied.set(copy_text(&secret).is_some());
    view! {
        <div class="once" role="group" aria-label=label>
            <code>{value}</code>
            <button class="btn btn--default btn--s" type="button" on:click=copy>
                {move || view! { <Icon glyph=if copied.get() { Glyph::Check } else { Glyph::Copy } small=true/> }}
                <span aria-live="polite">{move || if copied.get() { "Copied" } else { "Copy" }}</span>
                <span class="sr">" " {what}</span>
            </button>
        </div>
    }
    .into_any()
}

/// `navigator.clipboard.writeText`; `None` where there is none, as on a page without TLS.
fn copy_text(text: &str) -> Option<()> {
    let get = |of: &JsValue, name| Reflect::get(of, &JsValue::from_str(name)).ok();
    let navigator = get(window()?.as_ref(), "navigator")?;
    let clipboard = get(&navigator, "clipboard")?;
    let write = get(&clipboard, "writeText")?.dyn_into::<Function>().ok()?;
    write.call1(&clipboard, &JsValue::from_str(text)).ok()?;
    Some(())
}
