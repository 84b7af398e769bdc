//! One recipient of a campaign: their message with all that happened to it, people and machines told apart.

use domain::{
    access::Verb,
    campaign::Campaign,
    report::{MessageEvent, MessageHistory},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::words;
use crate::{
    address::param,
    components::{
        Column, Crumb, Dl, EmptyState, Fact, Glyph, LinkButton, MessageBadge, PageHead, Panel, Section, Table,
    },
    error::Answer,
    load::load,
    session::may,
    when::{self, Moment, When},
};

/// A message with its campaign.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Told {
    campaign: Campaign,
    history: MessageHistory,
}

#[server(prefix = "/_fn", endpoint = "recipient")]
pub async fn get_recipient(campaign: String, message: String) -> Answer<Told> {
    let mut tx = crate::request::begin().await?;
    let campaign = crate::address::id(&campaign)?;
    let history = engine::reports::message(&mut tx, campaign, &message).await?;
    Ok(Told { campaign: engine::campaigns::brief(&mut tx, campaign).await?, history })
}

/// The page.
#[component]
pub fn RecipientPage() -> impl IntoView {
    let (campaign, message) = (param("id"), param("message"));
    let told = Resource::new(
        move || (campaign.get(), message.get()),
        |(campaign, message)| async move { get_recipient(campaign, message).await },
    );
    load(told, page)
}

fn page(told: Told) -> AnyView {
    let Told { campaign, history } = told;
    let path = words::path_of(campaign.id);
    let recipient = history.recipient.clone();
    let crumbs = vec![
        Crumb::link("Campaigns", "/campaigns"),
        Crumb::link(campaign.code.clone(), path.clone()),
        Crumb::link("Recipients", format!("{path}/recipients")),
    ];
    let (state, contact) = (recipient.status.replace(' ', "_"), format!("/contacts/{}", recipient.contact_id));
    let open = move || {
        may(Verb::ViewContacts)
            .then(|| view! { <LinkButton href=contact glyph=Glyph::Person>"Open contact"</LinkButton> })
    };
    view! {
        <Title text=format!("{}, {}", recipient.label, campaign.name)/>
        <PageHead title=recipient.label crumbs badge=move || view! { <MessageBadge state/> } actions=open>
            {format!("Their message of “{}”.", campaign.name)}
        </PageHead>
        <div class="stack">
            {facts(&history)}
            {events(history.events)}
        </div>
    }
    .into_any()
}

fn facts(history: &MessageHistory) -> AnyView {
    let MessageHistory { recipient, sent_at, attempts, provider_ref, .. } = history.clone();
    let why = words::answer(
        recipient.code.as_deref().filter(|code| code.starts_with(|c: char| c.is_ascii_digit())).unwrap_or_default(),
        &recipient.reason.unwrap_or_default(),
    );
    view! {
        <Panel>
            <Dl>
                <Fact term="Address">{recipient.address.unwrap_or_else(|| "None".into())}</Fact>
                {sent_at.map(|at| view! { <Fact term="Sent"><When at/></Fact> })}
                <Fact term="Since"><When at=recipient.at/></Fact>
                {(!why.is_empty()).then(|| view! { <Fact term="Why">{why}</Fact> })}
                {recipient.due_at.map(|at| view! { <Fact term="Tried again"><When at/></Fact> })}
                <Fact term="Handed over">{times(attempts)}</Fact>
                {provider_ref.filter(|id| !id.is_empty()).map(|id| view! { <Fact term="Provider’s id"><span class="break">{id}</span></Fact> })}
            </Dl>
        </Panel>
    }
    .into_any()
}

fn times(attempts: i16) -> String {
    match attempts {
        ..=0 => "Not yet".to_owned(),
        1 => "Once".to_owned(),
        more => format!("{more} times"),
    }
}

fn events(events: Vec<MessageEvent>) -> AnyView {
    let body = if events.is_empty() {
        let text = "What the provider reports, and what comes back from the message, appears here.";
        view! { <Panel><EmptyState glyph=Glyph::Clock title="Nothing happened yet" text/></Panel> }.into_any()
    } else {
        let columns = vec![Column::new("What"), Column::new("About it"), Column::new("When")];
        let rows = events.into_iter().map(row).collect_view();
        view! {
            <Panel flush=true foot=when::note>
                <Table caption="What happened to the message, in order" columns>{rows}</Table>
            </Panel>
        }
        .into_any()
    };
    view! { <Section title="What happened" id="happened">{body}</Section> }.into_any()
}

fn row(event: MessageEvent) -> AnyView {
    let about = about(&event);
    let by = event.agent.map(|agent| domain::device::words(&agent)).filter(|_| event.why.is_none());
    let from = [by, event.ip.map(|ip| format!("from {ip}"))].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let class = if about.is_empty() && from.is_empty() { "hide-card" } else { "wide" };
    view! {
        <tr>
            <td class="wide"><MessageBadge state=event.kind/></td>
            <td class=class>{about}{(!from.is_empty()).then(|| view! { <small>{from}</small> })}</td>
            <td data-label="When"><span class="one-line"><Moment at=event.at/></span></td>
        </tr>
    }
    .into_any()
}

/// Where a click led, why it is taken for a machine's; of a bounce, whether for good, and what was answered.
fn about(event: &MessageEvent) -> String {
    let why = event.why.map(|why| why.sentence().to_owned());
    let hard = event.hard.map(|hard| if hard { "For good" } else { "For now" }.to_owned());
    let said = words::answer(
        event.status.as_deref().unwrap_or_default(),
        event.diagnostic.as_deref().unwrap_or_default().trim_end_matches('.'),
    );
    let said = Some(said).filter(|said| !said.is_empty());
    [event.link.clone(), why, hard, said].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    use domain::tracking::Why;

    use super::*;

    #[test]
    fn an_event_says_where_it_led_and_why_it_is_a_machines() {
        let event = MessageEvent {
            at: chrono::DateTime::UNIX_EPOCH,
            kind: "machine_clicked".into(),
            why: Some(Why::Burst),
            link: Some("https://a.example/".into()),
            agent: None,
            ip: None,
            hard: None,
            status: None,
            diagnostic: None,
        };
        assert_eq!(about(&event), "https://a.example/. Several links at once");
        let (status, diagnostic) = (Some("5.1.1".into()), Some("550 5.1.1 User unknown".into()));
        let bounced = MessageEvent { why: None, link: None, hard: Some(true), status, diagnostic, ..event };
        assert_eq!(about(&bounced), "For good. 5.1.1: 550 5.1.1 User unknown");
        assert_eq!((times(0), times(1), times(3)), ("Not yet".into(), "Once".into(), "3 times".into()));
    }
}
