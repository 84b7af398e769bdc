//! What of the audit log is shown; it stands in the page's address.

#[cfg(feature = "ssr")]
use domain::{audit::AuditQuery, page::PageQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::PATH;
use crate::{
    address::href,
    components::{Button, Choice, FilterChips, Link, LinkButton, Look, SearchField, SelectField, TextField},
};

/// What the chips filter by: the beginning of an action.
const KINDS: &[(&str, &str)] = &[
    ("All", ""),
    ("Campaigns", "campaign."),
    ("Contacts", "contact."),
    ("Consent", "consent."),
    ("Lists", "list."),
    ("Templates", "template."),
    ("Providers", "provider."),
    ("Senders", "sender."),
    ("Users", "user."),
    ("Invitations", "invitation."),
    ("API keys", "api_key."),
    ("Workspace", "workspace."),
    ("Limits", "limits."),
];

/// What is asked for; what is empty does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Words of names, actions and addresses.
    pub q: String,
    /// The beginning of an action.
    pub action: String,
    /// The id of a user or key.
    pub actor: String,
    /// The id of what it was done to.
    pub subject: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

impl Filters {
    /// What the address asks for.
    pub(super) fn here() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| {
                let value = |name| query.get(name).unwrap_or_default();
                Self {
                    q: value("q"),
                    action: value("action"),
                    actor: value("actor"),
                    subject: value("subject"),
                    from: value("from"),
                    to: value("to"),
                }
            })
        })
    }

    /// Everything that was done to one thing.
    pub(super) fn of_subject(id: &str) -> Self {
        Self { subject: id.to_owned(), ..Default::default() }
    }

    /// As the engine asks.
    #[cfg(feature = "ssr")]
    pub(super) fn query(self, cursor: String) -> AuditQuery {
        let page = PageQuery { cursor: Some(cursor), search: Some(self.q), ..Default::default() };
        let (action, actor, subject) = (Some(self.action), Some(self.actor), Some(self.subject));
        AuditQuery { page, action, actor, subject, from: Some(self.from), to: Some(self.to) }
    }

    /// As they stand in an address.
    pub(super) fn kept(&self) -> Vec<(&'static str, String)> {
        vec![
            ("q", self.q.clone()),
            ("action", self.action.clone()),
            ("actor", self.actor.clone()),
            ("subject", self.subject.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
        ]
    }

    /// A page with these filters.
    pub(super) fn href(&self, path: &str) -> String {
        let kept = self.kept();
        href(path, &kept.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    }

    /// A chip for each kind of action; the other filters stay.
    pub(super) fn chips(&self) -> AnyView {
        let of = |action: &str| Self { action: action.to_owned(), ..self.clone() }.href(PATH);
        let links = KINDS.iter().map(|(label, action)| Link::new(*label, of(action))).collect();
        view! { <FilterChips label="Kind of action" links current=Signal::stored(self.href(PATH))/> }.into_any()
    }

    /// The other filters.
    pub(super) fn form(&self, actors: Vec<Choice>) -> AnyView {
        let is_set = *self != Self::default();
        let hidden = [("action", self.action.clone()), ("subject", self.subject.clone())];
        let hidden = hidden.into_iter().filter(|(_, value)| !value.is_empty());
        let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
        view! {
            <form action=PATH method="get" class="stack stack--s">
                {hidden}
                <SearchField label="Search names, actions and addresses" value=self.q.clone()
                    placeholder="Name, action or address"/>
                <div class="cols">
                    <SelectField label="Who" name="actor" choices=actors none="Everybody" value=self.actor.clone()/>
                    <div class="cols">
                        <TextField label="From" name="from" kind="date" value=self.from.clone()/>
                        <TextField label="To" name="to" kind="date" value=self.to.clone()/>
                    </div>
                </div>
                <div class="row">
                    <Button>"Show"</Button>
                    {is_set.then(|| view! { <LinkButton href=PATH look=Look::Quiet attr:rel="external">"Show everything"</LinkButton> })}
                </div>
            </form>
        }
        .into_any()
    }
}
