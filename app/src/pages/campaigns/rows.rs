//! A row of the list of campaigns, and what can be done in it.

use domain::{
    campaign::{Campaign, CampaignOwner, CampaignStatus},
    id::CampaignId,
};
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use super::{
    actions::DeleteCampaign,
    moves::{ArchiveCampaign, ArchiveCampaigns, CopyCampaign, RestoreCampaign},
    words,
};
use crate::components::{
    Badge, Button, Glyph, Icon, Look, Menu, MenuLink, MenuPost, Size,
    format::{about, count, percent},
};

/// The id of the form that the boxes belong to.
const TICKED: &str = "ticked";

/// What can be done in rows.
pub(super) struct Doing {
    /// Whether anything can.
    pub(super) can: bool,
    /// The draft that it is asked about whether to delete it.
    pub(super) delete: String,
    /// The address of this page of the list.
    pub(super) back: String,
    /// Who they are whose campaigns these are.
    pub(super) owners: Vec<CampaignOwner>,
    /// How fast those go that are being sent.
    pub(super) paces: Vec<Pace>,
}

/// How fast a campaign goes, and how long the rest takes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Pace {
    campaign: CampaignId,
    per_second: Option<f64>,
    seconds_left: Option<u64>,
}

impl Pace {
    /// A reading.
    #[cfg(feature = "ssr")]
    pub(super) fn of(campaign: CampaignId, (per_second, seconds_left): (Option<f64>, Option<u64>)) -> Self {
        Self { campaign, per_second, seconds_left }
    }

    /// "74 messages a second, about 3 minutes left"; nothing while nothing moves.
    fn words(&self) -> Option<String> {
        let speed = self.per_second.and_then(words::speed)?;
        let left = self.seconds_left.map(|seconds| format!(", {} left", about(seconds)));
        Some(format!("{speed}{}", left.unwrap_or_default()))
    }
}

/// How many came back of those sent to, with the share; a dash where nothing was sent.
fn came_back(people: i64, sent: i64) -> String {
    let (people, sent) = (words::people(people), words::people(sent));
    if sent == 0 { percent(people, sent) } else { format!("{} ({})", count(people), percent(people, sent)) }
}

/// The row.
pub(super) fn table_row(campaign: Campaign, doing: &Doing) -> AnyView {
    let (status, progress, moment) = (words::badge(&campaign), words::progress(&campaign), words::moment(&campaign));
    let owner = doing.owners.iter().find(|owner| Some(owner.id) == campaign.owner_id);
    let owner = owner.map(|owner| format!(", by {}", owner.name)).unwrap_or_default();
    let pace = doing.paces.iter().find(|pace| pace.campaign == campaign.id);
    let pace = pace.filter(|_| campaign.figures.waiting > 0).and_then(Pace::words);
    let figures = campaign.figures;
    let (opened, clicked) = (came_back(figures.opened, figures.sent), came_back(figures.clicked, figures.sent));
    let archived = campaign.archived_at.map(|_| view! { <Badge glyph=Glyph::Inbox text="Archived"/> });
    let asked = doing.delete == campaign.id.to_string() && campaign.status == CampaignStatus::Draft;
    let tick = doing.can.then(|| view! { <td class="hide-card">{box_of(&campaign)}</td> });
    let acts = doing.can.then(|| match asked {
        true => view! { <td class="wide">{question(&campaign, doing)}</td> }.into_any(),
        false => view! { <td class="row-menu">{menu(&campaign, doing)}</td> }.into_any(),
    });
    view! {
        <tr>
            {tick}
            <td class="wide">
                <a class="name" href=words::path_of(campaign.id)>{campaign.name}</a>
                <small>{campaign.code} {owner}</small>
            </td>
            <td class="wide">
                {status} {archived}
                {campaign.status_reason.map(|reason| view! { <small>{reason}</small> })}
            </td>
            <td class="wide">{progress} {pace.map(|pace| view! { <small>{pace}</small> })}</td>
            <td class="r" data-label="Opened">{opened}</td>
            <td class="r" data-label="Clicked">{clicked}</td>
            <td data-label="When"><span class="nowrap">{moment}</span></td>
            {acts}
        </tr>
    }
    .into_any()
}

