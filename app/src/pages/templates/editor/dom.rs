//! What the editor asks of the browser beyond elements and events. Calls that the bindings do not have are made by name.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{
        Element, HtmlElement,
        js_sys::{Array, Function, Reflect},
    },
};

/// Calls a method by name; nothing where there is none.
fn call(of: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method = Reflect::get(of, &JsValue::from_str(name)).ok()?.dyn_into::<Function>().ok()?;
    method.apply(of, &arguments.iter().collect::<Array>()).ok()
}

fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &JsValue::from_str(name)).ok().filter(|value| !value.is_null() && !value.is_undefined())
}

/// Draws a mail's HTML. The page's policy forbids styles in markup, not those that are set on elements.
pub(super) fn draw(into: &Element, html: &str) {
    // A quote in a text is escaped, so this is found in tags only.
    into.set_inner_html(&html.replace(" style=\"", " data-style=\""));
    while let Ok(Some(element)) = into.query_selector("[data-style]") {
        let style = element.get_attribute("data-style").unwrap_or_default();
        let _ = element.remove_attribute("data-style");
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            element.style().set_css_text(&style);
        }
    }
}

/// Takes the keyboard to an element, once it is drawn.
pub(super) fn focus_soon(id: String) {
    request_animation_frame(move || focus(&id));
}

fn focus(id: &str) {
    let found = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(found) = found {
        // Fails only for what cannot have the focus.
        let _ = found.focus();
    }
}

/// Keeps the keyboard in the field it is in, when the fields are drawn anew.
pub(super) fn keep_focus() {
    let id = document().active_element().map(|element| element.id()).unwrap_or_default();
    if id.ends_with("-field") {
        focus_soon(id);
    }
}

/// Takes the keyboard to the first field of the selected block.
pub(super) fn focus_first_field() {
    request_animation_frame(|| {
        let first = document().query_selector(".bk-panel :is(input, select, textarea)").ok().flatten();
        if let Some(first) = first.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    });
}

/// Does something to the selected text: `bold`, `insertUnorderedList`, `createLink`. Old, and in every browser.
pub(super) fn format(command: &str, value: &str) {
    let arguments = [JsValue::from_str(command), JsValue::FALSE, JsValue::from_str(value)];
    call(document().as_ref(), "execCommand", &arguments);
}

fn selection() -> Option<JsValue> {
    call(window().as_ref(), "getSelection", &[])
}

/// The selected text, to come back to after a field was typed into.
pub(super) fn selected_range() -> Option<JsValue> {
    let range = call(&selection()?, "getRangeAt", &[JsValue::from_f64(0.0)])?;
    call(&range, "cloneRange", &[])
}

/// Selects again what was selected.
pub(super) fn select_range(range: &JsValue) {
    if let Some(selection) = selection() {
        call(&selection, "removeAllRanges", &[]);
        call(&selection, "addRange", std::slice::from_ref(range));
    }
}

/// Sets the cursor at the end of an element's text.
pub(super) fn cursor_to_end(element: &Element) {
    if let Some(selection) = selection() {
        call(&selection, "selectAllChildren", &[element.into()]);
        call(&selection, "collapseToEnd", &[]);
    }
}

/// What is pasted, as HTML and as plain text.
pub(super) fn pasted(event: &JsValue) -> (String, String) {
    let clipboard = get(event, "clipboardData").unwrap_or(JsValue::UNDEFINED);
    let kind = |kind: &str| {
        let text = call(&clipboard, "getData", &[JsValue::from_str(kind)]);
        text.and_then(|text| text.as_string()).unwrap_or_default()
    };
    (kind("text/html"), kind("text/plain"))
}

/// Where an element's upper edge is in the window, and how high it is.
pub(super) fn top_and_height(element: &Element) -> Option<(f64, f64)> {
    let rect = call(element.as_ref(), "getBoundingClientRect", &[])?;
    Some((get(&rect, "top")?.as_f64()?, get(&rect, "height")?.as_f64()?))
}
