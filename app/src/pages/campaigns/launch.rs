//! The one button that sends a draft, named by its effect, with what stands in its way.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignType},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{CONFIRM_ABOVE, HOLD_SECONDS, StartCampaign, start_form},
    builder::typed::zone_of,
    moves::ScheduleCampaign,
};
use crate::{
    components::{
        Button, Glyph, Look, Size, TextField,
        format::{count, plural},
    },
    form::plain_form_state,
    session::may,
};

/// The panel with the button. `stops` are the things still missing.
pub(super) fn launch(campaign: &Campaign, people: u64, stops: Vec<&'static str>) -> AnyView {
    if !may(Verb::SendCampaigns) {
        return view! {
            <p class="muted">"Your role may look at this draft but not send it. A marketer or an admin can."</p>
        }
        .into_any();
    }
    let ready = stops.is_empty();
    let by_itself = campaign.kind == CampaignType::Scheduled;
    let (action, form, glyph) = match by_itself {
        true => (ScheduleCampaign::url(), plain_form_state(ScheduleCampaign::PATH), Glyph::Clock),
        false => (StartCampaign::url(), start_form(), Glyph::Plane),
    };
    let typed = format!("Type {} to confirm", count(people));
    let confirm = (ready && people > CONFIRM_ABOVE).then(|| {
        view! {
            <TextField
                label=typed
                name="confirm"
                value=form.value("confirm", "")
                error=form.error("confirm")
                hint=format!("Asked above {} people.", count(CONFIRM_ABOVE))
                inputmode="numeric"
                autocomplete="off"
                required=true
            />
        }
    });
    let (id, name) = (campaign.id.to_string(), name(campaign, people, ready));
    let hold =
        (!by_itself).then(|| view! { <input type="hidden" name="hold_seconds" value=HOLD_SECONDS.to_string()/> });
    view! {
        <section class="panel panel__body launch" aria-label="Send">
            <form class="stack stack--m" method="post" action=action>
                <input type="hidden" name="campaign" value=id/>
                {hold}
                <input type="hidden" name="people" value=people.to_string()/>
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

/// What the button does.
fn name(campaign: &Campaign, people: u64, ready: bool) -> String {
    match (campaign.kind, campaign.starts_at) {
        (CampaignType::Bulk, _) if ready => format!("Send to {} now", plural(people, "person", "people")),
        (CampaignType::Bulk, _) => "Send".to_owned(),
        (CampaignType::Scheduled, Some(at)) if ready => {
            let zone = zone_of(campaign);
            format!("Schedule for {} {}", at.with_timezone(&zone).format("%a %-d %B, %H:%M"), city(zone.name()))
        }
        (CampaignType::Scheduled, _) => "Schedule".to_owned(),
    }
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
    use super::{city, then};

    #[test]
    fn what_is_missing_reads_as_a_sentence() {
        assert_eq!(then(&["a sender"], false), "Not yet: it needs a sender.");
        assert_eq!(then(&["lists", "a text", "a sender"], true), "Not yet: it needs lists, a text and a sender.");
        assert!(then(&[], false).contains("30 seconds") && then(&[], true).contains("by itself"));
        assert_eq!((city("America/New_York"), city("UTC")), ("New York".into(), "UTC".into()));
    }
}
