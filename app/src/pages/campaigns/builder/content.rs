//! The step that says what it says, and in whose name; below, how it looks as saved.

use domain::{provider::Sender, template::Template};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::{Choices, Draft, OWN, TEMPLATE};
use crate::{
    components::{
        Choice, LinkButton, Notice, Panel, RadioCards, Section, SelectField, Size, TextArea, TextField, Tone,
        format::plural,
    },
    form::FormState,
    pages::campaigns::{facts, page::Shown},
};

#[cfg(feature = "ssr")]
use crate::error::Answer;

/// What a made-up person would get of a draft as it is saved, from whom.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Preview {
    sender: Option<String>,
    shown: Option<Result<Shown, String>>,
}

/// How a draft looks as it is saved.
#[cfg(feature = "ssr")]
pub(super) async fn preview_of(tx: &mut engine::db::Tx, detail: &domain::campaign::CampaignDetail) -> Answer<Preview> {
    let shown = crate::pages::campaigns::page::preview(tx, &detail.content.email).await?;
    Ok(Preview { sender: detail.sender.clone(), shown })
}

/// Its fields.
pub(super) fn fields(form: FormState, draft: Draft, choices: Choices) -> AnyView {
    let sender = sender(form, &draft.sender_id, choices.senders);
    view! {
        <Section title="What does it say?" id="content-part">
            <Panel>{content(form, draft, choices.templates)}</Panel>
        </Section>
        <Section title="Who does it come from?" id="sender">
            <Panel>{sender}</Panel>
        </Section>
    }
    .into_any()
}

/// How it looks.
pub(super) fn shown(preview: Preview) -> AnyView {
    facts::preview(preview.sender.as_deref(), preview.shown)
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
                "Add one in Settings, Senders. Until then the draft is saved, but cannot be sent."
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
