//! Notices: what happened, what it means, what to do; and the short word after an action.

use super::{
    icon::{Glyph, Icon},
    tone::Tone,
};
use leptos::{children::ViewFnOnce, prelude::*};

/// A notice in its place on the page.
#[component]
pub fn Notice(
    /// Info unless said otherwise.
    #[prop(default = Tone::Info)]
    tone: Tone,
    /// Another icon than the tone's.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// What happened.
    #[prop(into)]
    title: String,
    /// Read aloud at once, when it comes as an answer.
    #[prop(optional)]
    alert: bool,
    /// The remedy, as a small button.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
    /// What it means and what to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("note note--{}", tone.word()) role=alert.then_some("alert")>
            <Icon glyph=glyph.unwrap_or(tone.glyph())/>
            <div>
                <b>{title}</b>
                {children.map(|children| view! { <p class="small">{children()}</p> })}
            </div>
            {action.map(|action| view! { <div class="note__action">{action.run()}</div> })}
        </div>
    }
    .into_any()
}

/// What was done, said once after it: "Saved", "Stopped: 1,204 handed over, 2,746 saved".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// What was done.
    pub text: String,
}

impl Flash {
    /// Done well.
    pub fn success(text: impl Into<String>) -> Self {
        Self { tone: Tone::Success, text: text.into() }
    }

    /// Not done; why, and what to do.
    pub fn danger(text: impl Into<String>) -> Self {
        Self { tone: Tone::Danger, text: text.into() }
    }
}

/// The place at the foot of the window where a flash appears. Stands on the page from the start, or it is not read
/// aloud.
#[component]
pub fn Toasts(
    /// The message, if there is one.
    #[prop(into)]
    message: Signal<Option<Flash>>,
) -> impl IntoView {
    let (closed, close) = signal(None::<Flash>);
    let toast = move || {
        let message = message.get().filter(|message| closed.get().as_ref() != Some(message));
        message.map(|message| {
            let Flash { tone, text } = message.clone();
            view! {
                <Toast tone text>
                    <button class="btn btn--s" type="button" on:click=move |_| close.set(Some(message.clone()))>
                        "Close"
                    </button>
                </Toast>
            }
        })
    };
    view! { <div class="toasts" role="status">{toast}</div> }.into_any()
}

/// One dark strip: the text and what can be done about it.
#[component]
pub fn Toast(
    /// How it went.
    #[prop(optional)]
    tone: Tone,
    /// Another icon than the tone's.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// What was done.
    #[prop(into)]
    text: String,
    /// Small buttons: "Undo".
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("toast toast--{}", tone.word())>
            <Icon glyph=glyph.unwrap_or(tone.glyph())/>
            <span>{text}</span>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
