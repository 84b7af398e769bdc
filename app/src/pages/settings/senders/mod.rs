//! Senders: the addresses and names that readers see, each with the provider it goes out through.

mod dns;
mod edit;
mod verify;

use domain::{
    access::Verb,
    provider::{Provider, ProviderKind, Sender},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::crumbs;
use crate::{
    address::Done,
    components::{
        Button, Choice, Column, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, Section,
        SelectField, Table, TextField,
    },
    error::Answer,
    form::{FormState, form_state},
    load::load,
    reset::emptied_after,
    session::may,
    when::{Day, note},
};

pub(super) use edit::SenderPage;

/// Senders, and the providers that a new one can go out through.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendersAndProviders {
    /// All senders.
    pub senders: Vec<Sender>,
    /// All providers.
    pub providers: Vec<Provider>,
}

#[server(prefix = "/_fn", endpoint = "senders")]
pub async fn get_senders() -> Answer<SendersAndProviders> {
    let mut tx = crate::request::begin().await?;
    let senders = engine::providers::senders(&mut tx).await?;
    Ok(SendersAndProviders { senders, providers: engine::providers::list(&mut tx).await? })
}

#[server(prefix = "/_fn", endpoint = "create-sender")]
pub async fn create_sender(
    email: String,
    #[server(default)] name: String,
    #[server(default)] provider_id: String,
    #[server(default)] dkim_selector: String,
) -> Answer<()> {
    let new = domain::provider::NewSender { email, name, provider_id, dkim_selector };
    let mut tx = crate::request::begin().await?;
    engine::providers::create_sender(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/senders?done=added");
    Ok(())
}

/// The page.
#[component]
pub fn Senders() -> impl IntoView {
    let action = ServerAction::<CreateSender>::new();
    let found = Resource::new(move || action.version().get(), |_| get_senders());
    view! {
        <Title text="Senders"/>
        <PageHead title="Senders" crumbs=crumbs()>"The addresses and names that readers see as the sender."</PageHead>
        <div class="stack">
            <Done words=done/>
            {load(found, move |found| all(found, action))}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    let words = match word {
        "added" => {
            "The sender is added. Campaigns can go out under it; its page verifies the address and checks the DNS"
        }
        "changed" => "The sender is changed",
        "deleted" => "The sender is deleted",
        "verified" => "The address is verified",
        _ => return None,
    };
    Some(words.into())
}

fn all(found: SendersAndProviders, action: ServerAction<CreateSender>) -> AnyView {
    let SendersAndProviders { senders, providers } = found;
    let edits = may(Verb::EditProviders);
    let list = match (senders.is_empty(), providers.is_empty()) {
        (true, true) => no_provider(edits),
        (true, false) => view! {
            <Panel>
                <EmptyState title="No senders yet" glyph=Glyph::Envelope
                    text="A campaign goes out under a sender: an address of yours and the name beside it, as news@yourfirm.example."/>
            </Panel>
        }
        .into_any(),
        (false, _) => table(senders, &providers, edits),
    };
    let form = (edits && !providers.is_empty()).then(|| view! { <NewSenderForm providers action/> });
    view! {
        {list}
        {form}
    }
    .into_any()
}

fn no_provider(edits: bool) -> AnyView {
    let first = move || {
        edits.then(|| view! { <LinkButton href="/settings/providers/new" look=Look::Primary>"Add a provider first"</LinkButton> })
    };
    view! {
        <Panel>
            <EmptyState title="No provider to send through yet" glyph=Glyph::Plane action=first
                text="A sender goes out through a provider, which is a mail server of yours."/>
        </Panel>
    }
    .into_any()
}

fn table(senders: Vec<Sender>, providers: &[Provider], edits: bool) -> AnyView {
    let columns =
        vec![Column::new("Sender"), Column::new("Address"), Column::new("Goes out through"), Column::new("Added")];
    let rows = senders
        .into_iter()
        .map(|sender| {
            let (badge, dns) = (verify::badge(&sender), dns::badge(&sender, providers));
            let title = match edits {
                true => view! { <a class="name" href=format!("/settings/senders/{}", sender.id)>{sender.email}</a> }
                    .into_any(),
                false => view! { <b>{sender.email}</b> }.into_any(),
            };
            view! {
                <tr>
                    <td class="wide">{title}<small>{sender.name}</small></td>
                    <td class="wide" data-label="Address"><span class="row">{badge} {dns}</span></td>
                    <td data-label="Goes out through">{sender.provider_name}</td>
                    <td data-label="Added"><span class="one-line"><Day at=sender.created_at/></span></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Panel flush=true foot=note>
            <Table caption="Senders, by address" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

#[component]
fn NewSenderForm(providers: Vec<Provider>, action: ServerAction<CreateSender>) -> impl IntoView {
    let form = form_state(action);
    view! {
        <Section title="New sender" id="new">
            <Panel>
                <ActionForm action node_ref=emptied_after(action)>
                    <div class="stack stack--m">
                        <ErrorSummary errors=form.summary() title="The sender could not be added"/>
                        {fields(None, providers, form)}
                        <div><Button look=Look::Primary busy=action.pending()>"Add sender"</Button></div>
                    </div>
                </ActionForm>
            </Panel>
        </Section>
    }
    .into_any()
}

/// Address, name, provider and selector, with what `known` has in them.
fn fields(known: Option<&Sender>, providers: Vec<Provider>, form: FormState) -> AnyView {
    let (email, name, provider) = match known {
        Some(known) => (known.email.clone(), known.name.clone(), known.provider_id.to_string()),
        None => (String::new(), String::new(), likely(&providers)),
    };
    let selector = known.map(|known| known.dkim_selector.clone()).unwrap_or_default();
    let choices =
        providers.into_iter().map(|provider| Choice::new(provider.id.to_string(), provider.name)).collect::<Vec<_>>();
    view! {
        <div class="cols">
            <TextField label="Address" name="email" kind="email" value=form.value("email", email)
                error=form.error("email") required=true autocomplete="off"
                hint="One that the provider may send for; answers arrive there."/>
            <TextField label="Name" name="name" value=form.value("name", name) error=form.error("name")
                optional=true autocomplete="off" hint="Readers see it beside the address."/>
            <SelectField label="Goes out through" name="provider_id" choices none="Choose a provider"
                value=form.value("provider_id", provider) error=form.error("provider_id") required=true/>
            <TextField label="DKIM selector" name="dkim_selector" value=form.value("dkim_selector", selector)
                error=form.error("dkim_selector") optional=true autocomplete="off"
                hint="Of the key that your mail server signs with, such as s1. Amazon SES tells it by itself."/>
        </div>
    }
    .into_any()
}

/// The provider that is probably meant: the only real one, or the only one.
fn likely(providers: &[Provider]) -> String {
    let real: Vec<_> = providers.iter().filter(|provider| provider.kind != ProviderKind::Sandbox).collect();
    match (real.as_slice(), providers) {
        ([only], _) => only.id.to_string(),
        ([], [only]) => only.id.to_string(),
        _ => String::new(),
    }
}
