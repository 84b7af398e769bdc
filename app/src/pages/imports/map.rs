//! What the columns of a file are: guessed, shown with their first values, and changed where the guess is wrong; then on
//! which basis, to which list, and what becomes of people who are known.

use domain::{
    access::Verb,
    channel::Channel,
    country,
    id::ImportId,
    import::{Basis, Duplicates, Field, ImportDetail, ListChoice, Mapping, Plain, field::key_of},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::words::path_of;
use super::{
    actions::{DiscardImport, post},
    page::Sheet,
};
use crate::{
    components::{
        Button, CheckField, Choice, Column, ErrorSummary, Glyph, Icon, Look, Notice, Panel, RadioCards, Section,
        SelectField, Table, TextArea, TextField, Tone,
    },
    error::Answer,
    form::{FormState, form_state},
    session::may,
};

/// What the form has, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    columns: Vec<String>,
    basis: String,
    wording: String,
    channels: Vec<String>,
    list_id: String,
    list_name: String,
    duplicates: String,
    country: String,
}

#[server(prefix = "/_fn", endpoint = "map-import")]
pub async fn map_import(import: ImportId, #[server(flatten)] typed: Typed) -> Answer<()> {
    use domain::import::NewMapping;
    if typed.basis.is_empty() {
        let message = "Say on which basis these people are kept.";
        return Err(crate::error::AppError::Invalid(domain::error::FieldErrors::one("basis", "required", message)));
    }
    let new = NewMapping {
        columns: typed.columns.into(),
        list_id: Some(typed.list_id),
        country: Some(typed.country),
        source: String::new(),
        list_name: typed.list_name,
        basis: typed.basis,
        wording: typed.wording,
        channels: typed.channels,
        duplicates: typed.duplicates,
    };
    let (engine, mut tx) = (crate::request::engine()?, crate::request::begin().await?);
    engine::imports::map(&engine, &mut tx, import, &new).await?;
    tx.commit().await?;
    crate::request::go(&path_of(import));
    Ok(())
}

/// The form.
#[component]
pub(super) fn MapForm(
    /// The import.
    sheet: Sheet,
    /// Moved on when the columns are taken: the page has the same address then, and shows something else.
    again: RwSignal<u32>,
) -> impl IntoView {
    if !may(Verb::EditContacts) {
        return view! { <Notice title="The columns of this file are not mapped yet"/> }.into_any();
    }
    let action = ServerAction::<MapImport>::new();
    let form = form_state(action);
    Effect::new(move |_| {
        if matches!(action.value().get(), Some(Ok(()))) {
            again.update(|times| *times += 1);
        }
    });
    let id = sheet.detail.import.id;
    let discard = view! { <Button look=Look::Quiet>"Throw the file away"</Button> };
    view! {
        <ActionForm action>
            <input type="hidden" name="import" value=id.to_string()/>
            <div class="stack">
                <ErrorSummary errors=form.summary() title="The columns are not right yet"/>
                {told(&sheet.detail)}
                {columns(&sheet, form)}
                {legal(&sheet.detail, form)}
                {people(&sheet, form)}
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Check every row"</Button>
                    <span class="small muted">"A dry run: nothing is changed."</span>
                </div>
            </div>
        </ActionForm>
        {post::<DiscardImport>(id, discard.into_any())}
    }
    .into_any()
}

/// What is unusual about the file.
fn told(detail: &ImportDetail) -> AnyView {
    let found = &detail.found;
    view! {
        {(!found.has_header).then(|| {
            view! {
                <Notice tone=Tone::Warning title="The file has no row of column names">
                    "Its first row is taken as a person. The columns are numbered."
                </Notice>
            }
        })}
        {found.is_damaged.then(|| {
            view! {
                <Notice tone=Tone::Warning title="Some characters of the file are broken">
                    "They are shown as �. Save it anew as UTF-8 if they matter."
                </Notice>
            }
        })}
    }
    .into_any()
}

