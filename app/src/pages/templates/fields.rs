//! The form of a template. It is previewed while one types, once the script is there; before that by its button.

use std::time::Duration;

use domain::template::EmailContent;
use leptos::{
    form::FromFormData,
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, EventTarget, FormData, HtmlFormElement},
};

use super::{
    edit::{Draft, SaveTemplate},
    panel::{PreviewPanel, PreviewTemplate},
};
use crate::{
    components::{Button, ErrorSummary, LinkButton, Look, Panel, TextArea, TextField},
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
    let Draft { template, name, content, person, shown: first, .. } = draft;
    let shown = Signal::derive(move || live.value().get().unwrap_or_else(|| first.clone()));
    let errors = Errors { form, shown, live };
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
                    <Panel title="Text">{text(name, content, errors)}</Panel>
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

fn text(name: String, content: EmailContent, errors: Errors) -> AnyView {
    let form = errors.form;
    view! {
        <TextField label="Name" name="name" value=form.value("name", name) error=form.error("name") required=true
            autocomplete="off" hint="For you and your colleagues; readers never see it."/>
        <TextField label="Subject" name="subject" value=form.value("subject", content.subject) error=errors.of("subject")
            required=true autocomplete="off"/>
        <TextArea label="HTML" name="html" code=true rows=18 required=true value=form.value("html", content.html)
            error=errors.of("html")
            hint="Variables: {{first_name}}, {{last_name}}, {{business_name}}, {{email}}, {{company_name}}, {{custom.…}}. \
                  {{#if last_name}} … {{else}} … {{/if}} chooses."/>
        <TextArea label="Plain text" name="text" code=true rows=6 optional=true value=form.value("text", content.text)
            error=errors.of("text") hint="Left empty, it is made from the HTML."/>
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
