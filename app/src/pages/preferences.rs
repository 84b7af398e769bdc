//! The page behind the preference link of a message (SPEC 4.4): what a person wants to be written to about, and on which
//! channels. It works without a script, and for people without an account.

use domain::channel::{Channel, Purpose};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

use crate::{
    address::query,
    components::{AuthPage, Button, CheckField, Look, Notice, Size, Theme, Tone},
    error::Answer,
    load::load,
    session::session,
};

/// What a link is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Behind {
    /// Nothing.
    Nothing,
    /// It stands in a message that was only tried out.
    Trial,
    /// A person's choices.
    Choices(Choices),
}

/// What a person can choose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Choices {
    /// Who writes.
    workspace: String,
    /// The address, masked.
    address: String,
    /// Channel, purpose, and whether it is granted.
    all: Vec<(Channel, Purpose, bool)>,
}

#[server(prefix = "/_fn", endpoint = "preferences")]
pub async fn get_preferences(token: String) -> Answer<Behind> {
    let engine = crate::request::engine()?;
    match engine::tracking::preferences(&engine, &token).await {
        Ok(found) => {
            let granted = |state| state == Some(domain::consent::State::Granted);
            let all = found.choices.iter().map(|choice| (choice.channel, choice.purpose, granted(choice.state)));
            let all = all.collect();
            Ok(Behind::Choices(Choices { workspace: found.workspace, address: found.address, all }))
        }
        Err(engine::Error::NotFound) if token == engine::tracking::TRIAL => Ok(Behind::Trial),
        Err(engine::Error::NotFound) => Ok(Behind::Nothing),
        Err(error) => Err(error.into()),
    }
}

/// The page.
#[component]
pub fn Preferences() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let path = format!("/p/{token}");
    let (action, done) = (path.clone(), query("done"));
    let found = Resource::new(move || token.clone(), get_preferences);
    view! {
        <Title text="Your preferences"/>
        <AuthPage title="Your preferences" theme=Theme::parse(&session().theme) path=Signal::stored(path)>
            {load(found, move |found| answer(found, action.clone(), done.get_untracked() == "saved"))}
        </AuthPage>
    }
}

fn answer(found: Behind, action: String, saved: bool) -> AnyView {
    match found {
        Behind::Choices(choices) => form(choices, action, saved),
        Behind::Trial => trial_link(),
        Behind::Nothing => {
            #[cfg(feature = "ssr")]
            crate::request::set_status(404);
            view! {
                <Notice tone=Tone::Warning title="This link does not work">
                    "It may have been cut off in your mail program. Open the newest message and try its link."
                </Notice>
            }
            .into_any()
        }
    }
}

/// What the links of a message say that was only tried out.
pub(super) fn trial_link() -> AnyView {
    view! {
        <Notice tone=Tone::Info title="This link is of a test message">
            "In a message that is really sent, it leads its reader to a page of their own."
        </Notice>
    }
    .into_any()
}

fn form(choices: Choices, action: String, saved: bool) -> AnyView {
    let Choices { workspace, address, all } = choices;
    let channels = Channel::ALL.iter().filter_map(|channel| {
        let of: Vec<_> = all.iter().filter(|(of, ..)| of == channel).map(|(_, purpose, on)| (*purpose, *on)).collect();
        (!of.is_empty()).then(|| channel_choices(*channel, of))
    });
    let channels = channels.collect_view();
    let saved = saved.then(|| view! { <Notice tone=Tone::Success title="Your choice is kept" alert=true/> });
    view! {
        <div class="stack stack--m">
            {saved}
            <p>{format!("What may {workspace} write to {address} about?")}</p>
            <form method="post" action=action.clone()>
                <div class="stack stack--m">
                    {channels}
                    <Button look=Look::Primary size=Size::Large>"Keep this"</Button>
                </div>
            </form>
            <form method="post" action=action>
                <input type="hidden" name="stop" value="all"/>
                <Button look=Look::Quiet>"Stop everything"</Button>
            </form>
        </div>
    }
    .into_any()
}

fn channel_choices(channel: Channel, of: Vec<(Purpose, bool)>) -> AnyView {
    let boxes = of.into_iter().map(|(purpose, checked)| {
        let value = format!("{channel}.{purpose}");
        view! { <CheckField label=purpose.asked() name="want" id=format!("{channel}-{purpose}") value checked/> }
    });
    view! {
        <fieldset class="stack stack--s">
            <legend class="b">{channel.label()}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}
