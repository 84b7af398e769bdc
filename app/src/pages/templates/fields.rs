//! The form of a template. It is previewed while one types, once the script is there; before that by its button.

use std::time::Duration;

use domain::template::{Category, NewTemplate};
use leptos::{
    form::FromFormData,
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, EventTarget, FormData, HtmlFormElement, HtmlTextAreaElement},
};

use super::{
    edit::{Draft, SaveTemplate},
    excerpt::excerpt,
    panel::{PreviewPanel, PreviewTemplate},
};
use crate::{
    components::{Button, Choice, ErrorSummary, LinkButton, Look, Panel, SelectField, TextArea, TextField},
    error::{Answer, AppError},
    form::{FormState, form_state},
};

/// How long the typing rests before the preview follows.
const REST: Duration = Duration::from_millis(600);

/// The form with its preview.
#[component]
pub(super) fn TemplateForm(
    /// What stands in it at first.
    draft: Draft,
    /// Saves it.
    save: ServerAction<SaveTemplate>,
) -> impl IntoView {
    let form = form_state(save);
    let live = ServerAction::<PreviewTemplate>::new();
    // What was refused when saving counts until the next preview, and the other way round.
    Effect::new(move |_| {
        save.version().track();
        live.clear();
    });
    let Draft { template, new, person, shown: first, .. } = draft;
    let shown = Signal::derive(move || live.value().get().unwrap_or_else(|| first.clone()));
    let errors = Errors { form, shown, live };
    let (written, own) = (text(&new, errors), own(&new, form));
    let follow = follow(live);
    let now = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        preview(live, event.target());
    };
    view! {
        <ActionForm action=save>
            <div class="editor" on:input=follow>
                <input type="hidden" name="template" value=template/>
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary()/>
                    <Panel title="Text">{written}</Panel>
                    <Panel title="For you and your colleagues">{own}</Panel>
                    <div class="row">
                        <Button look=Look::Primary busy=save.pending()>"Save"</Button>
                        <LinkButton href="/templates" look=Look::Quiet>"Back to templates"</LinkButton>
                    </div>
                </div>
                <div class="shown" id="preview">
                    <Panel title="Preview" aside=move || working(live)>
                        <div class="shown__person">
                            <TextField label="As" name="person" value=person error=errors.of("person") autocomplete="off"
                                placeholder="A contact’s address or name; empty: an example"/>
                            <Button attr:formaction="/_fn/draft-template" attr:formnovalidate=true on:click=now>"Show"</Button>
                        </div>
                        <PreviewPanel shown/>
                    </Panel>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn text(new: &NewTemplate, errors: Errors) -> AnyView {
    let form = errors.form;
    let plain = new.text.clone().unwrap_or_default();
    let preheader = new.preheader.clone().unwrap_or_default();
    view! {
        <TextField label="Name" name="name" value=form.value("name", &new.name) error=form.error("name") required=true
            autocomplete="off" hint="For you and your colleagues; readers never see it."/>
        <TextField label="Subject" name="subject" value=form.value("subject", &new.subject) error=errors.of("subject")
            required=true autocomplete="off"/>
        <TextField label="Preheader" name="preheader" value=form.value("preheader", preheader) error=errors.of("preheader")
            optional=true autocomplete="off" hint="What mail programs show beside the subject, before the message is opened."/>
        <TextArea label="HTML" name="html" code=true rows=18 required=true value=form.value("html", &new.html)
            error=errors.of("html") hint="HTML, or MJML from <mjml> to </mjml>. Style sheets are written into the elements."/>
        {marked(form.value("html", &new.html), errors)}
        <details class="reference">
            <summary>"Variables and helpers"</summary>
            {super::reference::reference()}
        </details>
        <TextArea label="Plain text" name="text" code=true rows=6 optional=true value=form.value("text", plain)
            error=errors.of("text") hint="Left empty, it is made from the HTML."/>
    }
    .into_any()
}

/// The line of the source that is wrong, with a mark at the place.
fn marked(first: String, errors: Errors) -> AnyView {
    let wrong = errors.of("html");
    let marked = move || {
        let message = wrong.get()?;
        let shown = excerpt(&typed("html").unwrap_or_else(|| first.clone()), &message)?;
        Some(view! { <pre class="excerpt" aria-hidden="true">{shown}</pre> })
    };
    marked.into_any()
}

/// What stands in a field now, in the browser.
fn typed(id: &str) -> Option<String> {
    if cfg!(feature = "ssr") {
        return None;
    }
    let field = document().get_element_by_id(id)?.dyn_into::<HtmlTextAreaElement>().ok()?;
    Some(field.value())
}

/// What sorts a template and says when to use it.
fn own(new: &NewTemplate, form: FormState) -> AnyView {
    let choices = Category::ALL.iter().map(|category| Choice::new(category.word(), category.label())).collect();
    let category = form.value("category", new.category.clone().unwrap_or_else(|| Category::Marketing.word().into()));
    let description = form.value("description", new.description.clone().unwrap_or_default());
    view! {
        <SelectField label="Kind" name="category" choices value=category error=form.error("category")/>
        <TextField label="When to use it" name="description" value=description error=form.error("description")
            optional=true autocomplete="off"/>
    }
    .into_any()
}

fn working(live: ServerAction<PreviewTemplate>) -> AnyView {
    view! { <span class="small dim" role="status">{move || live.pending().get().then_some("Updating…")}</span> }
        .into_any()
}

/// What is wrong with a field: as the newest preview says, else as the refused save did.
#[derive(Clone, Copy)]
struct Errors {
    form: FormState,
    shown: Signal<Answer<super::panel::Shown>>,
    live: ServerAction<PreviewTemplate>,
}

impl Errors {
    fn of(self, name: &'static str) -> Signal<Option<String>> {
        let (Self { shown, live, .. }, saved) = (self, self.form.error(name));
        Signal::derive(move || {
            let refused = shown.with(|shown| shown.as_ref().err().and_then(|error| refusal(error, name)));
            if live.value().with(Option::is_some) { refused } else { saved.get().or(refused) }
        })
    }
}

/// The message for a field. A value that one person lacks is no fault of the text.
fn refusal(error: &AppError, name: &str) -> Option<String> {
    let errors = error.fields()?.0.iter();
    let mut of_field = errors.filter(|error| error.field == name && error.code != "missing_value");
    of_field.next().map(|error| error.message.clone())
}

/// Previews when the typing rests.
fn follow(live: ServerAction<PreviewTemplate>) -> impl Fn(Event) + Clone + 'static {
    let resting = StoredValue::new(None::<TimeoutHandle>);
    move |event: Event| {
        if let Some(earlier) = resting.get_value() {
            earlier.clear();
        }
        let target = event.target();
        // Nothing is left to show it in when the reader has gone on to another page meanwhile.
        let then = move || {
            if resting.try_get_value().is_some() {
                preview(live, target);
            }
        };
        let soon = set_timeout_with_handle(then, REST);
        resting.set_value(soon.ok());
    }
}

/// Previews what stands in the form that `inside` is in.
fn preview(live: ServerAction<PreviewTemplate>, inside: Option<EventTarget>) {
    let element = inside.and_then(|target| target.dyn_into::<Element>().ok());
    let form = element.and_then(|element| element.closest("form").ok().flatten());
    let form = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let data = form.and_then(|form| FormData::new_with_form(&form).ok());
    if let Some(Ok(typed)) = data.map(|data| PreviewTemplate::from_form_data(&data)) {
        live.dispatch(typed);
    }
}
