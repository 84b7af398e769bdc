//! What is said: statuses, where one is, what happened, what is asked.

use super::show;
use crate::components::*;
use leptos::prelude::*;

pub(super) fn badges() -> AnyView {
    let campaigns = [
        "draft",
        "in_review",
        "changes_asked",
        "approved",
        "scheduled",
        "sending",
        "paused",
        "finished",
        "failed",
        "stopped",
    ];
    let messages = [
        "pending",
        "queued",
        "sending",
        "sent",
        "delivered",
        "opened",
        "clicked",
        "bounced",
        "complained",
        "failed",
        "skipped",
        "in_doubt",
        "cancelled",
    ];
    let badges = view! {
        <div class="stack stack--xs">
            <p class="small dim">"Campaigns"</p>
            <div class="chips">
                {campaigns.map(|status| view! { <CampaignBadge status/> }).collect_view()}
                <CampaignBadge status="finished" not_sent=12/>
                <Badge tone=Tone::Messaging text="Messaging"/>
            </div>
        </div>
        <div class="stack stack--xs">
            <p class="small dim">"Messages"</p>
            <div class="chips">{messages.map(|state| view! { <MessageBadge state/> }).collect_view()}</div>
        </div>
        <div class="stack stack--xs">
            <p class="small dim">"Consent, and people"</p>
            <div class="chips">
                <Badge tone=Tone::Success glyph=Glyph::Check text="Consent"/>
                <Badge tone=Tone::Danger glyph=Glyph::Close text="Withdrawn"/>
                <Badge glyph=Glyph::Minus text="No consent"/>
                <Badge tone=Tone::Danger glyph=Glyph::Slash text="Suppressed"/>
                <Badge glyph=Glyph::Tag text="evenings"/>
            </div>
        </div>
        <div class="row">
            <Avatar initials="NW" label="Nora Whitfield"/>
            <Avatar initials="MB" label="Marcus Bell" large=true/>
        </div>
    };
    show("badges", "Badge and avatar", "Colour, icon and word; never colour alone", badges)
}

pub(super) fn links() -> AnyView {
    let filters = vec![
        Link::new("All", "#all").count(64),
        Link::new("Sending", "#sending").glyph(Glyph::Plane).count(2),
        Link::new("Paused", "#paused").count(1),
        Link::new("Scheduled", "#scheduled").count(4),
        Link::new("Finished", "#finished").count(46),
    ];
    let tabs = ["Live", "Recipients", "Report", "Content"].map(|tab| Link::new(tab, format!("#{tab}"))).to_vec();
    let views =
        vec![Link::new("List", "#list").glyph(Glyph::List), Link::new("Calendar", "#calendar").glyph(Glyph::Calendar)];
    let rows = view! {
        <FilterChips label="Status" links=filters current="#all"/>
        <Tabs label="October newsletter" links=tabs current="#Live"/>
        <div class="row"><Segmented label="View" links=views current="#list"/></div>
        <Pager note="1–10 of 64. Times in America/New_York." label="Pages, an example" next="#next"/>
    };
    show("links", "Filters, tabs, segments, pages", "Links; they work without a script", rows)
}

pub(super) fn notices() -> AnyView {
    let notices = view! {
        <Notice title="Info">"What is so, and what to do about it."</Notice>
        <Notice tone=Tone::Success title="Success">"11,022 people imported."</Notice>
        <Notice
            tone=Tone::Warning
            title="Warning"
            action=|| view! { <LinkButton href="#notices" size=Size::Small>"See the report"</LinkButton> }
        >
            "Complaints are near the limit: 0.09 % of 0.10 %."
        </Notice>
        <Notice tone=Tone::Danger title="Danger">
            "Twilio refused the credentials. Enter a new key, then resume."
        </Notice>
        <Notice tone=Tone::Accent glyph=Glyph::Inbox title="Nothing leaves the building yet"/>
        <Toast glyph=Glyph::Clock text="First message to 3,950 people in 24 s">
            <button class="btn btn--s" type="button"><Icon glyph=Glyph::Back small=true/>"Undo"</button>
        </Toast>
        <Toast tone=Tone::Success text="Saved"/>
        <Toast tone=Tone::Danger text="Not saved: the server does not answer"/>
    };
    show("notices", "Notice and toast", "What happened, what it means, what to do", notices)
}

pub(super) fn questions() -> AnyView {
    let question = view! {
        <div class="row">
            <DialogButton dialog="sg-dialog" look=Look::Danger glyph=Glyph::Square>"Stop…"</DialogButton>
        </div>
        <Dialog
            id="sg-dialog"
            title="Stop “Autumn open house”?"
            keep="Keep sending"
            foot=|| {
                view! {
                    <form method="dialog">
                        <Button look=Look::Danger>"Stop, save 14,876"</Button>
                    </form>
                }
            }
        >
            <p class="muted">
                "31,904 messages are with the providers and cannot be called back. 14,876 will not be sent."
            </p>
        </Dialog>
        <EmptyState
            title="No campaigns yet"
            text="A campaign sends one message, or several, to people who agreed to hear from you."
            action=|| {
                view! {
                    <LinkButton href="#questions" look=Look::Primary glyph=Glyph::Plus>"New campaign"</LinkButton>
                    <LinkButton href="#questions" look=Look::Quiet>"See an example"</LinkButton>
                }
            }
        />
        <Skeleton/>
    };
    show("questions", "Dialog, empty state, skeleton", "A dialog only for a decision", question)
}
