//! What a browser says of the fields of a step's form.

use leptos::{
    wasm_bindgen::JsValue,
    web_sys::{HtmlFormElement, js_sys::Reflect},
};

/// Whether a field that can be seen shows something that is no value yet, as half a date: a form sends nothing in its
/// place, which would read as if it had been emptied.
pub(super) fn is_half_typed(form: &HtmlFormElement) -> bool {
    let fields = u32::try_from(form.length()).unwrap_or_default();
    (0..fields).filter_map(|place| Reflect::get_u32(form, place).ok()).any(|field| has_bad_input(&field))
}

fn has_bad_input(field: &JsValue) -> bool {
    let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    // One on a card that is not chosen does not matter.
    let is_seen = of(field, "offsetParent").is_some_and(|parent| parent.is_object());
    is_seen && of(field, "validity").and_then(|validity| of(&validity, "badInput")).is_some_and(|bad| bad.is_truthy())
}
