//! The editor without a script, and until it has arrived: every block's fields in order, with buttons that post. What is
//! typed is kept as the draft with each of them.

use domain::block::{Block, Body, Document, Kind};
use leptos::prelude::*;

use super::{
    Mail,
    fields::{Fields, Texts},
    words::{self, Told},
};
use crate::{
    components::{Button, ErrorSummary, Look, Panel, Size, TextField},
    error::Answer,
    form::plain_form_state,
};

/// The id of the form.
pub(super) const FORM: &str = "blocks-form";

#[server(prefix = "/_fn", endpoint = "edit-blocks")]
pub async fn edit_blocks(
    template: String,
    begun: i32,
    #[server(default)] name: String,
    #[server(default)] subject: String,
    #[server(default)] act: String,
    #[server(default)] fields: std::collections::HashMap<String, String>,
) -> Answer<()> {
    let found = super::get_mail(template.clone()).await?;
    let document = domain::block::apply(&found.content.blocks, &|name: &str| fields.get(name).cloned());
    let mut content = domain::block::NewBlocks { name, subject, blocks: document };
    // Before anything else: what was typed is not lost, whatever becomes of the rest.
    server::keep(&template, &content, begun).await?;
    let mut at = None;
    if let Some(edit) = server::edit(&content.blocks, &found.offer.brand, &act) {
        let done = content.blocks.edited(&edit);
        let (next, block) = done.map_err(|unfit| crate::error::AppError::Conflict(unfit.0.into()))?;
        (content.blocks, at) = (next, Some(block));
        server::keep(&template, &content, begun).await?;
    }
    let page = format!("/templates/{template}/editor");
    match (act.as_str(), at) {
        ("save", _) => {
            let version = server::save(&template, &content).await?.to_string();
            crate::request::go(&crate::address::href(&page, &[("done", "saved"), ("n", &version)]));
        }
        (_, Some(at)) => crate::request::go(&format!("{page}#block-{at}")),
        _ => crate::request::go(&crate::address::href(&page, &[("done", "kept")])),
    }
    Ok(())
}

#[cfg(feature = "ssr")]
mod server {
    use domain::{
        block::{Document, Edit, Kind, NewBlocks, Place, Way},
        brand::Brand,
    };

    use crate::error::Answer;

    /// The edit that a button's value names: `up:3`, `add:image`, `into:3:5:0`.
    pub(super) fn edit(document: &Document, brand: &Brand, act: &str) -> Option<Edit> {
        let mut parts = act.split(':');
        let word = parts.next()?;
        if word == "add" {
            let place = Place { column: None, index: document.blocks.len() };
            return Some(Edit::Insert(place, Kind::parse(parts.next()?)?.body(brand)));
        }
        let id = parts.next()?.parse().ok()?;
        Some(match word {
            "up" => Edit::Shift(id, Way::Up),
            "down" => Edit::Shift(id, Way::Down),
            "duplicate" => Edit::Duplicate(id),
            "delete" => Edit::Delete(id),
            "into" => {
                let column = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                Edit::Move(id, Place { column: Some(column), index: usize::MAX })
            }
            _ => return None,
        })
    }

