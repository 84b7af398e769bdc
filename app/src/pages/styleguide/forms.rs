//! What is pressed and filled in.

use super::show;
use crate::components::*;
use leptos::prelude::*;

pub(super) fn buttons() -> AnyView {
    let looks =
        [(Look::Primary, "primary"), (Look::Default, "default"), (Look::Quiet, "quiet"), (Look::Danger, "danger")].map(
            |(look, word)| {
                view! {
                    <div class="row">
                        <Button look kind="button">"Rest"</Button>
                        <Button look kind="button" glyph=Glyph::Plus>"Icon"</Button>
                        <Button look kind="button" size=Size::Small>"Small"</Button>
                        <Button look kind="button" busy=true>"Sending…"</Button>
                        <Button look kind="button" disabled=true>"Disabled"</Button>
                        <LinkButton look href="#buttons">"Link"</LinkButton>
                        <button type="button" class=format!("btn btn--{word} is-hover")>"Hover"</button>
                        <button type="button" class=format!("btn btn--{word} is-focus")>"Focus"</button>
                        <span class="small dim">{word}</span>
                    </div>
                }
            },
        );
    let rest = view! {
        {looks.collect_view()}
        <div class="row">
            <Button look=Look::Primary kind="button" size=Size::Large glyph=Glyph::Plane>
                "Send to 3,950 people, about $42.10"
            </Button>
            <IconButton glyph=Glyph::More label="More for October newsletter"/>
            <Menu label="More actions" class="btn btn--icon" face=|| view! { <Icon glyph=Glyph::More/> }>
                <MenuLink href="#buttons" glyph=Glyph::Copy label="Make a copy"/>
                <MenuLink href="#buttons" glyph=Glyph::Approvals label="Approvals" count=2/>
                <hr/>
                <MenuPost action="/styleguide" glyph=Glyph::Trash label="Delete" danger=true/>
            </Menu>
            <ThemeSwitch theme=Theme::System next="/styleguide" words=true/>
        </div>
    };
    show("buttons", "Button and menu", "Names its effect; one primary a screen", rest)
}

pub(super) fn fields() -> AnyView {
    let zones = ["Europe/Rome", "America/New_York", "Asia/Tokyo"].map(|zone| Choice::new(zone, zone)).to_vec();
    let wrong = "Line 1: no variable is called frist_name. Did you mean first_name?";
    let errors = vec![
        FieldError::new("sg-wrong", "Subject: no variable is called frist_name"),
        FieldError::new("", "The campaign was changed by Theo Lindqvist in the meantime"),
    ];
    let fields = view! {
        <ErrorSummary errors=Signal::stored(errors)/>
        <div class="cols">
            <TextField label="Code" name="sg-code" placeholder="HOOK-001" hint="Unique in the workspace." required=true/>
            <TextField label="Name" name="sg-name" value="Winter welcome back" optional=true/>
            <TextField label="Subject" name="sg-wrong" value="Dear {frist_name}" error=wrong/>
            <TextField label="Sender" name="sg-locked" value="news@maplerow.example" disabled=true hint="Locked after approval."/>
            <TextField label="Send at" name="sg-at" kind="datetime-local" value="2026-11-24T09:00" hint="Europe/Rome"/>
            <SelectField label="Time zone" name="sg-zone" choices=zones.clone() value="America/New_York"/>
            <SelectField label="Place" name="sg-place" choices=zones none="Choose a place" error="Choose a place first."/>
            <TextField label="People a day" name="sg-cap" kind="number" inputmode="numeric" min="1" max="10000" value="3"/>
            <TextArea label="Text" name="sg-text" value="Hi {{first_name}},\n<b>see you</b> on Saturday."/>
            <TextArea label="HTML" name="sg-html" value="<p>Hi {{first_name}}</p>" code=true error="Line 1: the footer is missing."/>
            <NewPasswordField name="sg-new"/>
            <PasswordField name="sg-old" error="E-mail and password do not match."/>
            <SearchField label="Search campaigns" name="sg-q" placeholder="Name or code"/>
            <div>
                <CheckField label="Respect quiet hours" name="sg-quiet" checked=true hint="On by default"/>
                <CheckField label="Unchecked" name="sg-off"/>
                <CheckField label="Disabled" name="sg-never" disabled=true hint="No SMS provider"/>
                <CheckField label="I have their consent" name="sg-consent" error="Needed before an import."/>
            </div>
        </div>
    };
    show("fields", "Field", "Label above, hint below, error in words", fields)
}

pub(super) fn cards() -> AnyView {
    let modes = vec![
        Choice::new("single", "Single").hint("One channel"),
        Choice::new("all", "All channels").hint("Every chosen one at once"),
        Choice::new("cascade", "Cascade").hint("The next one if not delivered in time"),
        Choice::new("backup", "Primary and backup").disabled("Needs a second channel"),
    ];
    let cards = view! {
        <RadioCards label="Mode" name="sg-mode" choices=modes.clone() value="single"/>
        <RadioCards label="Mode, not chosen" name="sg-mode-2" choices=modes error="Choose how it is sent."/>
        <div class="cards">
            <CheckCard label="E-mail" name="sg-channel" value="email" checked=true hint="18,402 with consent"/>
            <CheckCard label="SMS" name="sg-channel" value="sms" hint="2,114 with consent"/>
            <CheckCard label="WhatsApp" name="sg-channel" value="whatsapp" disabled=true hint="No provider"/>
        </div>
    };
    show("cards", "Cards to tick and to choose", "When a choice needs a line of explanation", cards)
}
