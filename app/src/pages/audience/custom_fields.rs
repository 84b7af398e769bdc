//! Custom fields: which there are, and a form for a new one.

use domain::{
    access::Verb,
    custom_field::{CustomField, FieldKind},
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    address::Done,
    ask::Ask,
    components::{
        Button, Choice, Column, Crumb, EmptyState, ErrorSummary, Glyph, Look, PageHead, Panel, SelectField, Size,
        Table, TextField,
    },
    error::Answer,
    form::{FormState, form_state},
    load::load,
    reset::emptied_after,
    session::may,
    when::{Day, note},
};

#[server(prefix = "/_fn", endpoint = "custom-fields")]
pub async fn get_fields() -> Answer<Vec<CustomField>> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::audience::fields(&mut tx).await?)
}

#[server(prefix = "/_fn", endpoint = "add-custom-field")]
pub async fn add_field(label: String, #[server(default)] key: String, #[server(default)] kind: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::audience::create_field(&mut tx, &domain::custom_field::NewCustomField { key, label, kind }).await?;
    tx.commit().await?;
    crate::request::go("/settings/custom-fields?done=added");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "rename-custom-field")]
pub async fn rename_field(key: String, label: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::audience::rename_field(&mut tx, &key, &domain::custom_field::CustomFieldChange { label }).await?;
    tx.commit().await?;
    crate::request::go("/settings/custom-fields?done=renamed");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "delete-custom-field")]
pub async fn delete_field(key: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let emptied = engine::audience::delete_field(&mut tx, &key).await?;
    tx.commit().await?;
    crate::request::go(&format!("/settings/custom-fields?done=deleted&n={emptied}"));
    Ok(())
}

/// What can be done with a field.
#[derive(Clone, Copy)]
struct Actions {
    rename: ServerAction<RenameField>,
    delete: ServerAction<DeleteField>,
}

/// The page.
#[component]
pub fn CustomFields() -> impl IntoView {
    let add = ServerAction::<AddField>::new();
    let actions = Actions { rename: ServerAction::new(), delete: ServerAction::new() };
    let forms = (form_state(actions.rename), form_state(actions.delete));
    let changed = move || add.version().get() + actions.rename.version().get() + actions.delete.version().get();
    let found = Resource::new(changed, |_| get_fields());
    view! {
        <Title text="Custom fields"/>
        <PageHead title="Custom fields" crumbs=vec![Crumb::link("Settings", "/settings")]>
            "What you know about your contacts beyond the usual. Imports and programs add what they bring by themselves."
        </PageHead>
        <div class="stack">
            <Done words=done/>
            <ErrorSummary errors=forms.0.summary() title="Not renamed"/>
            <ErrorSummary errors=forms.1.summary() title="Not deleted"/>
            {load(found, move |fields| all(fields, actions))}
            {may(Verb::EditContacts).then(|| new(add, form_state(add)))}
        </div>
    }
}

fn done(word: &str, number: u64) -> Option<String> {
    match word {
        "added" => Some("The field is added".into()),
        "renamed" => Some("Renamed".into()),
        "deleted" => {
            let whose = crate::components::format::plural(number, "contact", "contacts");
            Some(format!("The field is deleted, with its values of {whose}"))
        }
        _ => None,
    }
}

fn all(fields: Vec<CustomField>, actions: Actions) -> AnyView {
    if fields.is_empty() {
        return view! {
            <Panel>
                <EmptyState title="No custom fields yet" glyph=Glyph::Pencil
                    text="Add one below, or bring them with an import: each column that is new can become a field."/>
            </Panel>
        }
        .into_any();
    }
    let columns = vec![
        Column::new("Field"),
        Column::new("In templates"),
        Column::new("Kind"),
        Column::new("Since"),
        Column::unseen("Actions"),
    ];
    let rows = fields.into_iter().map(|field| row(field, actions)).collect_view();
    view! { <Panel flush=true foot=note><Table caption="Custom fields" columns>{rows}</Table></Panel> }.into_any()
}

fn row(field: CustomField, actions: Actions) -> AnyView {
    let (label, key) = (field.label.clone(), field.key.clone());
    let ways = may(Verb::EditContacts).then(|| ways(&field, actions));
    view! {
        <tr>
            <td class="wide b">{label}</td>
            <td class="wide" data-label="In templates"><code>{format!("{{{{custom.{key}}}}}")}</code></td>
            <td data-label="Kind">{kind(field.kind)}</td>
            <td data-label="Since"><span class="one-line"><Day at=field.created_at/></span></td>
            <td class="wide"><div class="row">{ways}</div></td>
        </tr>
    }
    .into_any()
}

fn ways(field: &CustomField, Actions { rename, delete }: Actions) -> AnyView {
    let (label, key) = (field.label.clone(), field.key.clone());
    let (about, key_too, id) = (label.clone(), key.clone(), format!("label-{key}"));
    view! {
        <Ask question="Rename…" about=label.clone()>
            <ActionForm action=rename>
                <div class="stack stack--s">
                    <input type="hidden" name="key" value=key/>
                    <TextField label="What people call it" name="label" id value=label required=true autocomplete="off"/>
                    <div><Button size=Size::Small busy=rename.pending()>"Rename"</Button></div>
                </div>
            </ActionForm>
        </Ask>
        <Ask question="Delete…" about>
            <p>"Its values go from all contacts, and templates that name it cannot be saved until they do not."</p>
            <ActionForm action=delete>
                <input type="hidden" name="key" value=key_too/>
                <Button look=Look::Danger busy=delete.pending()>"Delete with its values"</Button>
            </ActionForm>
        </Ask>
    }
    .into_any()
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "Text",
        FieldKind::Number => "Number",
        FieldKind::Date => "Date",
        FieldKind::Boolean => "Yes or no",
    }
}

fn new(action: ServerAction<AddField>, form: FormState) -> AnyView {
    let kinds = FieldKind::ALL.iter().map(|one| Choice::new(one.word(), kind(*one))).collect();
    view! {
        <Panel title="New field">
            <ActionForm action node_ref=emptied_after(action)>
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="Not added"/>
                    <div class="cols">
                        <TextField label="What people call it" name="label" value=form.value("label", "")
                            error=form.error("label") required=true placeholder="Lifetime value" autocomplete="off"/>
                        <SelectField label="Kind" name="kind" choices=kinds value=form.value("kind", "text")
                            error=form.error("kind")/>
                        <TextField label="Name in templates and files" name="key" value=form.value("key", "")
                            error=form.error("key") optional=true hint="Made from the above when left empty: lifetime_value."
                            autocomplete="off"/>
                    </div>
                    <div><Button look=Look::Primary busy=action.pending()>"Add field"</Button></div>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}
