//! The editor as a whole: with the script three panes (what there is to put in, the mail, the fields of what is
//! selected), until then the plain form.

use domain::block::{NewBlocks, apply};
use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Event, FormData, HtmlFormElement, HtmlInputElement},
};

use super::{
    Mail, canvas,
    drag::Drag,
    keep::Keeper,
    keys, palette, panel, plain,
    post::{DiscardBlocks, SaveBlocks},
    preview,
    state::Editor,
};
use crate::components::{Button, Dialog, DialogButton, ErrorSummary, Glyph, Look, Notice, Panel, Tone};

/// The plain form, and the desk in its place when the script is there.
pub(super) fn whole(mail: Mail, newest: RwSignal<i32>) -> AnyView {
    let awake = RwSignal::new(None::<NewBlocks>);
    let first = StoredValue::new(mail);
    // What was typed into the plain form before the script came is taken over.
    Effect::new(move |_| awake.set(Some(first.with_value(typed_meanwhile))));
    view! {
        {move || match awake.get() {
            None => first.with_value(before),
            Some(content) => first.with_value(|mail| desk(mail, content, newest)),
        }}
    }
    .into_any()
}

fn before(mail: &Mail) -> AnyView {
    view! {
        {behind(mail.begun, mail.version)}
        {plain::form(mail)}
        {mail.kept.map(|_| discard(mail.template.clone()))}
        {preview(Signal::stored(mail.shown.clone()))}
    }
    .into_any()
}

fn typed_meanwhile(mail: &Mail) -> NewBlocks {
    let form = document().get_element_by_id(plain::FORM).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let data = form.and_then(|form| FormData::new_with_form(&form).ok());
    let Some(data) = data else { return mail.content.clone() };
    let get = |name: &str| data.get(name).as_string();
    let blocks = apply(&mail.content.blocks, &|name: &str| get(&format!("fields[{name}]")));
    let or = |name: &str, known: &str| get(name).unwrap_or_else(|| known.to_owned());
    NewBlocks { name: or("name", &mail.content.name), subject: or("subject", &mail.content.subject), blocks }
}

fn desk(mail: &Mail, content: NewBlocks, newest: RwSignal<i32>) -> AnyView {
    let is_typed_into = content != mail.content;
    let editor = Editor::new(content, mail.offer.clone());
    let keeper = Keeper::begin(editor, mail);
    if is_typed_into {
        keeper.changed();
    }
    let drag = Drag::begin(editor);
    let save = ServerAction::<SaveBlocks>::new();
    follow_save(save, editor, keeper, newest);
    keys::listen(editor);
    let template = mail.template.clone();
    let sheet = RwSignal::new("");
    view! {
        <div class="bk-desk" data-sheet=move || sheet.get()>
            {move || behind(keeper.begun.get(), newest.get())}
            {bar(editor, keeper, save, template.clone())}
            <ErrorSummary errors=editor.summary on:click=move |event| lead(editor, &event)/>
            {failed(save)}
            <Panel>{head(editor)}</Panel>
            <div class="bk-panes">
                {palette::pane(editor, drag, sheet)}
                {canvas::pane(editor, drag)}
                {panel::pane(editor, sheet)}
            </div>
            <p class="sr" role="status" aria-live="polite">{move || editor.said.get()}</p>
            {discard(template)}
            {preview(keeper.shown.into())}
        </div>
    }
    .into_any()
}

/// A version that somebody else has saved since the writing began.
fn behind(begun: i32, newest: i32) -> Option<AnyView> {
    (begun < newest).then(|| {
        let title = format!("Version {newest} was saved since you began with version {begun}");
        view! {
            <Notice tone=Tone::Warning title>
                "Saving makes a newer version of what stands here. Discard your draft to go on with theirs."
            </Notice>
        }
        .into_any()
    })
}

