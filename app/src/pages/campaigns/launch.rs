//! The one button that sends a draft, named by its effect, with what stands in its way.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use domain::{
    access::Verb,
    campaign::{Campaign, CampaignType},
    limits::Money,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{CONFIRM_ABOVE, HOLD_SECONDS, StartCampaign, StartMissedCampaign},
    builder::typed::zone_of,
    moves::ScheduleCampaign,
    page::Review,
    words,
};
use crate::{
    components::{
        Button, Glyph, Look, Size, TextField,
        format::{count, plural},
    },
    form::{FormState, plain_form_state},
    session::may,
};

/// How it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Now.
    Start,
    /// By itself at its moment.
    Schedule,
    /// Now, because its moment was missed.
    Missed,
}

impl Way {
    fn of(campaign: &Campaign) -> Self {
        match campaign.kind {
            _ if campaign.has_missed_its_start() => Self::Missed,
            CampaignType::Scheduled => Self::Schedule,
            CampaignType::Bulk => Self::Start,
        }
    }

    /// Where its form goes, and what was typed there before.
    fn form(self) -> (&'static str, FormState) {
        match self {
            Self::Start => (StartCampaign::url(), plain_form_state(StartCampaign::PATH)),
            Self::Schedule => (ScheduleCampaign::url(), plain_form_state(ScheduleCampaign::PATH)),
            Self::Missed => (StartMissedCampaign::url(), plain_form_state(StartMissedCampaign::PATH)),
        }
    }
}

/// The panel with the button. `stops` are the things still missing.
pub(super) fn launch(campaign: &Campaign, review: &Review, stops: Vec<&'static str>) -> AnyView {
    if !may(Verb::SendCampaigns) {
        return view! {
            <p class="muted">"Your role may look at this campaign but not send it. A marketer or an admin can."</p>
        }
        .into_any();
    }
    let (ready, way) = (stops.is_empty(), Way::of(campaign));
    let (action, form) = way.form();
    let people = words::people(review.reach.reachable);
    let confirm = (ready && people > CONFIRM_ABOVE).then(|| confirmation(form, people));
    let by_itself = way == Way::Schedule;
    let glyph = if by_itself { Glyph::Clock } else { Glyph::Plane };
    let (id, name, stamp) = (campaign.id.to_string(), name(campaign, review, ready), review.stamp.clone());
    let hold =
        (!by_itself).then(|| view! { <input type="hidden" name="hold_seconds" value=HOLD_SECONDS.to_string()/> });
    view! {
        <section class="panel panel__body launch" aria-label="Send">
            <form class="stack stack--m" method="post" action=action>
                <input type="hidden" name="campaign" value=id/>
                {hold}
                <input type="hidden" name="people" value=people.to_string()/>
                <input type="hidden" name="stamp" value=stamp/>
                {confirm}
                <div>
                    <Button look=Look::Primary size=Size::Large glyph disabled=!ready>{name}</Button>
                </div>
                <p class="small muted">{then(&stops, by_itself)}</p>
            </form>
        </section>
    }
    .into_any()
}

fn confirmation(form: FormState, people: u64) -> AnyView {
    view! {
        <TextField
            label=format!("Type {} to confirm", count(people))
            name="confirm"
            value=form.value("confirm", "")
            error=form.error("confirm")
            hint=format!("Asked above {} people.", count(CONFIRM_ABOVE))
            inputmode="numeric"
            autocomplete="off"
            required=true
        />
    }
    .into_any()
}

/// What the button does, to how many, and what that costs.
fn name(campaign: &Campaign, review: &Review, ready: bool) -> String {
    let reach = &review.reach;
    let most = if reach.at_most { "at most " } else { "" };
    let cost = if reach.cost == Money::default() { String::new() } else { format!(", about {}", reach.cost) };
    let whom = format!("to {most}{}{cost}", plural(words::people(reach.reachable), "person", "people"));
    match (Way::of(campaign), campaign.starts_at) {
        (Way::Start | Way::Missed, _) if ready => format!("Send {whom}"),
        (Way::Start | Way::Missed, _) => "Send".to_owned(),
        (Way::Schedule, Some(at)) if ready => {
            let zone = zone_of(campaign);
            format!("Schedule for {} {}, {whom}", moment(at, zone, review.year), city(zone.name()))
        }
        (Way::Schedule, _) => "Schedule".to_owned(),
    }
}

/// "Tue 3 March, 10:00", with its year where that is another one.
fn moment(at: DateTime<Utc>, zone: Tz, year: i32) -> String {
    let at = at.with_timezone(&zone);
    let day = if at.year() == year { "%a %-d %B" } else { "%a %-d %B %Y" };
    format!("{}, {}", at.format(day), at.format("%H:%M"))
}

/// "New York" of "America/New_York".
fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// What the button does then, or what it waits for.
fn then(stops: &[&str], by_itself: bool) -> String {
    let Some((last, before)) = stops.split_last() else {
        return match by_itself {
            true => "It starts by itself then. Who gets it is decided at that moment; until then you can take it back."
                .into(),
            false => format!("The first message is held back for {HOLD_SECONDS} seconds, in which you can undo it."),
        };
    };
    let all = if before.is_empty() { (*last).to_owned() } else { format!("{} and {last}", before.join(", ")) };
    format!("Not yet: it needs {all}.")
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::{city, moment, then};

    #[test]
    fn what_is_missing_reads_as_a_sentence() {
        assert_eq!(then(&["a sender"], false), "Not yet: it needs a sender.");
        assert_eq!(then(&["lists", "a text", "a sender"], true), "Not yet: it needs lists, a text and a sender.");
        assert!(then(&[], false).contains("30 seconds") && then(&[], true).contains("by itself"));
        assert_eq!((city("America/New_York"), city("UTC")), ("New York".into(), "UTC".into()));
    }

    #[test]
    fn a_year_is_named_where_it_is_another_one() {
        let at = "2027-01-01T03:30:00Z".parse().unwrap();
        assert_eq!(moment(at, Tz::America__New_York, 2026), "Thu 31 December, 22:30");
        assert_eq!(moment(at, Tz::UTC, 2026), "Fri 1 January 2027, 03:30");
    }
}
