//! What narrows the list of campaigns, in its address; and the switch between list and calendar.

use domain::{
    campaign::{CampaignOwner, CampaignQuery, CampaignType},
    channel::Channel,
    page::PageQuery,
};
use leptos::prelude::*;

use crate::{
    address::{href, query},
    components::{Button, Choice, FilterChips, Glyph, Link, SearchField, Segmented, SelectField},
};

/// What the address asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Wanted {
    pub(super) status: String,
    pub(super) kind: String,
    pub(super) channel: String,
    pub(super) owner: String,
    pub(super) archived: String,
    pub(super) search: String,
}

/// Words of the address, and what they are called.
const STATUSES: [(&str, &str, Glyph); 8] = [
    ("", "All", Glyph::List),
    ("running", "Sending", Glyph::Plane),
    ("scheduled", "Scheduled", Glyph::Clock),
    ("paused", "Paused", Glyph::Pause),
    ("draft", "Draft", Glyph::Pencil),
    ("completed", "Finished", Glyph::Done),
    ("failed", "Failed", Glyph::Failed),
    ("cancelled", "Stopped", Glyph::Square),
];

impl Wanted {
    /// As the address says.
    pub(super) fn here() -> Memo<Self> {
        let (status, kind, channel) = (query("status"), query("type"), query("channel"));
        let (owner, archived, search) = (query("owner"), query("archived"), query("q"));
        Memo::new(move |_| Self {
            status: status.get(),
            kind: kind.get(),
            channel: channel.get(),
            owner: owner.get(),
            archived: archived.get(),
            search: search.get(),
        })
    }

    /// What is asked of the server.
    pub(super) fn query(self, page: PageQuery) -> CampaignQuery {
        let given = |value: String| Some(value).filter(|value| !value.is_empty());
        let page = PageQuery { search: given(self.search), status: given(self.status), ..page };
        let (kind, channel, owner, archived) = (self.kind, self.channel, self.owner, self.archived);
        CampaignQuery { page, kind, channel, owner, archived, ..Default::default() }
    }

    /// What is kept in addresses.
    pub(super) fn kept(&self) -> [(&'static str, &str); 6] {
        [
            ("status", &self.status),
            ("type", &self.kind),
            ("channel", &self.channel),
            ("owner", &self.owner),
            ("archived", &self.archived),
            ("q", &self.search),
        ]
    }

    /// Whether anything narrows the list.
    pub(super) fn is_narrowed(&self) -> bool {
        *self != Self::default()
    }
}

/// The chips, and the form of the rest. Owners are chosen from where there are several.
pub(super) fn filters(wanted: &Wanted, owners: Vec<CampaignOwner>) -> AnyView {
    let link = |word: &str| href("/campaigns", &Wanted { status: word.to_owned(), ..wanted.clone() }.kept());
    let links = STATUSES.map(|(word, label, glyph)| Link::new(label, link(word)).glyph(glyph)).to_vec();
    let current = link(&wanted.status);
    let Wanted { status, kind, channel, owner, archived, search } = wanted.clone();
    let by = (owners.len() > 1 || !owner.is_empty()).then(|| {
        let choices = owners.into_iter().map(|owner| Choice::new(owner.id.to_string(), owner.name)).collect();
        view! { <SelectField label="Owner" name="owner" none="Anybody" choices value=owner/> }
    });
    let kinds = CampaignType::ALL.iter().map(|kind| Choice::new(kind.word(), type_label(*kind))).collect();
    let channels = vec![Choice::new(Channel::Email.word(), "E-mail")];
    let put_away = vec![Choice::new("true", "Only archived"), Choice::new("all", "Archived, too")];
    view! {
        <FilterChips label="Status" links current/>
        <form class="row filters" method="get" action="/campaigns" role="search">
            {(!status.is_empty()).then(|| view! { <input type="hidden" name="status" value=status/> })}
            <SearchField label="Search campaigns" placeholder="Name or code" value=search/>
            <SelectField label="Type" name="type" none="Any" choices=kinds value=kind/>
            <SelectField label="Channel" name="channel" none="Any" choices=channels value=channel/>
            {by}
            <SelectField label="Archive" name="archived" none="Not archived" choices=put_away value=archived/>
            <Button>"Show"</Button>
        </form>
    }
    .into_any()
}

fn type_label(kind: CampaignType) -> &'static str {
    match kind {
        CampaignType::Bulk => "Sent by hand",
        CampaignType::Scheduled => "Scheduled",
    }
}

/// List or calendar.
pub(super) fn views(current: &str) -> AnyView {
    let links = vec![
        Link::new("List", "/campaigns").glyph(Glyph::List),
        Link::new("Calendar", "/campaigns/calendar").glyph(Glyph::Calendar),
    ];
    view! { <Segmented label="View" links current=current.to_owned()/> }.into_any()
}