fn bar(editor: Editor, keeper: Keeper, save: ServerAction<SaveBlocks>, template: String) -> AnyView {
    let press = move |_| {
        let content = editor.content();
        keeper.hold();
        let Ok(document) = serde_json::to_string(&content.blocks) else { return };
        let (name, subject, template) = (content.name, content.subject, template.clone());
        save.dispatch(SaveBlocks { template, name, subject, document });
    };
    let (no_undo, no_redo) =
        (move || editor.history.with(|h| !h.can_undo()), move || editor.history.with(|h| !h.can_redo()));
    view! {
        <div class="bk-bar" role="group" aria-label="Mail">
            <Button kind="button" glyph=Glyph::Back disabled=Signal::derive(no_undo) on:click=move |_| editor.undo()
                attr:title="Ctrl+Z">"Undo"</Button>
            <Button kind="button" glyph=Glyph::Retry disabled=Signal::derive(no_redo) on:click=move |_| editor.redo()
                attr:title="Ctrl+Shift+Z">"Redo"</Button>
            <a class="btn btn--quiet" href="#preview" rel="external">"Preview"</a>
            <span class="small muted bk-bar__kept" role="status">{move || keeper.words()}</span>
            <Button kind="button" look=Look::Primary busy=save.pending() disabled=Signal::derive(move || keeper.is_sending())
                on:click=press>"Save as a new version"</Button>
        </div>
    }
    .into_any()
}

/// What came of saving.
fn follow_save(save: ServerAction<SaveBlocks>, editor: Editor, keeper: Keeper, newest: RwSignal<i32>) {
    Effect::new(move |_| match save.value().get() {
        Some(Ok(version)) => {
            newest.set(version);
            keeper.saved(version);
            editor.accept();
            editor.say(format!("Saved as version {version}."));
        }
        Some(Err(error)) => {
            if let Some(errors) = error.fields() {
                editor.refuse(errors);
            }
            keeper.not_saved();
            editor.say("Not saved.");
        }
        None => {}
    });
}

/// Says how saving went, where no field is to blame.
fn failed(save: ServerAction<SaveBlocks>) -> AnyView {
    let words = move || match save.value().get()? {
        Ok(version) => {
            let title = format!("Saved as version {version}");
            Some(view! { <Notice tone=Tone::Success title/> }.into_any())
        }
        Err(error) if error.fields().is_none() => Some(
            view! { <Notice tone=Tone::Danger title="Not saved" alert=true>{error.to_string()}</Notice> }.into_any(),
        ),
        Err(_) => None,
    };
    view! { {words} }.into_any()
}

/// A line of the summary leads to its block, whose fields are drawn only when it is selected.
fn lead(editor: Editor, event: &leptos::ev::MouseEvent) {
    let link = event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    let href = link.and_then(|link| link.closest("a").ok().flatten()).and_then(|link| link.get_attribute("href"));
    let Some(id) = href.and_then(|href| href.strip_prefix('#').map(str::to_owned)) else { return };
    event.prevent_default();
    let block = id.split('.').next().and_then(|name| name.strip_prefix('b')?.parse().ok());
    editor.select(block);
    super::dom::focus_soon(id);
}

fn head(editor: Editor) -> AnyView {
    let field = move |label: &'static str, name: &'static str, value: RwSignal<String>| {
        let typed = move |event: Event| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                editor.refused.update(|refused| refused.retain(|told| told.field != name));
                value.set(input.value());
            }
        };
        let error = move || editor.told().into_iter().find(|told| told.block.is_none() && told.field == name);
        let error = Memo::new(move |_| error().map(|told| told.message));
        let (id, wrong) = (format!("{name}-field"), format!("{name}-error"));
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input class="input" id=id type="text" autocomplete="off" value=value.get_untracked() on:input=typed
                    data-own-undo="" aria-invalid=move || error.get().map(|_| "true") aria-describedby=wrong.clone()/>
                <p class="field__error" id=wrong>{move || error.get()}</p>
            </div>
        }
    };
    view! {
        <div class="bk-head">
            {field("Name", "name", editor.name)}
            {field("Subject", "subject", editor.subject)}
        </div>
    }
    .into_any()
}

/// Back to the newest version.
fn discard(template: String) -> AnyView {
    let action = ServerAction::<DiscardBlocks>::new();
    // The page is drawn anew from the version: everything on the desk belongs to the draft.
    Effect::new(move |_| {
        if action.value().with(|value| matches!(value, Some(Ok(())))) {
            let _ = window().location().reload();
        }
    });
    let foot = move || {
        view! {
            <ActionForm action>
                <input type="hidden" name="template" value=template.clone()/>
                <Button look=Look::Danger busy=action.pending()>"Discard the draft"</Button>
            </ActionForm>
        }
    };
    view! {
        <div class="row">
            <DialogButton dialog="discard" look=Look::Quiet>"Discard the draft…"</DialogButton>
        </div>
        <Dialog id="discard" title="Discard your draft?" keep="Keep it" foot>
            <p>"What you changed since the newest version is lost. Versions stay."</p>
        </Dialog>
    }
    .into_any()
}
