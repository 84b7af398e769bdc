//! Consent on a contact's page: what is in force on each channel with its proof, ways to record more, and the whole
//! ledger.

use domain::{
    access::Verb,
    channel::{Channel, Purpose},
    consent::{ConsentEntry, State, newest},
    id::ContactId,
    proof::ProofRef,
};
use leptos::prelude::*;

use super::{
    consent_form::{Chosen, consent_form},
    words::{consent_badge, source},
};
use crate::{
    address::query,
    components::{Badge, Column, Glyph, LinkButton, Look, Panel, Section, Size, Table, Tone, format::plural},
    session::may,
    when::{Day, Moment, note},
};

/// What is in force, the form for more, and below it the ledger.
pub(super) fn panel(contact: ContactId, entries: Vec<ConsentEntry>) -> AnyView {
    let edits = may(Verb::EditContacts);
    let rows = Channel::ALL.iter().map(|channel| row(contact, *channel, &entries, edits)).collect_view();
    let columns = vec![Column::new("Channel"), Column::new("Marketing"), Column::new("Own dealings")];
    let chosen = query("record");
    let form = edits.then_some(move || consent_form(contact, Chosen::parse(&chosen.get())));
    view! {
        <Section title="Consent" id="consent">
            <Panel flush=true>
                <Table caption="Consent in force, by channel and purpose" columns>{rows}</Table>
                {ledger(entries)}
            </Panel>
        </Section>
        {form}
    }
    .into_any()
}

fn row(contact: ContactId, channel: Channel, entries: &[ConsentEntry], edits: bool) -> AnyView {
    let cell = |purpose, label| {
        let entry = newest(entries, channel, purpose);
        let change = edits.then(|| change(contact, Chosen::next(channel, purpose, entry.map(|entry| entry.state))));
        view! {
            <td data-label=label>
                {consent_badge(entry.map(|entry| entry.state))}
                {entry.map(since)}
                {change}
            </td>
        }
    };
    view! {
        <tr>
            <td class="wide"><b>{channel.label()}</b></td>
            {cell(Purpose::Marketing, "Marketing")}
            {cell(Purpose::Transactional, "Own dealings")}
        </tr>
    }
    .into_any()
}

/// Since when, from where, and what proves it.
fn since(entry: &ConsentEntry) -> AnyView {
    let proof = entry.proof.clone().map(|proof| view! { <small>{file(proof)}</small> });
    view! {
        <small>"Since "<Day at=entry.at/></small>
        <small>{source(entry.source)}</small>
        {proof}
    }
    .into_any()
}

/// Leads to the form, with this chosen.
fn change(contact: ContactId, next: Chosen) -> AnyView {
    let about = format!(" {} by {}", next.purpose, next.channel.label());
    let word = if next.state == State::Granted { "Grant…" } else { "Withdraw…" };
    view! {
        <LinkButton href=format!("/contacts/{contact}?record={next}#record-consent") look=Look::Quiet size=Size::Small>
            {word}
            <span class="sr">{about}</span>
        </LinkButton>
    }
    .into_any()
}

/// A link to a proof. The browser keeps the file; the page stays.
fn file(ProofRef { id, name }: ProofRef) -> AnyView {
    view! { <a class="clip" href=format!("/proofs/{id}") rel="external">{name}</a> }.into_any()
}

fn ledger(entries: Vec<ConsentEntry>) -> AnyView {
    if entries.is_empty() {
        return ().into_any();
    }
    let count = plural(entries.len() as u64, "entry", "entries");
    let lines = entries.into_iter().map(line).collect_view();
    view! {
        <details class="panel__foot">
            <summary>{format!("The whole history, {count}")}</summary>
            <ol class="stack stack--m ledger">{lines}</ol>
            <p class="xs dim">{note()}</p>
        </details>
    }
    .into_any()
}

fn line(entry: ConsentEntry) -> AnyView {
    let (tone, glyph, said) = match entry.state {
        State::Granted => (Tone::Success, Glyph::Check, "Granted"),
        State::Withdrawn => (Tone::Danger, Glyph::Close, "Withdrawn"),
    };
    let from = entry.address.map(|address| format!(", from {address}")).unwrap_or_default();
    let recorded = (!entry.recorded_by.is_empty()).then(|| {
        let (by, at) = (entry.recorded_by, entry.recorded_at);
        view! { <p class="xs dim">{format!("Recorded by {by}, ")}<Moment at/></p> }
    });
    view! {
        <li>
            <div class="row">
                <Badge tone glyph text=said/>
                <b>{format!("{}, {}", entry.channel.label(), entry.purpose)}</b>
                <span class="small dim"><Moment at=entry.at/></span>
            </div>
            <p class="small muted">{format!("{}{from}", source(entry.source))}</p>
            {(!entry.wording.is_empty()).then(|| view! { <blockquote>{entry.wording}</blockquote> })}
            {(!entry.evidence.is_empty()).then(|| view! { <pre>{entry.evidence}</pre> })}
            {entry.proof.map(|proof| view! { <p class="small">"Proof: "{file(proof)}</p> })}
            {recorded}
        </li>
    }
    .into_any()
}
