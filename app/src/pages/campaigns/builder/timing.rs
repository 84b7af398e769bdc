//! The step that says when: now or at a moment of a zone, how late still, until when, how fast; and, for admins, which
//! guards do not hold.

use domain::{access::Verb, campaign::Switches, schedule::LATE_MINUTES, zone};
use leptos::prelude::*;

use super::typed::{AT, Draft, NOW};
use crate::{
    components::{CheckField, Choice, Notice, Panel, RadioCards, Section, SelectField, TextField, Tone},
    form::FormState,
    session::may,
};

/// Its fields.
pub(super) fn fields(form: FormState, draft: &Draft, switches: Switches) -> AnyView {
    let cards = vec![
        Choice::new(NOW, "Now, by its button").hint("It goes as soon as somebody sends it on the review."),
        Choice::new(AT, "At a moment").hint("It starts by itself. Until then you can take it back."),
    ];
    let (when, at, pace) = (form.value("when", draft.when.clone()), at(form, draft), pace(form, draft));
    view! {
        <Section title="When does it go?" id="timing">
            <Panel>
                <div class="moment stack stack--m">
                    <RadioCards label="Start" name="when" choices=cards value=when error=form.error("when")/>
                    <div class="moment__at stack stack--m">{at}</div>
                </div>
            </Panel>
        </Section>
        <Section title="Until when, and how fast?" id="pace">
            <Panel>{pace}</Panel>
        </Section>
        {guards(form, draft, switches)}
    }
    .into_any()
}

fn at(form: FormState, draft: &Draft) -> AnyView {
    let mut names = zone::choices();
    // A program may have named one that the list has by another name: it stays what it is.
    let own = draft.time_zone.as_str();
    if !names.contains(&own) {
        names.push(own);
    }
    let zones = names.into_iter().map(|name| Choice::new(name, name)).collect();
    let late = form.value("late_minutes", draft.late_minutes.clone());
    let late = if late.is_empty() { LATE_MINUTES.to_string() } else { late };
    view! {
        <div class="cols">
            <TextField
                label="Date and time"
                name="at"
                kind="datetime-local"
                value=form.value("at", draft.at.clone())
                error=form.error("at")
                hint="Where clocks leap over it, the next time that there is; of one that they show twice, the first."
            />
            <SelectField
                label="By the clocks of"
                name="time_zone"
                choices=zones
                value=form.value("time_zone", draft.time_zone.clone())
                error=form.error("time_zone")
            />
        </div>
        <TextField
            label="Still start when up to so many minutes late"
            name="late_minutes"
            kind="number"
            inputmode="numeric"
            min="0"
            max="10080"
            value=late
            error=form.error("late_minutes")
            hint="Should the server be down at that time. Later than that it is paused, and you decide."
        />
    }
    .into_any()
}

fn pace(form: FormState, draft: &Draft) -> AnyView {
    let zone = &draft.time_zone;
    view! {
        <div class="cols">
            <TextField
                label="Don't send after"
                name="not_after"
                kind="datetime-local"
                value=form.value("not_after", draft.not_after.clone())
                error=form.error("not_after")
                hint=format!("By the same clocks, now {zone}. Whoever was not sent to by then is skipped.")
                optional=true
            />
            <TextField
                label="Messages a second"
                name="rate_per_second"
                kind="number"
                inputmode="numeric"
                min="1"
                max="10000"
                value=form.value("rate_per_second", draft.rate_per_second.clone())
                error=form.error("rate_per_second")
                hint="100 when empty, after a first burst of ten times as many. The provider account may allow less."
                optional=true
            />
        </div>
    }
    .into_any()
}

/// The boxes, for admins; for others only what is turned off.
fn guards(form: FormState, draft: &Draft, switches: Switches) -> AnyView {
    if !may(Verb::ManageWorkspace) {
        let off = !switches.off().is_empty();
        let told = || {
            view! {
                <Notice tone=Tone::Warning title="An admin has turned off guards of this campaign">
                    "The review says which. Consent and suppression always hold."
                </Notice>
            }
        };
        return off.then(told).into_any();
    }
    let (quiet, marked, capped) =
        (!draft.quiet_hours.is_empty(), !draft.do_not_contact.is_empty(), !draft.frequency_caps.is_empty());
    view! {
        <Section title="What it respects" id="guards">
            <Panel>
                <p class="muted">"All on, unless there is a reason that the audit log should know. Consent and suppression
                    always hold."</p>
                <input type="hidden" name="switches" value="shown"/>
                <CheckField
                    label="Quiet hours"
                    name="quiet_hours"
                    checked=quiet
                    hint="Messages wait until they are over where the person is."
                    error=form.error("quiet_hours")
                />
                <CheckField
                    label="Do not contact"
                    name="do_not_contact"
                    checked=marked
                    hint="People with this mark are left out."
                    error=form.error("do_not_contact")
                />
                <CheckField
                    label="Frequency caps"
                    name="frequency_caps"
                    checked=capped
                    hint="Whoever has had as many messages lately as the workspace allows is left out."
                    error=form.error("frequency_caps")
                />
            </Panel>
        </Section>
    }
    .into_any()
}
