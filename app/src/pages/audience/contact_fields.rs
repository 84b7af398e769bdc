//! The fields of a contact in a form, in groups: for a new one and for one that is changed.

use std::collections::BTreeMap;

use domain::{
    contact::Contact,
    country,
    custom_field::{CustomField, FieldKind},
    stage::Stage,
    zone,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    components::{CheckField, Choice, Panel, SelectField, TextArea, TextField},
    form::FormState,
};

/// A contact as the forms send it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) business_name: String,
    pub(super) phone: String,
    pub(super) whatsapp: String,
    pub(super) social: String,
    pub(super) time_zone: String,
    pub(super) language: String,
    pub(super) birthday: String,
    pub(super) city: String,
    pub(super) state: String,
    pub(super) country: String,
    pub(super) latitude: String,
    pub(super) longitude: String,
    pub(super) industry: String,
    pub(super) lead_score: String,
    pub(super) stage: String,
    pub(super) source: String,
    pub(super) external_id: String,
    pub(super) tags: String,
    pub(super) test: String,
    pub(super) custom: BTreeMap<String, String>,
    pub(super) more: String,
}

/// What there is to choose from in the form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Offered {
    /// The pipeline.
    pub stages: Vec<Stage>,
    /// Custom fields.
    pub fields: Vec<CustomField>,
}

/// Stages and custom fields of the workspace.
#[cfg(feature = "ssr")]
pub(super) async fn offered(tx: &mut engine::db::Tx) -> crate::error::Answer<Offered> {
    Ok(Offered { stages: engine::audience::stages(tx).await?, fields: engine::audience::fields(tx).await? })
}

/// All groups. `contact` is the one that is changed.
pub(super) fn groups(contact: Option<&Contact>, offered: &Offered, form: FormState) -> AnyView {
    let known = Known { typed: contact.map(domain::contact::NewContact::from).unwrap_or_default(), form };
    view! {
        {reached(known.clone())}
        {who(known.clone())}
        {place(known.clone())}
        {business(known, &offered.stages)}
        {custom(contact, &offered.fields, form)}
    }
    .into_any()
}

/// What stands in the fields at first.
#[derive(Clone)]
struct Known {
    typed: domain::contact::NewContact,
    form: FormState,
}

impl Known {
    fn text(&self, name: &'static str, label: &'static str, value: &str) -> AnyView {
        let form = self.form;
        view! {
            <TextField label name value=form.value(name, value) error=form.error(name) optional=true autocomplete="off"/>
        }
        .into_any()
    }
}

fn reached(known: Known) -> AnyView {
    let form = known.form;
    view! {
        <Panel title="How they are reached">
            <div class="cols">
                <TextField label="E-mail" name="email" kind="email" value=form.value("email", known.typed.email.clone())
                    error=form.error("email") hint="This or a phone number is needed." autocomplete="off"/>
                <TextField label="Phone" name="phone" kind="tel"
                    value=form.value("phone", known.typed.phone.clone().unwrap_or_default()) error=form.error("phone")
                    hint="With its country code, as +1 212 555 0123; without one it is of the country below."
                    autocomplete="off"/>
                <TextField label="WhatsApp number" name="whatsapp" kind="tel"
                    value=form.value("whatsapp", known.typed.whatsapp.clone()) error=form.error("whatsapp") optional=true
                    hint="Where it is another than the phone." autocomplete="off"/>
                {known.text("social", "Social", &known.typed.social)}
            </div>
        </Panel>
    }
    .into_any()
}

fn who(known: Known) -> AnyView {
    let form = known.form;
    let test = form.values("test", vec![known.typed.test.to_string()]).iter().any(|value| value == "true");
    view! {
        <Panel title="Who it is">
            <div class="cols">
                {known.text("first_name", "First name", &known.typed.first_name)}
                {known.text("last_name", "Last name", &known.typed.last_name)}
                {known.text("business_name", "Business", &known.typed.business_name)}
                <TextField label="Birthday" name="birthday" kind="date" value=form.value("birthday", known.typed.birthday.clone())
                    error=form.error("birthday") optional=true/>
                <TextField label="Language" name="language" value=form.value("language", known.typed.language.clone())
                    error=form.error("language") optional=true placeholder="en, it, pt-BR" autocomplete="off"/>
                <TextField label="Tags" name="tags" value=form.value("tags", known.typed.tags.join(", ")) error=form.error("tags")
                    optional=true hint="Parted by commas." autocomplete="off"/>
            </div>
            <CheckField label="A test contact" name="test" checked=test error=form.error("test")
                hint="A colleague's or a made-up one, for trying things."/>
        </Panel>
    }
    .into_any()
}

