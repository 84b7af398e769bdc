//! Consent on a contact's page: what is in force with its proof, the whole ledger, and a form for a new entry.

use domain::{
    channel::{Channel, Purpose},
    consent::{ConsentEntry, State},
    id::ContactId,
};
use leptos::prelude::*;

use super::words::{consent_badge, source};
use crate::{
    components::{
        Badge, Button, Choice, Column, ErrorSummary, Glyph, Panel, Section, SelectField, Table, TextArea, Tone,
    },
    error::Answer,
    form::form_state,
    reset::emptied_after,
    when::{Day, Moment, note},
};

#[server(prefix = "/_fn", endpoint = "record-consent")]
pub async fn record_consent(contact: ContactId, channel: String, state: String, evidence: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let typed = super::typed::by_hand(&channel, &state, evidence)?;
    engine::audience::record_consent(&mut tx, contact, &typed).await?;
    tx.commit().await?;
    crate::request::go(&format!("/contacts/{contact}?done=consent"));
    Ok(())
}

/// What is in force, a row a channel, and below it the ledger.
pub(super) fn consents(entries: Vec<ConsentEntry>) -> AnyView {
    let newest = |channel, purpose| {
        let of = entries.iter().filter(|entry| entry.channel == channel && entry.purpose == purpose);
        // Of two at the same instant the first here is the later in the ledger, which is newest first.
        of.rev().max_by_key(|entry| entry.at).cloned()
    };
    let pairs = Channel::ALL.iter().flat_map(|channel| Purpose::ALL.iter().map(|purpose| (*channel, *purpose)));
    let rows = pairs
        .map(|(channel, purpose)| (channel, purpose, newest(channel, purpose)))
        .filter(|(channel, purpose, entry)| {
            entry.is_some() || (*channel, *purpose) == (Channel::Email, Purpose::Marketing)
        })
        .map(|(channel, purpose, entry)| in_force(channel, purpose, entry))
        .collect_view();
    let columns = vec![Column::new("Channel"), Column::new("In force"), Column::new("Since"), Column::new("Proof")];
    view! {
        <Section title="Consent" id="consent">
            <Panel flush=true>
                <Table caption="Consent in force, by channel" columns>{rows}</Table>
                {ledger(entries)}
            </Panel>
        </Section>
    }
    .into_any()
}

fn in_force(channel: Channel, purpose: Purpose, entry: Option<ConsentEntry>) -> AnyView {
    let (state, since) = (entry.as_ref().map(|entry| entry.state), entry.as_ref().map(|entry| entry.at));
    let proof = match entry {
        None => "Never asked, or never recorded".to_owned(),
        Some(entry) if entry.evidence.is_empty() => source(entry.source).to_owned(),
        Some(entry) => format!("{}: {}", source(entry.source), entry.evidence),
    };
    let purpose = match purpose {
        Purpose::Marketing => "Marketing",
        Purpose::Transactional => "About their own dealings",
    };
    view! {
        <tr>
            <td class="wide">{channel.label()}<small>{purpose}</small></td>
            <td data-label="In force">{consent_badge(state)}</td>
            <td data-label="Since"><span class="one-line">{since.map_or_else(|| "—".into_any(), |at| view! { <Day at/> }.into_any())}</span></td>
            <td class="wide small muted">{proof}</td>
        </tr>
    }
    .into_any()
}

fn ledger(entries: Vec<ConsentEntry>) -> AnyView {
    if entries.is_empty() {
        return ().into_any();
    }
    let count = crate::components::format::plural(entries.len() as u64, "entry", "entries");
    let lines = entries
        .into_iter()
        .map(|entry| {
            let (tone, glyph, said) = match entry.state {
                State::Granted => (Tone::Success, Glyph::Check, "Granted"),
                State::Withdrawn => (Tone::Danger, Glyph::Close, "Withdrawn"),
            };
            view! {
                <li>
                    <div class="row">
                        <Badge tone glyph text=said/>
                        <b>{format!("{}, {}", entry.channel.label(), entry.purpose)}</b>
                        <span class="small dim"><Moment at=entry.at/></span>
                    </div>
                    <p class="small muted">{source(entry.source)}</p>
                    {(!entry.evidence.is_empty()).then(|| view! { <pre>{entry.evidence}</pre> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="panel__foot">
            <summary>{format!("The whole ledger, {count}")}</summary>
            <ol class="stack stack--m ledger">{lines}</ol>
            <p class="xs dim">{note()}</p>
        </details>
    }
    .into_any()
}

/// The form for a new entry.
#[component]
pub(super) fn ConsentForm(
    /// Whose.
    contact: ContactId,
    /// Sends it.
    action: ServerAction<RecordConsent>,
) -> impl IntoView {
    let form = form_state(action);
    let channels = [Channel::Email, Channel::Sms, Channel::Whatsapp, Channel::Voice, Channel::Rvm];
    let channels = channels.map(|channel| Choice::new(channel.word(), channel.label())).to_vec();
    let states = vec![Choice::new("granted", "Agrees to marketing"), Choice::new("withdrawn", "Withdraws it")];
    view! {
        <Section title="Record what they said" id="record-consent">
            <Panel>
                <ActionForm action node_ref=emptied_after(action)>
                    <div class="stack stack--m">
                        <ErrorSummary errors=form.summary() title="Not recorded"/>
                        <input type="hidden" name="contact" value=contact.to_string()/>
                        <SelectField label="The person" name="state" choices=states value=form.value("state", "granted")
                                error=form.error("state")/>
                            <SelectField label="Channel" name="channel" choices=channels value=form.value("channel", "email")
                                error=form.error("channel")/>
                        <TextArea label="Proof" name="evidence" rows=2 required=true value=form.value("evidence", "")
                            error=form.error("evidence") hint="Where it was said, when, and in which words. Kept for good with your name."/>
                        <div><Button busy=action.pending()>"Record"</Button></div>
                    </div>
                </ActionForm>
            </Panel>
        </Section>
    }
    .into_any()
}