fn columns(sheet: &Sheet, form: FormState) -> AnyView {
    let found = &sheet.detail.found;
    let heads = vec![Column::new("In the file"), Column::new("Becomes")];
    let rows = found.header.iter().enumerate();
    let rows = rows.map(|(place, name)| column(sheet, form, place, name)).collect_view();
    let error = form.error("columns");
    view! {
        <Section title="Columns" id="columns-head" aside=|| view! { <span class="small dim">"Guessed from names and the first rows"</span> }>
            <div id="columns" tabindex="-1" class="stack stack--s">
                {move || error.get().map(|error| view! { <p class="field__error"><Icon glyph=Glyph::Warning small=true/><span>{error}</span></p> })}
                <Panel flush=true><Table caption="Columns of the file" columns=heads>{rows}</Table></Panel>
            </div>
        </Section>
    }
    .into_any()
}

fn column(sheet: &Sheet, form: FormState, place: usize, name: &str) -> AnyView {
    let detail = &sheet.detail;
    let values: Vec<_> =
        detail.found.sample.iter().filter_map(|row| row.get(place)).filter(|v| !v.is_empty()).cloned().collect();
    let field = format!("columns[{place}]");
    let guess = detail.columns.get(place).cloned().flatten().map(|field| field.word()).unwrap_or_default();
    let chosen = form.value(&field, guess);
    let options = options(sheet, name, &chosen);
    let error = form.error(&field);
    view! {
        <tr>
            <td class="wide"><b>{name.to_owned()}</b><p class="small dim breaks">{values.join(" · ")}</p></td>
            <td class="wide">
                <span class="pick">
                    <select
                        class="select"
                        id=field.clone()
                        name=field
                        aria-label=format!("What {name} becomes")
                        aria-invalid=move || error.get().map(|_| "true")
                    >
                        {options}
                    </select>
                    <Icon glyph=Glyph::Down small=true/>
                </span>
                {move || error.get().map(|error| view! { <p class="field__error"><Icon glyph=Glyph::Warning small=true/><span>{error}</span></p> })}
            </td>
        </tr>
    }
    .into_any()
}

/// What a column can become; a custom field of its own name too.
fn options(sheet: &Sheet, name: &str, chosen: &str) -> AnyView {
    let option = |value: String, label: String| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{label}</option> }
    };
    let plain = Plain::ALL.iter().map(|plain| option(plain.word().into(), plain.label().into())).collect_view();
    let consents = [Field::Marketing].into_iter().chain(Channel::ALL.iter().map(|channel| Field::Consent(*channel)));
    let consents = consents.map(|field| option(field.word(), field.label())).collect_view();
    let mut custom = sheet.custom.clone();
    let own = key_of(name);
    if !custom.iter().any(|(key, _)| *key == own) {
        custom.push((own, format!("New field: {name}")));
    }
    // One that was chosen by a program is offered as well.
    if let Some(key) = chosen.strip_prefix("custom.").filter(|key| !custom.iter().any(|(known, _)| known == key)) {
        custom.push((key.to_owned(), key.to_owned()));
    }
    let custom = custom.into_iter().map(|(key, label)| option(format!("custom.{key}"), label)).collect_view();
    view! {
        <option value="">"Do not import"</option>
        <optgroup label="Person">{plain}</optgroup>
        <optgroup label="Consent to marketing">{consents}</optgroup>
        <optgroup label="Custom fields">{custom}</optgroup>
    }
    .into_any()
}