fn place(known: Known) -> AnyView {
    let form = known.form;
    let zones = zone::choices().into_iter().map(|name| Choice::new(name, name.replace('_', " "))).collect::<Vec<_>>();
    let mut countries: Vec<_> = country::all().map(|(code, name)| Choice::new(code, name)).collect();
    countries.sort_by(|a, b| a.label.cmp(&b.label));
    view! {
        <Panel title="Where they are">
            <div class="cols">
                {known.text("city", "City", &known.typed.city)}
                {known.text("state", "State or region", &known.typed.state)}
                <SelectField label="Country" name="country" choices=countries none="Not known"
                    value=form.value("country", known.typed.country.clone()) error=form.error("country") optional=true/>
                <SelectField label="Time zone" name="time_zone" choices=zones none="Not known"
                    value=form.value("time_zone", known.typed.time_zone.clone().unwrap_or_default()) error=form.error("time_zone")
                    optional=true/>
                <TextField label="Latitude" name="latitude" value=form.value("latitude", known.typed.latitude.clone())
                    error=form.error("latitude") optional=true inputmode="text" placeholder="40.7128" autocomplete="off"/>
                <TextField label="Longitude" name="longitude" value=form.value("longitude", known.typed.longitude.clone())
                    error=form.error("longitude") optional=true inputmode="text" placeholder="-74.0060" autocomplete="off"/>
            </div>
        </Panel>
    }
    .into_any()
}

fn business(known: Known, stages: &[Stage]) -> AnyView {
    let form = known.form;
    let stages = stages.iter().map(|stage| Choice::new(stage.key.clone(), stage.name.clone())).collect();
    view! {
        <Panel title="What they are to you">
            <div class="cols">
                <SelectField label="Stage" name="stage" choices=stages none="None" value=form.value("stage", known.typed.stage.clone())
                    error=form.error("stage") optional=true/>
                <TextField label="Lead score" name="lead_score" value=form.value("lead_score", known.typed.lead_score.clone())
                    error=form.error("lead_score") optional=true inputmode="numeric" hint="0 to 100." autocomplete="off"/>
                {known.text("industry", "Industry", &known.typed.industry)}
                <TextField label="Source" name="source" value=form.value("source", known.typed.source.clone())
                    error=form.error("source") optional=true hint="Where they come from, as a CRM; with their id there."
                    autocomplete="off"/>
                <TextField label="Id at the source" name="external_id" value=form.value("external_id", known.typed.external_id.clone())
                    error=form.error("external_id") optional=true autocomplete="off"/>
            </div>
        </Panel>
    }
    .into_any()
}

fn custom(contact: Option<&Contact>, fields: &[CustomField], form: FormState) -> AnyView {
    let has = |key: &str| contact.and_then(|contact| contact.custom.get(key)).map(written).unwrap_or_default();
    let any = !fields.is_empty();
    let inputs = fields.iter().map(|field| input(field, has(&field.key), form)).collect_view();
    view! {
        <Panel title="Custom fields">
            {any.then(|| view! { <div class="cols">{inputs}</div> })}
            <TextArea label="More fields" name="more" rows=2 value=form.value("more", "") error=form.error("more")
                optional=true placeholder="favourite_class: Evening flow"
                hint="New ones, one a line, as name: value. Templates name them {{custom.favourite_class}}."/>
        </Panel>
    }
    .into_any()
}

fn input(field: &CustomField, value: String, form: FormState) -> AnyView {
    let (name, label) = (format!("custom[{}]", field.key), field.label.clone());
    let (value, error) = (form.value(&name, value), form.error(&name));
    if field.kind == FieldKind::Boolean {
        let choices = vec![Choice::new("true", "Yes"), Choice::new("false", "No")];
        return view! { <SelectField label name choices none="Not known" value error optional=true/> }.into_any();
    }
    let (kind, inputmode) = match field.kind {
        FieldKind::Date => ("date", "text"),
        FieldKind::Number => ("text", "decimal"),
        FieldKind::Text | FieldKind::Boolean => ("text", "text"),
    };
    view! { <TextField label name kind inputmode value error optional=true autocomplete="off"/> }.into_any()
}

/// A value of a custom field as people write it.
pub(super) fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
