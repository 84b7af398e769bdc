//! What can be decided about messages in doubt, each with what it risks.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignStatus},
    doubt::Decision,
    id::CampaignId,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::in_doubt::DecideInDoubt;
use crate::{
    ask::Ask,
    components::{Button, Dl, Fact, Glyph, Look, Panel, Section, format::count},
    session::may,
};

/// The order in which they are offered.
const CHOICES: [Decision; 3] = [Decision::MarkSent, Decision::SendAgain, Decision::MarkNotSent];

fn label(decision: Decision) -> &'static str {
    match decision {
        Decision::MarkSent => "Mark as sent",
        Decision::SendAgain => "Send again",
        Decision::MarkNotSent => "Give up",
    }
}

/// What it does, and what it risks.
fn risk(decision: Decision) -> &'static str {
    match decision {
        Decision::MarkSent => {
            "They count as sent. A person whose message was lost gets nothing, and no figure shows it."
        }
        Decision::SendAgain => {
            "They go out once more, except to people who unsubscribed since or may not be written to. A person whose \
             message did arrive gets it twice."
        }
        Decision::MarkNotSent => {
            "They count as failed, and nothing goes out. Some of these people may have got the message all the same."
        }
    }
}

fn glyph(decision: Decision) -> Glyph {
    match decision {
        Decision::MarkSent => Glyph::Check,
        Decision::SendAgain => Glyph::Plane,
        Decision::MarkNotSent => Glyph::Slash,
    }
}

/// What doubt means and what the choices are.
pub(super) fn explained(campaign: &Campaign) -> AnyView {
    let stopped = campaign.status == CampaignStatus::Cancelled;
    let facts = offered(stopped).map(|decision| view! { <Fact term=label(decision)>{risk(decision)}</Fact> });
    let facts = facts.collect_view();
    let settings = || {
        view! { " What becomes of them if nobody decides within 24 hours is set under " <a href="/settings/workspace">"Workspace"</a> "." }
    };
    view! {
        <Panel title="What this means">
            <p>
                "These messages may have arrived or not, and nobody can know for certain: sending them again could reach
                people twice, leaving them could reach them not at all. So Carillon asks you."
                {may(Verb::ManageWorkspace).then(settings)}
            </p>
            <Dl>{facts}</Dl>
            {stopped.then(|| view! { <p class="small muted">"The campaign was stopped, so none of them can be sent again."</p> })}
        </Panel>
    }
    .into_any()
}

fn offered(stopped: bool) -> impl Iterator<Item = Decision> {
    CHOICES.into_iter().filter(move |decision| !(stopped && *decision == Decision::SendAgain))
}

/// The buttons for those that are ticked, in their form.
pub(super) fn for_ticked(stopped: bool) -> AnyView {
    let buttons = offered(stopped).map(|decision| {
        view! { <Button name="decision" value=decision.word() glyph=glyph(decision)>{label(decision)}</Button> }
    });
    let buttons = buttons.collect_view();
    view! {
        <div class="row" role="group" aria-labelledby="ticked">
            <span class="muted" id="ticked">"Those ticked:"</span>
            {buttons}
        </div>
    }
    .into_any()
}

/// The same for all of the campaign at once, each behind a question.
pub(super) fn for_all(id: CampaignId, total: u64, stopped: bool) -> AnyView {
    let questions = offered(stopped).map(|decision| about_all(id, total, decision)).collect_view();
    view! {
        <Section title=format!("All {} at once", count(total)) id="all">
            <Panel><div class="stack stack--s">{questions}</div></Panel>
        </Section>
    }
    .into_any()
}

fn about_all(id: CampaignId, total: u64, decision: Decision) -> AnyView {
    let number = count(total);
    let words = match decision {
        Decision::MarkSent => format!("Mark all {number} as sent"),
        Decision::SendAgain => format!("Send all {number} again"),
        Decision::MarkNotSent => format!("Give up all {number}"),
    };
    let look = if decision == Decision::SendAgain { Look::Danger } else { Look::Default };
    view! {
        <Ask question=format!("{}…", label(decision)) about="all of them">
            <p>{risk(decision)} " This cannot be taken back."</p>
            <form method="post" action=DecideInDoubt::url()>
                <input type="hidden" name="campaign" value=id.to_string()/>
                <input type="hidden" name="all" value="true"/>
                <Button look name="decision" value=decision.word()>{words}</Button>
            </form>
        </Ask>
    }
    .into_any()
}