    pub(super) async fn keep(template: &str, content: &NewBlocks, begun: i32) -> Answer<()> {
        let mut tx = crate::request::begin().await?;
        engine::templates::blocks::keep_draft(&mut tx, crate::address::id(template)?, content, begun).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn save(template: &str, content: &NewBlocks) -> Answer<i32> {
        let mut tx = crate::request::begin().await?;
        let saved = engine::templates::blocks::save(&mut tx, crate::address::id(template)?, content).await?;
        tx.commit().await?;
        Ok(saved.template.version)
    }
}

/// The form. What came back refused is marked at its fields.
pub(super) fn form(mail: &Mail) -> AnyView {
    let document = &mail.content.blocks;
    let state = plain_form_state("/edit-blocks");
    let told = state.refused().map(|errors| words::told(&errors, document)).unwrap_or_default();
    let lines = match told.is_empty() {
        true => state.summary(),
        false => Signal::stored(words::lines(&told, document)),
    };
    let blocks = document.blocks.iter().map(|block| one(block, document, &told)).collect_view();
    let footer = Fields::footer(&document.footer, &told);
    view! {
        <form method="post" action="/_fn/edit-blocks" id=FORM class="stack stack--m">
            <input type="hidden" name="template" value=mail.template.clone()/>
            <input type="hidden" name="begun" value=mail.begun/>
            // What the Enter key presses.
            <button class="sr" name="act" value="keep" tabindex="-1" aria-hidden="true">"Keep as a draft"</button>
            <ErrorSummary errors=lines/>
            {whole(mail, &told)}
            {blocks}
            <div id="block-0"><Panel title="Footer">{footer}</Panel></div>
            {add()}
            <div class="row">
                <Button look=Look::Primary name="act" value="save">"Save as a new version"</Button>
                <Button name="act" value="keep">"Keep as a draft"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn whole(mail: &Mail, told: &[Told]) -> AnyView {
    let of = |field: &str| {
        let error = told.iter().find(|told| told.block.is_none() && told.field == field);
        Signal::stored(error.map(|told| told.message.clone()))
    };
    let (wrong_name, wrong_subject) = (of("name"), of("subject"));
    let (name, subject) = (mail.content.name.clone(), mail.content.subject.clone());
    let settings = Fields::of_settings(told).settings(&mail.content.blocks.settings);
    view! {
        <Panel title="Mail">
            <TextField label="Name" name="name" id="name-field" value=name autocomplete="off" error=wrong_name/>
            <TextField label="Subject" name="subject" id="subject-field" value=subject autocomplete="off" error=wrong_subject/>
            {settings}
        </Panel>
    }
    .into_any()
}

fn add() -> AnyView {
    let one = |kind: &'static Kind| {
        view! { <Button size=Size::Small name="act" value=format!("add:{}", kind.word())>{kind.label()}</Button> }
            .into_any()
    };
    let buttons = Kind::ALL.iter().map(one).collect_view();
    view! { <Panel title="Add a block at the end"><div class="row">{buttons}</div></Panel> }.into_any()
}

fn one(block: &Block, document: &Document, told: &[Told]) -> AnyView {
    let fields = Fields::of_block(block.id, told).body(&block.body, Texts::Plain);
    let inside = match &block.body {
        Body::Columns(columns) => {
            let column = |(i, blocks): (usize, &Vec<Block>)| {
                let blocks = blocks.iter().map(|block| one(block, document, told)).collect_view();
                view! { <fieldset class="fieldset"><legend>{format!("Column {}", i + 1)}</legend> {blocks}</fieldset> }
                    .into_any()
            };
            columns.columns.iter().enumerate().map(column).collect_view().into_any()
        }
        _ => ().into_any(),
    };
    let buttons = buttons(block, document);
    view! {
        <div id=format!("block-{}", block.id)>
            <Panel title=block.label()>{fields} {inside} <div class="row">{buttons}</div></Panel>
        </div>
    }
    .into_any()
}

fn buttons(block: &Block, document: &Document) -> AnyView {
    let (id, label) = (block.id, block.label());
    let act = |(word, words): (&str, &'static str)| {
        let about = format!(" {label}");
        view! { <Button size=Size::Small name="act" value=format!("{word}:{id}")>{words}<span class="sr">{about}</span></Button> }
            .into_any()
    };
    let acts = [("up", "Move up"), ("down", "Move down"), ("duplicate", "Duplicate"), ("delete", "Delete")].map(act);
    view! { {acts.into_iter().collect_view()} {columns_for(block, document)} }.into_any()
}

/// Buttons that take a block into a column.
fn columns_for(block: &Block, document: &Document) -> AnyView {
    let id = block.id;
    let here = document.place_of(id).ok().and_then(|place| place.column);
    document
        .columns_for(id)
        .into_iter()
        .filter(|(column, _)| Some(*column) != here)
        .map(|((columns, i), words)| {
            let value = format!("into:{id}:{columns}:{i}");
            view! { <Button size=Size::Small look=Look::Quiet name="act" value>{format!("To {words}")}</Button> }
                .into_any()
        })
        .collect_view()
        .into_any()
}
