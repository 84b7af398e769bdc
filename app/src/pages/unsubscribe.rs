//! The page behind the unsubscribe link of a message (SPEC 10): looking at it changes nothing, the button does.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

use crate::{
    components::{AuthPage, Button, Look, Notice, Size, Theme, Tone},
    error::Answer,
    load::load,
    session::session,
};

/// What a link is about.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Subscription {
    /// Who writes; nobody does in a test message.
    pub workspace: String,
    /// The address, masked.
    pub address: String,
    /// Unsubscribed already.
    pub unsubscribed: bool,
}

#[server(prefix = "/_fn", endpoint = "subscription")]
pub async fn get_subscription(token: String) -> Answer<Option<Subscription>> {
    let engine = crate::request::engine()?;
    match engine::tracking::subscription(&engine, &token).await {
        Ok(found) => {
            let (workspace, address, unsubscribed) = (found.workspace, found.address, found.unsubscribed);
            Ok(Some(Subscription { workspace, address, unsubscribed }))
        }
        Err(engine::Error::NotFound) if token == engine::tracking::TRIAL => Ok(Some(Subscription::default())),
        Err(engine::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The page.
#[component]
pub fn Unsubscribe() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let path = format!("/unsubscribe/{token}");
    let action = path.clone();
    let found = Resource::new(move || token.clone(), get_subscription);
    view! {
        <Title text="Unsubscribe"/>
        <AuthPage title="Unsubscribe" theme=Theme::parse(&session().theme) path=Signal::stored(path)>
            {load(found, move |found| answer(found, action.clone()))}
        </AuthPage>
    }
}

fn answer(found: Option<Subscription>, action: String) -> AnyView {
    match found {
        None => {
            #[cfg(feature = "ssr")]
            crate::request::set_status(404);
            view! {
                <Notice tone=Tone::Warning title="This link does not work">
                    "It may have been cut off in your mail program. Open the newest message and try its link."
                </Notice>
            }
            .into_any()
        }
        Some(Subscription { workspace, .. }) if workspace.is_empty() => super::preferences::trial_link(),
        Some(Subscription { workspace, address, unsubscribed: true }) => view! {
            <Notice tone=Tone::Success title="You are unsubscribed">
                {format!("{workspace} will not write marketing e-mail to {address} any more.")}
            </Notice>
        }
        .into_any(),
        Some(Subscription { workspace, address, .. }) => view! {
            <p>{format!("Stop marketing e-mail from {workspace} to {address}?")}</p>
            <form method="post" action=action>
                <Button look=Look::Primary size=Size::Large>"Unsubscribe"</Button>
            </form>
        }
        .into_any(),
    }
}
