//! The step that says for whom: lists in and lists out, read back as a sentence, and below whom that reaches.

use domain::{campaign::Estimate, id::CampaignId, list::List};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::Draft;
use crate::{
    components::{CheckCard, Glyph, Icon, LinkButton, Notice, Panel, Section, Size, format::plural},
    form::FormState,
    pages::campaigns::{funnel::funnel, words},
};

#[cfg(feature = "ssr")]
use crate::error::Answer;

/// Whom a draft reaches, and by which lists.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reach {
    estimate: Estimate,
    include: Vec<String>,
    exclude: Vec<String>,
}

/// Whom a draft reaches as it is saved.
#[cfg(feature = "ssr")]
pub(super) async fn reach_of(tx: &mut engine::db::Tx, detail: &domain::campaign::CampaignDetail) -> Answer<Reach> {
    let (include, exclude) = detail.list_names.clone();
    Ok(Reach { estimate: engine::campaigns::estimate(tx, detail.campaign.id).await?, include, exclude })
}

/// Its fields.
pub(super) fn fields(form: FormState, draft: &Draft, lists: &[List]) -> AnyView {
    let include = list_cards("Include people on any of", "include[]", "include", &draft.include, lists, form);
    let exclude = list_cards("Leave out people on any of", "exclude[]", "exclude", &draft.exclude, lists, form);
    view! {
        <Section title="Who should get it?" id="audience">
            <p class="muted">"People on any of the included lists and on none of those left out. Who is on them counts when it
                is sent: who joins until then is in, and who leaves is out."</p>
        </Section>
        {lists.is_empty().then(no_lists)}
        <div class="cols cols--pair">
            <Panel>{include}</Panel>
            <Panel>{exclude}</Panel>
        </div>
    }
    .into_any()
}

/// The funnel of what is saved.
pub(super) fn shown(id: CampaignId, reach: Reach) -> AnyView {
    let Reach { estimate, include, exclude } = reach;
    if include.is_empty() {
        return view! {
            <Notice glyph=Glyph::People title="Nobody yet">"Tick a list, and you see here whom it reaches."</Notice>
        }
        .into_any();
    }
    let without = match exclude.is_empty() {
        true => String::new(),
        false => format!(", but not those on {}", any_of(&exclude)),
    };
    view! {
        <Notice title=format!("People on {}{without}.", any_of(&include))/>
        <Section title="Who can be reached" id="reach">{funnel(words::path_of(id), &estimate)}</Section>
    }
    .into_any()
}

/// "Newsletter, VIP or Friends".
fn any_of(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

fn no_lists() -> AnyView {
    let action = || view! { <LinkButton href="/lists" size=Size::Small>"Make a list"</LinkButton> };
    view! { <Notice title="There is no list yet" action>"The draft is saved: you can choose lists later."</Notice> }
        .into_any()
}

/// Cards of all lists, each with how many people are on it.
fn list_cards(
    legend: &'static str,
    name: &'static str,
    id: &'static str,
    chosen: &[String],
    lists: &[List],
    form: FormState,
) -> AnyView {
    let chosen = form.values(name, chosen.to_vec());
    let cards = lists
        .iter()
        .map(|list| {
            let id = list.id.to_string();
            let checked = chosen.contains(&id);
            let hint = plural(words::people(list.active), "person", "people");
            view! { <CheckCard label=list.name.clone() name value=id checked hint/> }
        })
        .collect_view();
    let error = form.error(name);
    let wrong = move || {
        error.get().map(|error| {
            view! { <p class="field__error"><Icon glyph=Glyph::Warning small=true/><span>{error}</span></p> }
        })
    };
    view! {
        <fieldset class="field" id=id tabindex="-1">
            <legend>{legend}</legend>
            <div class="cards">{cards}</div>
            {wrong}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::any_of;

    #[test]
    fn lists_read_as_a_sentence() {
        let names = ["Newsletter", "VIP", "Friends"].map(str::to_owned);
        assert_eq!(any_of(&names), "Newsletter, VIP or Friends");
        assert_eq!((any_of(&names[..1]), any_of(&[])), ("Newsletter".to_owned(), String::new()));
    }
}
