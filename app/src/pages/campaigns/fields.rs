//! The form of a draft: its name, for whom, what it says, in whose name. What is missing may come later.

use domain::{list::List, provider::Sender, template::Template};
use leptos::prelude::*;

use super::typed::{Choices, Draft, OWN, TEMPLATE};
use crate::{
    components::{
        CheckCard, Choice, Glyph, Icon, LinkButton, Notice, Panel, RadioCards, Section, SelectField, Size, TextArea,
        TextField, Tone, format::plural,
    },
    form::FormState,
};

/// All fields. `draft` is what stands in them unless the form was refused.
pub(super) fn fields(form: FormState, draft: Draft, choices: Choices) -> AnyView {
    let Choices { lists, templates, senders } = choices;
    let include = list_cards("Include people on any of", "include[]", "include", &draft.include, &lists, form);
    let exclude = list_cards("Leave out people on any of", "exclude[]", "exclude", &draft.exclude, &lists, form);
    let sender = sender(form, &draft.sender_id, senders);
    let (named, when) = (named(form, &draft), when(form, &draft));
    view! {
        <Panel>{named}</Panel>
        <Section title="Who gets it" id="audience">
            <Panel>{lists.is_empty().then(no_lists)} {include} {exclude}</Panel>
        </Section>
        <Section title="What it says" id="content-part">
            <Panel>{content(form, draft, templates)}</Panel>
        </Section>
        <Section title="Who it comes from" id="sender">
            <Panel>{sender}</Panel>
        </Section>
        <Section title="How fast and until when" id="timing">
            <Panel>{when}</Panel>
        </Section>
    }
    .into_any()
}

fn named(form: FormState, draft: &Draft) -> AnyView {
    view! {
            <div class="cols">
                <TextField
                    label="Name"
                    name="name"
                    value=form.value("name", draft.name.clone())
                    error=form.error("name")
                    hint="For you and your colleagues; recipients do not see it."
                    maxlength=200
                    required=true
                />
                <TextField
                    label="Code"
                    name="code"
                    value=form.value("code", draft.code.clone())
                    error=form.error("code")
                    hint=if draft.code.is_empty() { "Made from the name when empty, such as AOH-001." } else { "Unique in the workspace." }
                    maxlength=40
                    optional=true
                />
            </div>
    }
    .into_any()
}

fn when(form: FormState, draft: &Draft) -> AnyView {
    let zone = crate::session::time_zone().name();
    view! {
        <div class="cols">
            <TextField
                label="Messages a second"
                name="rate_per_second"
                kind="number"
                inputmode="numeric"
                min="1"
                max="10000"
                value=form.value("rate_per_second", draft.rate_per_second.clone())
                error=form.error("rate_per_second")
                hint="100 when empty, after a first burst of ten times as many. The provider account may allow less."
                optional=true
            />
            <TextField
                label="Don't send after"
                name="not_after"
                kind="datetime-local"
                value=form.value("not_after", draft.not_after.clone())
                error=form.error("not_after")
                hint=format!("By the clocks of {zone}. Whoever was not sent to by then is skipped.")
                optional=true
            />
        </div>
    }
    .into_any()
}

fn no_lists() -> AnyView {
    let action = || view! { <LinkButton href="/lists" size=Size::Small>"Make a list"</LinkButton> };
    view! { <Notice title="There is no list yet" action>"You can save the draft and choose lists later."</Notice> }
        .into_any()
}

/// Cards of all lists, each with how many people are on it.
fn list_cards(
    legend: &'static str,
    name: &'static str,
    id: &'static str,
    chosen: &[String],
    lists: &[List],
    form: FormState,
) -> AnyView {
    if lists.is_empty() {
        return ().into_any();
    }
    let chosen = form.values(name, chosen.to_vec());
    let cards = lists
        .iter()
        .map(|list| {
            let id = list.id.to_string();
            let checked = chosen.contains(&id);
            let hint = plural(super::words::people(list.active), "person", "people");
            view! { <CheckCard label=list.name.clone() name value=id checked hint/> }
        })
        .collect_view();
    let error = form.error(name);
    let wrong = move || {
        error.get().map(|error| {
            view! { <p class="field__error"><Icon glyph=Glyph::Warning small=true/><span>{error}</span></p> }
        })
    };
    view! {
        <fieldset class="field" id=id tabindex="-1">
            <legend>{legend}</legend>
            <div class="cards">{cards}</div>
            {wrong}
        </fieldset>
    }
    .into_any()
}

/// A template, or a text of its own; the style sheet hides the one that is not chosen.
fn content(form: FormState, draft: Draft, templates: Vec<Template>) -> AnyView {
    let from_template = Choice::new(TEMPLATE, "Use a template");
    let from_template = match templates.len() as u64 {
        0 => from_template.disabled("There is no template yet"),
        many => from_template.hint(format!("{} to choose from", plural(many, "template", "templates"))),
    };
    let cards = vec![from_template, Choice::new(OWN, "Write it here").hint("A text for this campaign only")];
    let choices = templates.into_iter().map(|template| Choice::new(template.id.to_string(), template.name)).collect();
    view! {
        <div class="compose stack stack--m">
            <RadioCards
                label="Content"
                name="content"
                choices=cards
                value=form.value("content", draft.content)
                error=form.error("content")
            />
            <div class="compose__template">
                <SelectField
                    label="Template"
                    name="template_id"
                    none="Choose a template"
                    choices
                    value=form.value("template_id", draft.template_id)
                    error=form.error("template_id")
                    hint="Its newest version is kept with the campaign: later changes to the template do not touch it."
                />
            </div>
            <div class="compose__own stack stack--m">
                <TextField
                    label="Subject"
                    name="subject"
                    value=form.value("subject", draft.subject)
                    error=form.error("subject")
                    maxlength=400
                />
                <TextArea
                    label="HTML"
                    name="html"
                    value=form.value("html", draft.html)
                    error=form.error("html")
                    hint="Variables: {{first_name}}, {{last_name}}, {{business_name}}, {{email}}, {{company_name}}, {{brand.name}}. \
                          The footer with your address and the unsubscribe link is added by itself."
                    rows=14
                    code=true
                />
                <TextArea
                    label="Plain text"
                    name="text"
                    value=form.value("text", draft.text)
                    error=form.error("text")
                    hint="Made from the HTML when empty."
                    optional=true
                    code=true
                />
            </div>
        </div>
    }
    .into_any()
}

fn sender(form: FormState, chosen: &str, senders: Vec<Sender>) -> AnyView {
    if senders.is_empty() {
        let action = || view! { <LinkButton href="/settings/senders" size=Size::Small>"Senders"</LinkButton> };
        return view! {
            <Notice tone=Tone::Warning title="There is no sender yet" action>
                "Add one in Settings, Senders. Until then you can save the draft, but not send it."
            </Notice>
        }
        .into_any();
    }
    let choices = senders
        .into_iter()
        .map(|sender| {
            let from =
                if sender.name.is_empty() { sender.email } else { format!("{} <{}>", sender.name, sender.email) };
            Choice::new(sender.id.to_string(), format!("{from}, by {}", sender.provider_name))
        })
        .collect();
    view! {
        <SelectField
            label="Sender"
            name="sender_id"
            none="Choose a sender"
            choices
            value=form.value("sender_id", chosen)
            error=form.error("sender_id")
        />
    }
    .into_any()
}
