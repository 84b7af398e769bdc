//! The form by which a user records what a person said. It can bring a file, so the browser sends it by itself.

use domain::{
    channel::{Channel, Purpose},
    consent::{Source, State},
    id::ContactId,
};
use leptos::prelude::*;

use super::words::source;
use crate::{
    components::{Button, Choice, ErrorSummary, FileField, Look, Panel, Section, SelectField, TextArea, TextField},
    form::{FormState, plain_form_state},
};

/// What the form is about at first, as the address says it: `email.marketing.withdrawn`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Chosen {
    pub(super) channel: Channel,
    pub(super) purpose: Purpose,
    pub(super) state: State,
}

impl Chosen {
    /// What there is to record where this is in force.
    pub(super) fn next(channel: Channel, purpose: Purpose, state: Option<State>) -> Self {
        let state = if state == Some(State::Granted) { State::Withdrawn } else { State::Granted };
        Self { channel, purpose, state }
    }

    /// From the address; marketing by e-mail where it says nothing.
    pub(super) fn parse(word: &str) -> Self {
        let mut words = word.split('.');
        let mut next = || words.next().unwrap_or_default();
        Self {
            channel: Channel::from_word(next()).unwrap_or(Channel::Email),
            purpose: Purpose::from_word(next()).unwrap_or(Purpose::Marketing),
            state: State::from_word(next()).unwrap_or(State::Granted),
        }
    }
}

impl std::fmt::Display for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.channel, self.purpose, self.state)
    }
}

/// The form.
pub(super) fn consent_form(contact: ContactId, chosen: Chosen) -> AnyView {
    let path = format!("/contacts/{contact}/consents");
    let form = plain_form_state(&path);
    view! {
        <Section title="Record what they said" id="record-consent">
            <Panel>
                <form method="post" action=path enctype="multipart/form-data">
                    <div class="stack stack--m">
                        <ErrorSummary errors=form.summary() title="Not recorded"/>
                        {what(form, chosen)}
                        <TextArea label="Wording" name="wording" rows=3 value=form.value("wording", "") error=form.error("wording")
                            hint="The exact words that they agreed to. Not needed when they withdraw."/>
                        <TextArea label="Evidence" name="evidence" rows=2 value=form.value("evidence", "") error=form.error("evidence")
                            hint="Where and how they said so. Not needed when the file shows it. Kept for good, with your name."/>
                        {proof(form)}
                        <div><Button look=Look::Primary>"Record"</Button></div>
                    </div>
                </form>
            </Panel>
        </Section>
    }
    .into_any()
}

fn what(form: FormState, chosen: Chosen) -> AnyView {
    let states = vec![Choice::new("granted", "Agrees"), Choice::new("withdrawn", "Withdraws it")];
    let channels = Channel::ALL.iter().map(|channel| Choice::new(channel.word(), channel.label())).collect();
    let purposes = vec![Choice::new("marketing", "Marketing"), Choice::new("transactional", "Their own dealings")];
    let sources = [Source::Manual, Source::BookingForm, Source::Keyword, Source::Link, Source::Import, Source::Api];
    let sources = sources.map(|one| Choice::new(one.word(), source(one))).to_vec();
    view! {
        <div class="cols">
            <SelectField label="The person" name="state" choices=states value=form.value("state", chosen.state.word())
                error=form.error("state")/>
            <SelectField label="Channel" name="channel" choices=channels value=form.value("channel", chosen.channel.word())
                error=form.error("channel")/>
            <SelectField label="For" name="purpose" choices=purposes value=form.value("purpose", chosen.purpose.word())
                error=form.error("purpose")/>
            <SelectField label="Came by" name="source" choices=sources value=form.value("source", Source::Manual.word())
                error=form.error("source")/>
            <TextField label="When they said so" name="at" kind="datetime-local" optional=true value=form.value("at", "")
                error=form.error("at") hint="Now when empty."/>
            <TextField label="Network address" name="address" optional=true autocomplete="off" value=form.value("address", "")
                error=form.error("address") hint="Where a web form noted it: 192.0.2.7."/>
        </div>
    }
    .into_any()
}

/// A file that came with a refused form is kept already.
fn proof(form: FormState) -> AnyView {
    let (id, name) = (form.value("proof", ""), form.value("proof_name", ""));
    let hint = match name.is_empty() {
        true => "PDF, picture, text or saved mail (.eml), at most 5 MB.".to_owned(),
        false => format!("“{name}” is attached already; another file takes its place."),
    };
    let kept = (!id.is_empty()).then(|| {
        view! {
            <input type="hidden" name="proof" value=id/>
            <input type="hidden" name="proof_name" value=name/>
        }
    });
    view! {
        {kept}
        <FileField label="Proof" name="file" optional=true accept=".pdf,.png,.jpg,.jpeg,.webp,.txt,.eml" hint
            error=form.error("file")/>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_goes_through_the_address() {
        let next = Chosen::next(Channel::Sms, Purpose::Transactional, Some(State::Granted));
        assert_eq!(
            (next.to_string().as_str(), Chosen::parse(&next.to_string())),
            ("sms.transactional.withdrawn", next)
        );
        assert_eq!(Chosen::parse("").to_string(), "email.marketing.granted");
    }
}
