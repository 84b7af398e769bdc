//! The people behind a number of the funnel, each with the reason why they would not get it.

use domain::{
    campaign::{Campaign, Estimate, Reached, Stage},
    message::SkipReason,
    page::Page,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{funnel::title, words};
use crate::{
    address::{href, param, query},
    components::{
        Badge, Column, Crumb, EmptyState, FilterChips, Glyph, Link, LinkButton, Notice, PageHead, Panel, Table, Tone,
    },
    error::Answer,
    load::load,
    paging::{Place, Rows},
};

/// A page of them, with the funnel they are of.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct People {
    campaign: Campaign,
    /// On the first page alone: it is counted through the whole audience.
    reach: Option<Estimate>,
    page: Page<Reached>,
}

#[server(prefix = "/_fn", endpoint = "campaign-audience")]
pub async fn get_audience(
    campaign: String,
    #[server(default)] stage: String,
    #[server(default)] reason: String,
    #[server(default)] detail: String,
    #[server(default)] cursor: String,
) -> Answer<People> {
    use domain::{campaign::ReachQuery, page::PageQuery};
    let is_first = cursor.is_empty();
    let page = PageQuery { cursor: Some(cursor), limit: Some(crate::paging::ROWS as u32), ..Default::default() };
    let query = ReachQuery { page, stage, reason, detail };
    let mut tx = crate::request::begin().await?;
    let id = crate::address::id(&campaign)?;
    let page = engine::campaigns::people(&mut tx, id, &query).await?;
    let reach = match is_first {
        true => Some(engine::campaigns::estimate(&mut tx, id).await?),
        false => None,
    };
    Ok(People { campaign: engine::campaigns::brief(&mut tx, id).await?, reach, page })
}

/// What the address asks for.
#[derive(Clone, PartialEq, Debug)]
struct Asked {
    stage: String,
    reason: String,
    detail: String,
    place: Place,
}

impl Asked {
    fn kept(&self) -> [(&'static str, &str); 3] {
        [("stage", &self.stage), ("reason", &self.reason), ("detail", &self.detail)]
    }
}

/// The page.
#[component]
pub fn Audience() -> impl IntoView {
    let (campaign, place) = (param("id"), Place::here());
    let (stage, reason, detail) = (query("stage"), query("reason"), query("detail"));
    let asked = Memo::new(move |_| Asked {
        stage: stage.get(),
        reason: reason.get(),
        detail: detail.get(),
        place: place.get(),
    });
    let people = Resource::new(
        move || (campaign.get(), asked.get()),
        |(campaign, asked)| get_audience(campaign, asked.stage, asked.reason, asked.detail, asked.place.cursor),
    );
    load(people, move |people| page(people, asked.get_untracked()))
}

fn page(people: People, asked: Asked) -> AnyView {
    let People { campaign, reach, page } = people;
    let own = words::path_of(campaign.id);
    let path = format!("{own}/audience");
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::link(campaign.code.clone(), own.clone())];
    let badge = {
        let campaign = campaign.clone();
        move || words::badge(&campaign)
    };
    let started = campaign.run_id.is_some().then(|| begun(&own));
    view! {
        <Title text=format!("Audience, {}", campaign.name)/>
        <PageHead title=campaign.name crumbs badge>"Whom it would reach as things stand, and whom not, each with the reason."</PageHead>
        <div class="stack stack--m">
            {started}
            {filters(&path, &asked, reach.as_ref())}
            {match page.data.is_empty() {
                true => nobody(&own),
                false => table(page, &asked, path),
            }}
        </div>
    }
    .into_any()
}

/// Of one that was started, who got it stands elsewhere.
fn begun(own: &str) -> AnyView {
    let href = format!("{own}/recipients");
    let action = move || view! { <LinkButton href>"Recipients"</LinkButton> };
    view! {
        <Notice title="This campaign was started" action>
            "Here stands whom it would reach if it were sent once more. Who got it stands under Recipients."
        </Notice>
    }
    .into_any()
}

fn filters(path: &str, asked: &Asked, reach: Option<&Estimate>) -> AnyView {
    let step = |stage: &Stage| {
        let link = Link::new(title(*stage), href(path, &[("stage", stage.word())]));
        match reach {
            Some(reach) => link.count(words::people(reach.at(*stage))),
            None => link,
        }
    };
    let lost = |reason: SkipReason, detail: &str| href(path, &[("reason", reason.word()), ("detail", detail)]);
    let losses = reach.iter().flat_map(|reach| &reach.losses).map(|loss| {
        Link::new(loss.text.clone(), lost(loss.reason, &loss.detail))
            .glyph(Glyph::Skip)
            .count(words::people(loss.count))
    });
    let current = match (asked.stage.as_str(), asked.reason.as_str()) {
        ("", "") => href(path, &[("stage", Stage::Matched.word())]),
        _ => href(path, &asked.kept()),
    };
    let links = Stage::ALL.iter().map(step).collect();
    let losses: Vec<_> = losses.collect();
    let others =
        (!losses.is_empty()).then(|| view! { <FilterChips label="Left out" links=losses current=current.clone()/> });
    view! {
        <FilterChips label="Step" links current/>
        {others}
    }
    .into_any()
}

fn table(page: Page<Reached>, asked: &Asked, path: String) -> AnyView {
    let rows = Rows::from(&page);
    let (place, asked) = (asked.place.clone(), asked.clone());
    let foot = move || place.pager(&path, &asked.kept(), &rows, None, "");
    let columns = vec![Column::new("Name"), Column::new("Address"), Column::new("Would get it")];
    view! {
        <Panel flush=true foot>
            <Table caption="People of the audience" columns>{page.data.into_iter().map(row).collect_view()}</Table>
        </Panel>
    }
    .into_any()
}

fn row(person: Reached) -> AnyView {
    let verdict = match person.text {
        None => view! { <Badge tone=Tone::Success text="Yes"/> }.into_any(),
        Some(why) => view! { <Badge glyph=Glyph::Skip text="No"/> <small>{why}</small> }.into_any(),
    };
    let label = if person.label.is_empty() { "Without a name".to_owned() } else { person.label };
    view! {
        <tr>
            <td class="wide"><a class="name" href=format!("/contacts/{}", person.contact_id)>{label}</a></td>
            <td data-label="Address">{person.address.unwrap_or_else(|| "None".into())}</td>
            <td class="wide">{verdict}</td>
        </tr>
    }
    .into_any()
}

fn nobody(own: &str) -> AnyView {
    let href = own.to_owned();
    let action = move || view! { <LinkButton href>"Back to the campaign"</LinkButton> };
    view! {
        <Panel>
            <EmptyState glyph=Glyph::People title="Nobody here" text="Nobody of this audience is at this step, or left out for this reason." action/>
        </Panel>
    }
    .into_any()
}
