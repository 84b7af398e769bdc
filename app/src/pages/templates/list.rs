//! Templates: all of them, last saved first.

use domain::{access::Verb, template::Template};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{Column, EmptyState, Glyph, LinkButton, Look, PageHead, Panel, Table},
    error::Answer,
    load::load,
    session::may,
    when::{Moment, note},
};

#[server(prefix = "/_fn", endpoint = "templates")]
pub async fn get_templates() -> Answer<Vec<Template>> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::templates::list(&mut tx).await?)
}

/// All templates.
#[component]
pub fn Templates() -> impl IntoView {
    let templates = Resource::new(|| (), |()| get_templates());
    let new = || {
        may(Verb::EditTemplates).then(|| {
            view! {
                <LinkButton href="/templates/new/blocks" glyph=Glyph::Plus>"New from blocks"</LinkButton>
                <LinkButton href="/templates/new" look=Look::Primary glyph=Glyph::Plus>"New template"</LinkButton>
            }
        })
    };
    view! {
        <Title text="Templates"/>
        <PageHead title="Templates" actions=new>"What is said, with places for what differs from person to person."</PageHead>
        {load(templates, all)}
    }
}

fn all(templates: Vec<Template>) -> AnyView {
    if templates.is_empty() {
        return none();
    }
    let columns =
        vec![Column::new("Template"), Column::new("Channel"), Column::number("Version"), Column::new("Saved")];
    let rows = templates.into_iter().map(row).collect_view();
    view! {
        <Panel flush=true foot=note>
            <Table caption="Templates, last saved first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(template: Template) -> AnyView {
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/templates/{}", template.id)>{template.name}</a>
                <p class="small dim">{template.subject}</p>
            </td>
            <td data-label="Channel">{template.channel.label()}</td>
            <td class="r" data-label="Version">{template.version}</td>
            <td data-label="Saved"><span class="one-line"><Moment at=template.updated_at/></span></td>
        </tr>
    }
    .into_any()
}

fn none() -> AnyView {
    let first = || {
        may(Verb::EditTemplates).then(|| {
            view! {
                <LinkButton href="/templates/new" look=Look::Primary glyph=Glyph::Plus>"Write the first template"</LinkButton>
            }
        })
    };
    view! {
        <Panel>
            <EmptyState
                title="No templates yet"
                text="A template is an e-mail with places such as {{first_name}}. Write it once and send it with many campaigns; \
                      each save makes a version, and what is being sent keeps the one it began with."
                glyph=Glyph::Template
                action=first
            />
        </Panel>
    }
    .into_any()
}
