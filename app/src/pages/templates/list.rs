//! Templates: all of them, last saved first, narrowed by what they are for and by words.

use domain::{
    access::Verb,
    template::{Category, Template},
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    address::{href, query},
    components::{
        Badge, Button, Column, EmptyState, FilterChips, Glyph, Link, LinkButton, Look, PageHead, Panel, SearchField,
        Table, format::count,
    },
    error::Answer,
    load::load,
    session::may,
    when::{Moment, note},
};

#[server(prefix = "/_fn", endpoint = "templates")]
pub async fn get_templates(
    #[server(default)] category: String,
    #[server(default)] active: String,
    #[server(default)] search: String,
) -> Answer<Vec<Template>> {
    let mut tx = crate::request::begin().await?;
    // An address that somebody changed by hand shows everything rather than nothing.
    let category = Category::from_word(&category).map(|known| known.word().to_owned()).unwrap_or_default();
    let active = if active == "false" { "false" } else { "true" }.to_owned();
    let filter = domain::template::TemplateFilter { category, active, search, ..Default::default() };
    Ok(engine::templates::find(&mut tx, &filter).await?)
}

/// All templates.
#[component]
pub fn Templates() -> impl IntoView {
    let (category, active, search) = (query("category"), query("active"), query("q"));
    let asked = move || (category.get(), active.get(), search.get());
    let templates = Resource::new(asked, |(category, active, search)| get_templates(category, active, search));
    let new = || {
        may(Verb::EditTemplates)
            .then(|| view! { <LinkButton href="/templates/new" look=Look::Primary glyph=Glyph::Plus>"New template"</LinkButton> })
    };
    let narrowed = move || {
        let (category, active, search) = (category.get_untracked(), active.get_untracked(), search.get_untracked());
        !category.is_empty() || !active.is_empty() || !search.is_empty()
    };
    view! {
        <Title text="Templates"/>
        <PageHead title="Templates" actions=new>"What is said, with places for what differs from person to person."</PageHead>
        <div class="stack stack--m">
            {filters(category, active, search)}
            {load(templates, move |templates| all(templates, narrowed()))}
        </div>
    }
}

fn filters(category: Memo<String>, active: Memo<String>, search: Memo<String>) -> AnyView {
    let to = |category: &str, active: &str| href("/templates", &[("category", category), ("active", active)]);
    let mut links = vec![Link::new("All", to("", ""))];
    links.extend(Category::ALL.iter().map(|category| Link::new(category.label(), to(category.word(), ""))));
    links.push(Link::new("Archived", to("", "false")));
    let current = Signal::derive(move || to(&category.get(), &active.get()));
    view! {
        <FilterChips label="Kind" links current/>
        <form action="/templates" method="get">
            <input type="hidden" name="category" value=move || category.get()/>
            <input type="hidden" name="active" value=move || active.get()/>
            <div class="row">
                <SearchField label="Search templates" value=search.get_untracked() placeholder="Name or subject"/>
                <Button>"Search"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn all(templates: Vec<Template>, narrowed: bool) -> AnyView {
    if templates.is_empty() {
        return if narrowed { nothing_found() } else { none() };
    }
    let columns = vec![
        Column::new("Template"),
        Column::new("Kind"),
        Column::new("Written as"),
        Column::number("Used"),
        Column::number("Version"),
        Column::new("Saved"),
    ];
    let rows = templates.into_iter().map(row).collect_view();
    view! {
        <Panel flush=true foot=note>
            <Table caption="Templates, last saved first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(template: Template) -> AnyView {
    let archived = (!template.active).then(|| view! { " " <Badge glyph=Glyph::Minus text="Archived"/> });
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/templates/{}", template.id)>{template.name}</a>
                {archived}
                <p class="small dim">{template.subject}</p>
            </td>
            <td data-label="Kind">{template.category.label()}</td>
            <td data-label="Written as">{template.format.label()}</td>
            <td class="r" data-label="Used">{times(template.used)}</td>
            <td class="r" data-label="Version">{template.version}</td>
            <td data-label="Saved"><span class="one-line"><Moment at=template.updated_at/></span></td>
        </tr>
    }
    .into_any()
}

/// How many campaigns were started with it.
pub(super) fn times(used: i64) -> String {
    match used {
        0 => "Never".into(),
        1 => "Once".into(),
        used => format!("{} times", count(used.unsigned_abs())),
    }
}

fn nothing_found() -> AnyView {
    let back = || view! { <LinkButton href="/templates">"Show all templates"</LinkButton> };
    view! {
        <Panel>
            <EmptyState title="No such template" text="Nothing here is of this kind or has these words in its name or subject."
                glyph=Glyph::Search action=back/>
        </Panel>
    }
    .into_any()
}

fn none() -> AnyView {
    let first = || {
        may(Verb::EditTemplates).then(|| {
            view! {
                <LinkButton href="/templates/new" look=Look::Primary glyph=Glyph::Plus>"Make the first template"</LinkButton>
            }
        })
    };
    view! {
        <Panel>
            <EmptyState
                title="No templates yet"
                text="A template is an e-mail with places such as {{first_name}}. Begin with one that is ready, or write your own; \
                      each save makes a version, and what is being sent keeps the one it began with."
                glyph=Glyph::Template
                action=first
            />
        </Panel>
    }
    .into_any()
}
