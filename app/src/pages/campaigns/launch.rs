//! The one button that sends a draft, named by its effect, with what stands in its way.

use domain::{access::Verb, id::CampaignId};
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::{CONFIRM_ABOVE, HOLD_SECONDS, StartCampaign, start_form};
use crate::{
    components::{
        Button, Glyph, Look, Size, TextField,
        format::{count, plural},
    },
    session::may,
};

/// The panel with the button. `stops` are the things still missing.
pub(super) fn launch(campaign: CampaignId, people: u64, stops: Vec<&'static str>) -> AnyView {
    let ready = stops.is_empty();
    let name = if ready { format!("Send to {}", plural(people, "person", "people")) } else { "Send".to_owned() };
    if !may(Verb::SendCampaigns) {
        return view! {
            <p class="muted">"Your role may look at this draft but not send it. A marketer or an admin can."</p>
        }
        .into_any();
    }
    let form = start_form();
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
    view! {
        <section class="panel panel__body launch" aria-label="Send">
            <form class="stack stack--m" method="post" action=StartCampaign::url()>
                <input type="hidden" name="campaign" value=campaign.to_string()/>
                <input type="hidden" name="hold_seconds" value=HOLD_SECONDS.to_string()/>
                <input type="hidden" name="people" value=people.to_string()/>
                {confirm}
                <div>
                    <Button look=Look::Primary size=Size::Large glyph=Glyph::Plane disabled=!ready>{name}</Button>
                </div>
                <p class="small muted">{then(&stops)}</p>
            </form>
        </section>
    }
    .into_any()
}

/// What the button does, or what it waits for.
fn then(stops: &[&str]) -> String {
    let Some((last, before)) = stops.split_last() else {
        return format!("The first message is held back for {HOLD_SECONDS} seconds, in which you can undo it.");
    };
    let all = if before.is_empty() { (*last).to_owned() } else { format!("{} and {last}", before.join(", ")) };
    format!("Not yet: it needs {all}.")
}

#[cfg(test)]
mod tests {
    use super::then;

    #[test]
    fn what_is_missing_reads_as_a_sentence() {
        assert_eq!(then(&["a sender"]), "Not yet: it needs a sender.");
        assert_eq!(then(&["lists", "a text", "a sender"]), "Not yet: it needs lists, a text and a sender.");
        assert!(then(&[]).contains("30 seconds"));
    }
}
