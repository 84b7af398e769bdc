//! The versions of a template: who saved which and when, how each looks, and the way back to it.

use domain::{
    access::Verb,
    template::{Template, TemplateVersion},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    acts::{RestoreVersion, post, refusals},
    panel::{PreviewPanel, Shown},
};
use crate::{
    address::{param, query},
    components::{Button, Column, Crumb, ErrorSummary, PageHead, Panel, Size, Table, format::count},
    error::Answer,
    load::load,
    session::may,
    when::{Moment, note},
};

/// All versions, and one of them as it looks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct History {
    template: Template,
    versions: Vec<TemplateVersion>,
    number: i32,
    shown: Answer<Shown>,
}

#[server(prefix = "/_fn", endpoint = "template-versions")]
pub async fn get_versions(template: String, version: String) -> Answer<History> {
    let id = crate::address::id(&template)?;
    let mut tx = crate::request::begin().await?;
    let versions = engine::templates::versions(&mut tx, id).await?;
    let newest = engine::templates::get(&mut tx, id).await?;
    let number = if version.is_empty() { newest.template.version } else { crate::address::id(&version)? };
    let old = engine::templates::version(&mut tx, id, number).await?;
    let shown = super::panel::shown(&mut tx, &domain::template::TemplateChange::default().onto(&old), "").await;
    Ok(History { template: newest.template, versions, number, shown })
}

/// The page.
#[component]
pub fn Versions() -> impl IntoView {
    let (template, version) = (param("id"), query("version"));
    let get = |(template, version)| get_versions(template, version);
    let history = Resource::new(move || (template.get(), version.get()), get);
    load(history, page)
}

fn page(history: History) -> AnyView {
    let History { template, versions, number, shown } = history;
    let path = format!("/templates/{}", template.id);
    let crumbs = vec![Crumb::link("Templates", "/templates"), Crumb::link(template.name.clone(), path)];
    let columns = vec![
        Column::new("Version"),
        Column::new("Saved"),
        Column::new("By"),
        Column::number("Size"),
        Column::unseen("Actions"),
    ];
    let rows = versions.into_iter().map(|version| row(&template, version, number)).collect_view();
    view! {
        <Title text=format!("Versions of {}", template.name)/>
        <PageHead title="Versions" crumbs>"Nothing that was saved is lost. An old version comes back as a new one."</PageHead>
        <div class="stack stack--m">
            <ErrorSummary errors=refusals() title="This was not done"/>
            <div class="editor">
                <Panel flush=true foot=note>
                    <Table caption="Versions, newest first" columns>{rows}</Table>
                </Panel>
                <div class="shown">
                    <Panel title=format!("Version {number}")><PreviewPanel shown=Signal::stored(shown)/></Panel>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn row(template: &Template, version: TemplateVersion, shown: i32) -> AnyView {
    let number = version.version;
    let id = template.id.to_string();
    let look = format!("/templates/{id}/versions?version={number}");
    let restore = (may(Verb::EditTemplates) && number != template.version).then(|| {
        let button = view! {
            <Button size=Size::Small>"Restore" <span class="sr">{format!(" version {number}")}</span></Button>
        };
        post::<RestoreVersion>(&id, Some(("version", number.to_string())), button.into_any())
    });
    let size = u64::try_from(version.size).unwrap_or_default();
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=look aria-current=(number == shown).then_some("true")>{format!("Version {number}")}</a>
                <p class="small dim">{version.subject} ", " {version.format.label()}</p>
            </td>
            <td data-label="Saved"><span class="one-line"><Moment at=version.created_at/></span></td>
            <td data-label="By">{version.created_by.unwrap_or_else(|| "A program".into())}</td>
            <td class="r" data-label="Size"><span class="one-line">{format!("{} kB", count(size.div_ceil(1000)))}</span></td>
            <td>{restore}</td>
        </tr>
    }
    .into_any()
}
