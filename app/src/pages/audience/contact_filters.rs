//! What contacts are looked for by: the search, and what must be true of them.

use domain::{list::List, stage::Stage};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::{Button, CheckField, Choice, LinkButton, Look, SearchField, SelectField, TextField};

/// The filters, as the address has them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// What is searched for.
    pub q: String,
    pub(super) anywhere: String,
    pub(super) tag: String,
    pub(super) stage: String,
    pub(super) consent: String,
    pub(super) suppressed: String,
    pub(super) test: String,
    pub(super) list: String,
}

impl Filters {
    /// Those of the page's address.
    pub(super) fn here() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| {
                let value = |name| query.get(name).unwrap_or_default();
                Self {
                    q: value("q"),
                    anywhere: value("anywhere"),
                    tag: value("tag"),
                    stage: value("stage"),
                    consent: value("consent"),
                    suppressed: value("suppressed"),
                    test: value("test"),
                    list: value("list"),
                }
            })
        })
    }

    /// As the values of an address.
    pub(super) fn kept(&self) -> Vec<(&'static str, String)> {
        let all = self.clone();
        vec![
            ("q", all.q),
            ("anywhere", all.anywhere),
            ("tag", all.tag),
            ("stage", all.stage),
            ("consent", all.consent),
            ("suppressed", all.suppressed),
            ("test", all.test),
            ("list", all.list),
        ]
    }

    /// As the engine is asked.
    #[cfg(feature = "ssr")]
    pub(super) fn query(self, cursor: String) -> domain::contact::ContactQuery {
        use domain::{contact::ContactQuery, page::PageQuery};
        ContactQuery {
            page: PageQuery { cursor: Some(cursor), search: Some(self.q), ..Default::default() },
            how: if self.anywhere.is_empty() { String::new() } else { "anywhere".into() },
            tag: self.tag,
            stage: self.stage,
            consent: self.consent,
            suppressed: self.suppressed,
            test: self.test,
            list: self.list,
        }
    }

    fn has_more(&self) -> bool {
        Self { q: String::new(), ..self.clone() } != Self::default()
    }
}

/// The search, and below it what else must be true.
pub(super) fn filters(asked: &Filters, stages: &[Stage], lists: &[List]) -> AnyView {
    let (open, any) = (asked.has_more(), *asked != Filters::default());
    let clear =
        any.then(|| view! { <LinkButton href="/contacts" look=Look::Quiet attr:rel="external">"Clear"</LinkButton> });
    view! {
        <form action="/contacts" method="get">
            <div class="stack stack--s">
                <div class="row">
                    <SearchField label="Search people" value=asked.q.clone() placeholder="E-mail, phone or name"/>
                    <Button>"Search"</Button>
                    {clear}
                </div>
                <details class="filters" open=open>
                    <summary>"Filters"</summary>
                    <div class="filters__body stack stack--m">
                        {choices(asked, stages, lists)}
                        <div><Button>"Show those"</Button></div>
                    </div>
                </details>
            </div>
        </form>
    }
    .into_any()
}

fn choices(asked: &Filters, stages: &[Stage], lists: &[List]) -> AnyView {
    let yes_no = || vec![Choice::new("true", "Yes"), Choice::new("false", "No")];
    let consent = vec![
        Choice::new("granted", "Agreed"),
        Choice::new("withdrawn", "Withdrew"),
        Choice::new("none", "Never asked"),
    ];
    let stages = stages.iter().map(|stage| Choice::new(stage.key.clone(), stage.name.clone())).collect::<Vec<_>>();
    let lists = lists.iter().map(|list| Choice::new(list.id.to_string(), list.name.clone())).collect::<Vec<_>>();
    view! {
        <div class="cols">
            <TextField label="Tag" name="tag" value=asked.tag.clone() autocomplete="off"/>
            <SelectField label="Stage" name="stage" choices=stages none="Any" value=asked.stage.clone()/>
            <SelectField label="Marketing by e-mail" name="consent" choices=consent none="Any" value=asked.consent.clone()/>
            <SelectField label="Address suppressed" name="suppressed" choices=yes_no() none="Any" value=asked.suppressed.clone()/>
            <SelectField label="On the list" name="list" choices=lists none="Any" value=asked.list.clone()/>
            <SelectField label="Test contacts" name="test" choices=yes_no() none="Any" value=asked.test.clone()/>
        </div>
        <CheckField label="Search inside addresses and names, too" name="anywhere" checked=!asked.anywhere.is_empty()
            hint="Not only at their beginning. Takes longer among very many."/>
    }
    .into_any()
}