fn is_over(campaign: &Campaign) -> bool {
    use CampaignStatus::{Cancelled, Completed, Failed};
    matches!(campaign.status, Completed | Cancelled | Failed) && campaign.archived_at.is_none()
}

/// A box for what can be archived.
fn box_of(campaign: &Campaign) -> AnyView {
    let label = format!("Choose {}", campaign.name);
    let id = campaign.id.to_string();
    is_over(campaign)
        .then(|| view! { <input type="checkbox" name="ids[]" value=id form=TICKED aria-label=label/> })
        .into_any()
}

fn menu(campaign: &Campaign, doing: &Doing) -> AnyView {
    let id = campaign.id.to_string();
    let fields = vec![("campaign", id.clone()), ("back", doing.back.clone())];
    let join = if doing.back.ends_with('?') { "" } else { "&" };
    let delete = format!("{}{join}delete={id}#delete", doing.back);
    let more = match (campaign.status, campaign.archived_at, is_over(campaign)) {
        (CampaignStatus::Draft, ..) => view! { <MenuLink href=delete glyph=Glyph::Trash label="Delete…"/> }.into_any(),
        (_, Some(_), _) => {
            let action = RestoreCampaign::url().to_owned();
            view! { <MenuPost action fields glyph=Glyph::Back label="Restore"/> }.into_any()
        }
        (_, None, true) => {
            let action = ArchiveCampaign::url().to_owned();
            view! { <MenuPost action fields glyph=Glyph::Inbox label="Archive"/> }.into_any()
        }
        _ => ().into_any(),
    };
    let label = format!("More for {}", campaign.name);
    let copy = CopyCampaign::url().to_owned();
    view! {
        <Menu label face=|| view! { <Icon glyph=Glyph::More/> } class="btn btn--icon" place="menu--end">
            <MenuPost action=copy fields=vec![("campaign", id)] glyph=Glyph::Copy label="Make a copy"/>
            {more}
        </Menu>
    }
    .into_any()
}

fn question(campaign: &Campaign, doing: &Doing) -> AnyView {
    let back = doing.back.clone();
    view! {
        <form class="stack stack--xs" id="delete" method="post" action=DeleteCampaign::url()>
            <input type="hidden" name="campaign" value=campaign.id.to_string()/>
            <input type="hidden" name="back" value=back.clone()/>
            <b>{format!("Delete “{}”?", campaign.name)}</b>
            <span class="row">
                <Button look=Look::Danger size=Size::Small>"Delete draft"</Button>
                <a class="btn btn--quiet btn--s" href=back>"Keep"</a>
            </span>
        </form>
    }
    .into_any()
}

/// The button for those that are ticked; on a phone, where there are no boxes, each row has its own.
pub(super) fn archive_ticked(back: &str) -> AnyView {
    view! {
        <form class="row hide-s" id=TICKED method="post" action=ArchiveCampaigns::url()>
            <input type="hidden" name="back" value=back.to_owned()/>
            <Button look=Look::Quiet glyph=Glyph::Inbox>"Archive those ticked"</Button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_how_fast_it_goes_and_who_came_back() {
        let pace =
            |per_second, seconds_left| Pace { campaign: CampaignId(Default::default()), per_second, seconds_left };
        assert_eq!(pace(Some(74.2), Some(180)).words().unwrap(), format!("74 messages a second, {} left", about(180)));
        assert_eq!((pace(None, Some(180)).words(), pace(Some(0.0), None).words()), (None, None));
        assert_eq!((came_back(3, 0), came_back(1, 4)), (percent(3, 0), "1 (25.0 %)".to_owned()));
    }
}
