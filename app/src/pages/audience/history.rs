//! On a contact's page: what was sent, what came of it, and what is planned.

use domain::{
    contact::{Happening, Upcoming},
    id::ContactId,
    page::Page,
};
use leptos::prelude::*;

use crate::{
    components::{Column, EmptyState, Glyph, MessageBadge, Panel, Section, Table},
    paging::{Place, Rows},
    when::{Moment, note},
};

/// What is planned for the person; nothing at all where nothing is.
pub(super) fn planned(upcoming: Vec<Upcoming>) -> AnyView {
    if upcoming.is_empty() {
        return ().into_any();
    }
    let columns = vec![Column::new("Campaign"), Column::new("Not before"), Column::new("Waits for")];
    let rows = upcoming
        .into_iter()
        .map(|message| {
            view! {
                <tr>
                    <td class="wide"><a class="name" href=format!("/campaigns/{}", message.campaign_id)>{message.campaign}</a></td>
                    <td data-label="Not before"><span class="one-line"><Moment at=message.due_at/></span></td>
                    <td class="wide small muted">{message.waits.unwrap_or_else(|| "Its turn".into())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Section title="Planned" id="planned">
            <Panel flush=true foot=note>
                <Table caption="Messages that are planned for this person, the next one first" columns>{rows}</Table>
            </Panel>
        </Section>
    }
    .into_any()
}

/// A page of the history.
pub(super) fn history(contact: ContactId, events: Page<Happening>, place: &Place) -> AnyView {
    let body = if events.data.is_empty() {
        view! {
            <Panel>
                <EmptyState title="Nothing sent yet" text="Messages of campaigns appear here, each with what became of it."
                    glyph=Glyph::Envelope/>
            </Panel>
        }
        .into_any()
    } else {
        let foot = place.pager(&format!("/contacts/{contact}"), &[], &Rows::from(&events), None, &note());
        let columns = vec![Column::new("What"), Column::new("Campaign"), Column::new("When")];
        let rows = events.data.into_iter().map(row).collect_view();
        view! {
            <Panel flush=true foot=move || foot>
                <Table caption="What was sent to this person and what they did, newest first" columns>{rows}</Table>
            </Panel>
        }
        .into_any()
    };
    view! { <Section title="History" id="history">{body}</Section> }.into_any()
}

fn row(one: Happening) -> AnyView {
    let address = one.address.filter(|_| one.kind == "sent").map(|address| format!("To {address}"));
    let below = one.detail.or(address);
    view! {
        <tr>
            <td class="wide">
                <MessageBadge state=one.kind/>
                {below.map(|below| view! { <p class="small muted">{below}</p> })}
            </td>
            <td class="wide"><a href=format!("/campaigns/{}", one.campaign_id)>{one.campaign}</a></td>
            <td data-label="When"><span class="one-line"><Moment at=one.at/></span></td>
        </tr>
    }
    .into_any()
}
