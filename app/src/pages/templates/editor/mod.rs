//! The block editor: a mail put together from blocks, seen as it will look. With the script it is edited in place and
//! kept a second after each change; without it, it is a form of all blocks with buttons that post (`plain`). Both change
//! the same draft by the same rules, which are `domain::block`'s.

mod block;
mod canvas;
mod controls;
mod desk;
mod dom;
mod drag;
mod fields;
mod keep;
mod keys;
mod new;
mod palette;
mod panel;
mod plain;
mod post;
mod state;
mod toolbar;
mod typing;
mod words;

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    block::{NewBlocks, Offer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

pub(super) use new::NewBlockTemplate;

use super::panel::{PreviewPanel, Shown};
use crate::{
    address::{Done, param},
    components::{Badge, Crumb, Glyph, PageHead, Panel},
    error::Answer,
    load::load,
    session::may,
};

/// What is on the desk when the page is opened: the draft of who asks, else the newest version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// Id of the template.
    pub template: String,
    /// Its name as saved.
    pub title: String,
    /// What is being written.
    pub content: NewBlocks,
    /// The newest version.
    pub version: i32,
    /// The version that the writing began with.
    pub begun: i32,
    /// When the draft was kept; none: there is none.
    pub kept: Option<DateTime<Utc>>,
    /// What there is to put in.
    pub offer: Offer,
    /// The preview, or why there is none.
    pub shown: Answer<Shown>,
}

#[server(prefix = "/_fn", endpoint = "block-mail")]
pub async fn get_mail(template: String) -> Answer<Mail> {
    let mut tx = crate::request::begin().await?;
    let saved = engine::templates::blocks::get(&mut tx, crate::address::id(&template)?).await?;
    let draft = match may_write(&tx) {
        true => engine::templates::blocks::draft(&mut tx, saved.template.id).await?,
        false => None,
    };
    let (title, version) = (saved.template.name.clone(), saved.template.version);
    let whole = NewBlocks { name: saved.template.name, subject: saved.template.subject, blocks: saved.blocks };
    let (content, begun, kept) = match draft {
        Some(draft) => (draft.content, draft.version, Some(draft.saved_at)),
        None => (whole, version, None),
    };
    let offer = engine::templates::blocks::offer(&crate::request::engine()?, &mut tx).await?;
    let shown = post::shown(&mut tx, &content).await;
    Ok(Mail { template, title, content, version, begun, kept, offer, shown })
}

#[cfg(feature = "ssr")]
fn may_write(tx: &engine::db::Tx) -> bool {
    tx.actor.user().is_some() && tx.allow(Verb::EditTemplates).is_ok()
}

/// The page of the editor; to look at for those who may not change it.
#[component]
pub fn BlockEditor() -> impl IntoView {
    let template = param("id");
    let mail = Resource::new(move || template.get(), get_mail);
    load(mail, move |mail| {
        let newest = RwSignal::new(mail.version);
        let title = mail.title.clone();
        let badge = move || move || view! { <Badge glyph=Glyph::Note text=format!("Version {}", newest.get())/> };
        let body =
            if may(Verb::EditTemplates) { desk::whole(mail, newest) } else { preview(Signal::stored(mail.shown)) };
        view! {
            <Title text=title.clone()/>
            <PageHead title crumbs=vec![Crumb::link("Templates", "/templates")] badge>
                "Put the mail together from blocks. It is kept as a draft while you write; campaigns use saved versions."
            </PageHead>
            <div class="stack stack--m">
                <Done words=done/>
                {body}
                <Panel>
                    <details class="reference">
                        <summary>"Variables and helpers"</summary>
                        {super::reference::reference()}
                    </details>
                </Panel>
            </div>
        }
        .into_any()
    })
}

/// The mail as somebody gets it.
fn preview(shown: Signal<Answer<Shown>>) -> AnyView {
    view! { <div class="shown" id="preview"><Panel title="Preview"><PreviewPanel shown/></Panel></div> }.into_any()
}

fn done(word: &str, number: u64) -> Option<String> {
    match word {
        "made" => Some("The template is made. Campaigns can use it now".into()),
        "saved" => Some(format!("Saved as version {number}")),
        "kept" => Some("Your draft is kept".into()),
        "discarded" => Some("Your draft is discarded; this is the newest version".into()),
        _ => None,
    }
}
