//! A sender: its address, name and provider to be changed, and the way out.

use domain::{
    access::Verb,
    dns::SenderDns,
    id::SenderId,
    provider::{Provider, Sender},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    dns::{CheckSenderDns, DnsPanel},
    fields,
    verify::Verification,
};
use crate::{
    address::{Done, param, query},
    ask::Ask,
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel},
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::{Trouble, load},
    session::may,
    when::When,
};

/// A sender, and what it can go out through.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SenderAndProviders {
    /// The sender.
    pub sender: Sender,
    /// The DNS of its domain.
    pub dns: SenderDns,
    /// All providers.
    pub providers: Vec<Provider>,
}

#[server(prefix = "/_fn", endpoint = "sender")]
pub async fn get_sender(sender: String) -> Answer<SenderAndProviders> {
    let mut tx = crate::request::begin().await?;
    let sender = engine::providers::get_sender(&mut tx, crate::address::id(&sender)?).await?;
    let dns = engine::providers::dns::get(&mut tx, sender.id).await?;
    Ok(SenderAndProviders { sender, dns, providers: engine::providers::list(&mut tx).await? })
}

#[server(prefix = "/_fn", endpoint = "change-sender")]
pub async fn change_sender(
    sender: SenderId,
    email: String,
    #[server(default)] name: String,
    #[server(default)] provider_id: String,
    #[server(default)] dkim_selector: String,
) -> Answer<()> {
    let (email, name, provider_id) = (Some(email), Some(name), Some(provider_id));
    let change = domain::provider::SenderChange { email, name, provider_id, dkim_selector: Some(dkim_selector) };
    let mut tx = crate::request::begin().await?;
    engine::providers::update_sender(&mut tx, sender, &change).await?;
    tx.commit().await?;
    crate::request::go("/settings/senders?done=changed");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "delete-sender")]
pub async fn delete_sender(sender: SenderId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::providers::delete_sender(&mut tx, sender).await?;
    tx.commit().await?;
    crate::request::go("/settings/senders?done=deleted");
    Ok(())
}

/// The page.
#[component]
pub fn SenderPage() -> impl IntoView {
    let (sender, asked) = (param("id"), query("code"));
    let (change, delete) = (ServerAction::<ChangeSender>::new(), ServerAction::<DeleteSender>::new());
    let (change_form, delete_form) = (form_state(change), form_state(delete));
    let check = ServerAction::<CheckSenderDns>::new();
    let found = Resource::new(move || (sender.get(), check.version().get()), |(sender, _)| get_sender(sender));
    if !may(Verb::EditProviders) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |SenderAndProviders { sender, dns, providers }| {
        let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Senders", "/settings/senders")];
        let (email, added) = (sender.email.clone(), sender.created_at);
        let about = format!("Goes out through {}. Added ", sender.provider_name);
        view! {
            <Title text=email.clone()/>
            <PageHead title=email crumbs>{about} <When at=added/></PageHead>
            <div class="stack stack--m">
                <Done words=done/>
                {settings(sender.clone(), providers, change, change_form)}
                <Verification sender=sender.clone() asked=asked.get_untracked()/>
                <DnsPanel sender=sender.id dns check/>
                {way_out(sender, delete, delete_form)}
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "checked").then(|| "The DNS was asked. What it said stands at each line".into())
}

fn settings(sender: Sender, providers: Vec<Provider>, action: ServerAction<ChangeSender>, form: FormState) -> AnyView {
    let (id, fields) = (sender.id.to_string(), fields(Some(&sender), providers, form));
    view! {
        <Panel title="Sender">
            <ActionForm action>
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="The sender stays as it was"/>
                    <input type="hidden" name="sender" value=id/>
                    {fields}
                    <p class="muted">"Campaigns that are under way go on as they began."</p>
                    <div class="row">
                        <Button look=Look::Primary busy=action.pending()>"Save"</Button>
                        <LinkButton href="/settings/senders" look=Look::Quiet>"Cancel"</LinkButton>
                    </div>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn way_out(sender: Sender, action: ServerAction<DeleteSender>, form: FormState) -> AnyView {
    view! {
        <Panel title="Delete this sender">
            <ErrorSummary errors=form.summary() title="Not deleted"/>
            <Ask question="Delete…" about=sender.email.clone()>
                <p>"Campaigns that went out under it keep its address and name."</p>
                <ActionForm action>
                    <input type="hidden" name="sender" value=sender.id.to_string()/>
                    <Button look=Look::Danger busy=action.pending()>{format!("Delete {}", sender.email)}</Button>
                </ActionForm>
            </Ask>
        </Panel>
    }
    .into_any()
}
