//! Whether a sender's address is known to be ours: a code is mailed to it, and typed in here.

use domain::{id::SenderId, invitation::Delivery, provider::Sender};
use leptos::prelude::*;

use crate::{
    components::{Badge, Button, ErrorSummary, Glyph, Look, Notice, Panel, Size, TextField, Tone},
    error::Answer,
    form::form_state,
    when::When,
};

#[server(prefix = "/_fn", endpoint = "ask-sender-code")]
pub async fn ask_sender_code(sender: SenderId) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    let letter = engine::providers::ask_code(&engine, &mut tx, sender).await?;
    tx.commit().await?;
    let delivery = letter.send().await;
    crate::request::go(&format!("/settings/senders/{sender}?code={delivery}"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "verify-sender")]
pub async fn verify_sender(sender: SenderId, #[server(default)] code: String) -> Answer<()> {
    let (engine, actor) = (crate::request::engine()?, crate::request::actor()?);
    engine::providers::verify_sender(&engine, &actor, sender, &code).await?;
    crate::request::go("/settings/senders?done=verified");
    Ok(())
}

/// Whether an address is known to be ours, as a badge.
pub(super) fn badge(sender: &Sender) -> AnyView {
    match sender.verified_at {
        Some(_) => view! { <Badge tone=Tone::Success glyph=Glyph::Check text="Verified"/> }.into_any(),
        None => view! { <Badge tone=Tone::Warning glyph=Glyph::Warning text="Not verified"/> }.into_any(),
    }
}

/// The part of a sender's page about it. `asked` is what became of the mail with a code, if one was just asked for.
#[component]
pub(super) fn Verification(
    /// The sender.
    sender: Sender,
    /// A word of [`Delivery`], or empty.
    asked: String,
) -> impl IntoView {
    if let Some(at) = sender.verified_at {
        return view! {
            <Panel title="This address is yours">
                <p class="muted">"A code that was mailed to it was typed in here. Verified " <When at/> "."</p>
            </Panel>
        }
        .into_any();
    }
    let (ask, verify) = (ServerAction::<AskSenderCode>::new(), ServerAction::<VerifySender>::new());
    let (asks, verifies) = (form_state(ask), form_state(verify));
    let (id, email) = (sender.id.to_string(), sender.email.clone());
    let same = id.clone();
    let outcome = outcome(&asked, &email);
    view! {
        <Panel title="Verify the address">
            <p class="muted">
                {format!("A code is mailed to {email}, through {}. Typing it in shows that answers reach you.", sender.provider_name)}
            </p>
            {outcome}
            <ErrorSummary errors=asks.summary() title="No code was mailed"/>
            <ActionForm action=ask>
                <input type="hidden" name="sender" value=id/>
                <Button look=if asked.is_empty() { Look::Primary } else { Look::Default } busy=ask.pending()>
                    {if asked.is_empty() { "Mail me a code" } else { "Mail another code" }}
                </Button>
            </ActionForm>
            <ActionForm action=verify>
                <div class="stack stack--m">
                    <ErrorSummary errors=verifies.summary() title="Not verified"/>
                    <input type="hidden" name="sender" value=same/>
                    <TextField label="Code from the mail" name="code" inputmode="numeric" autocomplete="one-time-code"
                        value=verifies.value("code", "") error=verifies.error("code")/>
                    <div><Button size=Size::Medium busy=verify.pending()>"Verify"</Button></div>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn outcome(asked: &str, email: &str) -> Option<AnyView> {
    let notice = match Delivery::from_word(asked)? {
        Delivery::Sent => {
            let title = format!("A code is on its way to {email}");
            view! { <Notice tone=Tone::Success title alert=true>"It is good for half an hour."</Notice> }.into_any()
        }
        Delivery::NoAnswer => {
            let title = "The provider did not answer";
            view! { <Notice tone=Tone::Warning title alert=true>"The mail with the code may arrive or not."</Notice> }
                .into_any()
        }
        Delivery::Refused | Delivery::NoSender => {
            let title = "The provider refused the mail";
            view! {
                <Notice tone=Tone::Danger title alert=true>
                    "It may not let you send in the name of this address. Its page in Settings, Providers, has a test."
                </Notice>
            }
            .into_any()
        }
    };
    Some(notice)
}
