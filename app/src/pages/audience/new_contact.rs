//! A new contact: who it is, what they agreed to, and the lists they go on.

use domain::{list::List, zone};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::lists::get_lists;
use crate::{
    components::{
        Button, CheckField, Choice, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, SelectField, TextArea,
        TextField,
    },
    error::Answer,
    form::{FormState, form_state},
    load::load,
};

/// A contact as the form sends it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) business_name: String,
    pub(super) phone: String,
    pub(super) time_zone: String,
    pub(super) custom: String,
    pub(super) consent: String,
    pub(super) evidence: String,
    pub(super) lists: Vec<String>,
}

#[server(prefix = "/_fn", endpoint = "create-contact")]
pub async fn create_contact(#[server(flatten)] typed: Typed) -> Answer<()> {
    let new = super::typed::contact(typed)?;
    let mut tx = crate::request::begin().await?;
    let id = engine::audience::create(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go(&format!("/contacts/{id}?done=added"));
    Ok(())
}

/// The form for a new contact.
#[component]
pub fn NewContact() -> impl IntoView {
    let lists = Resource::new(|| (), |()| get_lists());
    let action = ServerAction::<CreateContact>::new();
    let form = form_state(action);
    view! {
        <Title text="New contact"/>
        <PageHead title="New contact" crumbs=vec![Crumb::link("Contacts", "/contacts")]/>
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="The contact could not be added"/>
                {who(form)}
                {agreed(form)}
                {load(lists, move |lists| on_lists(lists, form))}
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Add contact"</Button>
                    <LinkButton href="/contacts" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
}

fn who(form: FormState) -> AnyView {
    let text = move |name: &'static str, label: &'static str| {
        view! { <TextField label name value=form.value(name, "") error=form.error(name) optional=true autocomplete="off"/> }
    };
    let zones = zone::choices().into_iter().map(|name| Choice::new(name, name.replace('_', " "))).collect::<Vec<_>>();
    view! {
        <Panel title="Who it is">
            <div class="cols">
                <TextField label="E-mail" name="email" kind="email" value=form.value("email", "") error=form.error("email")
                    hint="This or a phone number is needed." autocomplete="off"/>
                <TextField label="Phone" name="phone" kind="tel" value=form.value("phone", "") error=form.error("phone")
                    hint="With the country code: +1 212 555 0123." autocomplete="off"/>
                {text("first_name", "First name")}
                {text("last_name", "Last name")}
                {text("business_name", "Business")}
                <SelectField label="Time zone" name="time_zone" choices=zones none="Not known"
                    value=form.value("time_zone", "") error=form.error("time_zone") optional=true/>
            </div>
            <TextArea label="Custom fields" name="custom" rows=3 value=form.value("custom", "") error=form.error("custom")
                optional=true placeholder="favourite_class: Evening flow"
                hint="One a line, as name: value. Templates name them {{custom.favourite_class}}."/>
        </Panel>
    }
    .into_any()
}

fn agreed(form: FormState) -> AnyView {
    let consent = form.values("consent", vec![]).iter().any(|value| value == "true");
    view! {
        <Panel title="What they agreed to">
            <CheckField label="They agreed to marketing by e-mail" name="consent" checked=consent error=form.error("consent")
                hint="Without a consent in force no campaign reaches them; it can be recorded later as well."/>
            <TextArea label="Proof of it" name="evidence" rows=2 value=form.value("evidence", "") error=form.error("evidence")
                hint="Needed with the tick: where it was given, when, and in which words."
                placeholder="Paper form at the desk, 14 May 2026: “Send me news by e-mail”"/>
        </Panel>
    }
    .into_any()
}

fn on_lists(lists: Vec<List>, form: FormState) -> AnyView {
    if lists.is_empty() {
        return ().into_any();
    }
    let chosen = form.values("lists[]", vec![]);
    let boxes = lists
        .into_iter()
        .map(|list| {
            let (value, id) = (list.id.to_string(), format!("list-{}", list.id));
            let checked = chosen.contains(&value);
            view! { <CheckField label=list.name name="lists[]" id value checked/> }
        })
        .collect_view();
    view! {
        <Panel title="Lists">
            <fieldset id="lists" tabindex="-1">
                <legend class="sr">"Lists to put them on"</legend>
                {boxes}
            </fieldset>
        </Panel>
    }
    .into_any()
}