fn legal(detail: &ImportDetail, form: FormState) -> AnyView {
    let mapping = detail.mapping.as_ref();
    let basis = form.value("basis", mapping.map(|m| m.basis.word()).unwrap_or_default());
    let wording = form.value("wording", mapping.map(|m| m.wording.clone()).unwrap_or_default());
    let before =
        mapping.map(|m| m.channels.iter().map(|channel| channel.word().to_owned()).collect()).unwrap_or_default();
    let chosen = form.values("channels[]", before);
    let choices = vec![
        Choice::new(Basis::Consent.word(), "They agreed").hint("Consent, with the wording below"),
        Choice::new(Basis::Contract.word(), "They are customers").hint("Nothing is marketed to them without consent"),
        Choice::new(Basis::LegitimateInterest.word(), "Legitimate interest")
            .hint("Nothing is marketed to them without consent"),
        Choice::new(Basis::None.word(), "None is known").hint("They are added, and get no marketing"),
    ];
    let boxes = [Channel::Email, Channel::Sms, Channel::Whatsapp, Channel::Voice, Channel::Rvm].map(|channel| {
        let (value, id) = (channel.word().to_owned(), format!("channel-{channel}"));
        let checked = chosen.contains(&value);
        view! { <CheckField label=channel.label() name="channels[]" id value checked/> }
    });
    view! {
        <Section title="Legal basis" id="legal">
            <Panel>
                <RadioCards label="On which basis are these people kept?" name="basis" choices value=basis error=form.error("basis") required=true/>
                <TextArea label="Wording that they saw" name="wording" rows=2 value=wording error=form.error("wording")
                    hint="Needed where they agreed. Kept as proof with each consent, with the file’s name and date."
                    placeholder="I would like to receive news and offers by e-mail."/>
                <fieldset id="channels" tabindex="-1">
                    <legend>"Everybody in the file agreed to"</legend>
                    <p class="field__hint">"Only where no column says who agreed; e-mail when nothing is ticked."</p>
                    <div class="cols">{boxes}</div>
                </fieldset>
            </Panel>
        </Section>
    }
    .into_any()
}

fn people(sheet: &Sheet, form: FormState) -> AnyView {
    let mapping = sheet.detail.mapping.as_ref();
    let (list, name) = list_of(mapping);
    let stem = sheet.detail.import.file.rsplit_once('.').map_or(sheet.detail.import.file.as_str(), |(stem, _)| stem);
    let name = if name.is_empty() { stem.to_owned() } else { name };
    let mut lists = vec![Choice::new("new", "The list named below"), Choice::new("none", "No list")];
    lists.extend(sheet.lists.iter().map(|(id, name)| Choice::new(id.clone(), name.clone())));
    let duplicates = form.value("duplicates", mapping.map_or(Duplicates::Update, |m| m.duplicates).word());
    let choices = vec![
        Choice::new(Duplicates::Update.word(), "Update")
            .hint("What the file has replaces what was there; empty cells change nothing"),
        Choice::new(Duplicates::Skip.word(), "Leave them").hint("They only go on the list"),
        Choice::new(Duplicates::Overwrite.word(), "Overwrite").hint("Empty cells clear what was there"),
    ];
    let countries = country::all().map(|(code, name)| Choice::new(code, name)).collect::<Vec<_>>();
    let country = mapping.and_then(|m| m.country.clone()).unwrap_or_default();
    view! {
        <Section title="People" id="people">
            <Panel>
                <div class="cols">
                    <SelectField label="They go on" name="list_id" choices=lists value=form.value("list_id", list) error=form.error("list_id")/>
                    <TextField label="Name of the list" name="list_name" value=form.value("list_name", name) error=form.error("list_name")
                        hint="Made, unless there is one of this name." autocomplete="off"/>
                </div>
                <RadioCards label="Who is known already" name="duplicates" choices value=duplicates error=form.error("duplicates")/>
                <SelectField label="Country of phone numbers without a code" name="country" choices=countries
                    none="All have their country code" value=form.value("country", country) error=form.error("country")
                    hint="In the United States 5/4 is read as May 4, elsewhere as 5 April."/>
            </Panel>
        </Section>
    }
    .into_any()
}

fn list_of(mapping: Option<&Mapping>) -> (String, String) {
    match mapping.map(|mapping| &mapping.list) {
        None => ("new".into(), String::new()),
        Some(ListChoice::None) => ("none".into(), String::new()),
        Some(ListChoice::Known(id)) => (id.to_string(), String::new()),
        Some(ListChoice::Named(name)) => ("new".into(), name.clone()),
    }
}
