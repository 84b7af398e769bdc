//! API keys: made, shown once, replaced, revoked. The secret of a new key is shown on the page that follows the form.

use chrono::{DateTime, Utc};
use domain::{access::Scope, account::ApiKey, id::KeyId};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::crumbs;
use crate::{
    address::{Done, query},
    ask::Ask,
    components::{
        Badge, Button, CheckCard, CodeOnce, Column, EmptyState, ErrorSummary, Glyph, Look, Notice, PageHead, Panel,
        Section, Size, Table, TextField, Tone,
    },
    error::Answer,
    form::form_state,
    load::load,
    reset::emptied_after,
    when::{Moment, note},
};

/// All keys, and the secret of one just made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Keys {
    /// All of them, newest first.
    pub keys: Vec<ApiKey>,
    /// The secret.
    pub fresh: Option<String>,
    /// What time it is.
    pub now: DateTime<Utc>,
}

#[server(prefix = "/_fn", endpoint = "api-keys")]
pub async fn get_keys(fresh: String) -> Answer<Keys> {
    let mut tx = crate::request::begin().await?;
    let keys = engine::accounts::keys::list(&mut tx).await?;
    Ok(Keys { keys, fresh: crate::once::find(&fresh).await?, now: tx.now })
}

#[server(prefix = "/_fn", endpoint = "create-api-key")]
pub async fn create_key(
    name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] expires_at: String,
) -> Answer<()> {
    let new = domain::account::NewKey { name, scopes, expires_at: Some(expires_at) };
    let mut tx = crate::request::begin().await?;
    let fresh = engine::accounts::keys::create(&mut tx, &new).await?;
    let kept = crate::once::keep(&fresh.secret).await?;
    tx.commit().await?;
    crate::request::go(&format!("/settings/api-keys?fresh={kept}"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "rotate-api-key")]
pub async fn rotate_key(key: KeyId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let fresh = engine::accounts::keys::rotate(&mut tx, key).await?;
    let kept = crate::once::keep(&fresh.secret).await?;
    tx.commit().await?;
    crate::request::go(&format!("/settings/api-keys?fresh={kept}"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "revoke-api-key")]
pub async fn revoke_key(key: KeyId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::accounts::keys::revoke(&mut tx, key).await?;
    tx.commit().await?;
    crate::request::go("/settings/api-keys?done=revoked");
    Ok(())
}

/// The page.
#[component]
pub fn ApiKeys() -> impl IntoView {
    let fresh = query("fresh");
    let create = ServerAction::<CreateKey>::new();
    let (revoke, rotate) = (ServerAction::<RevokeKey>::new(), ServerAction::<RotateKey>::new());
    let (refused, kept) = (form_state(revoke), form_state(rotate));
    let asked = move || (fresh.get(), revoke.version().get(), rotate.version().get());
    let found = Resource::new(asked, |(fresh, ..)| get_keys(fresh));
    view! {
        <Title text="API keys"/>
        <PageHead title="API keys" crumbs=crumbs()>
            "For programs. They send a key as “Authorization: Bearer …” to /api/v1. "
            <a href="/api/docs" rel="external">"What they can ask for, to read and to try"</a>
        </PageHead>
        <div class="stack">
            <Done words=done/>
            <ErrorSummary errors=refused.summary() title="Not revoked"/>
            <ErrorSummary errors=kept.summary() title="Not replaced"/>
            {load(found, move |found| all(found, create, Actions { revoke, rotate }))}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "revoked").then(|| "The key is revoked. Programs that use it are refused from now on".into())
}

/// What can be done with a key.
#[derive(Clone, Copy)]
struct Actions {
    revoke: ServerAction<RevokeKey>,
    rotate: ServerAction<RotateKey>,
}

fn all(found: Keys, create: ServerAction<CreateKey>, actions: Actions) -> AnyView {
    let fresh = found.fresh.map(|secret| {
        view! {
            <Panel title="Your new key">
                <Notice tone=Tone::Warning title="Copy it now">
                    "This is the only time that it is shown. Whoever has it can do what the key may do."
                </Notice>
                <CodeOnce label="API key" value=secret/>
            </Panel>
        }
    });
    let list = if found.keys.is_empty() { none() } else { table(found.keys, found.now, actions) };
    view! {
        {fresh}
        {list}
        <NewKeyForm action=create/>
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <Panel>
            <EmptyState title="No API keys yet" glyph=Glyph::Key
                text="A key lets a program add contacts, read results or send campaigns. Make one for each program, \
                      so that one can be revoked without the others."/>
        </Panel>
    }
    .into_any()
}

fn table(keys: Vec<ApiKey>, now: DateTime<Utc>, actions: Actions) -> AnyView {
    let columns = vec![
        Column::new("Key"),
        Column::new("May"),
        Column::new("Made"),
        Column::new("Last used"),
        Column::new("Good until"),
        Column::unseen("Actions"),
    ];
    let rows = view! {
        <For each=move || keys.clone() key=|key| (key.id, key.revoked_at, key.expires_at) children=move |key| row(key, now, actions)/>
    };
    view! {
        <Panel flush=true foot=note>
            <Table caption="API keys, newest first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(key: ApiKey, now: DateTime<Utc>, actions: Actions) -> AnyView {
    let scopes = key.scopes.iter().map(|scope| scope_name(*scope)).collect::<Vec<_>>().join(", ");
    let used = key.last_used_at.map_or_else(|| "Never".into_any(), |at| view! { <Moment at/> }.into_any());
    let until = key.expires_at.map_or_else(|| "Until revoked".into_any(), |at| view! { <Moment at/> }.into_any());
    let end = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => view! {
            <Badge glyph=Glyph::Slash text="Revoked"/>
            <small><Moment at/></small>
        }
        .into_any(),
        (None, Some(end)) if end <= now => view! { <Badge glyph=Glyph::Clock text="Lapsed"/> }.into_any(),
        (None, _) => view! { <div class="row">{replace(key.id, key.name.clone(), actions.rotate)} {ask(key.id, key.name.clone(), actions.revoke)}</div> }
            .into_any(),
    };
    view! {
        <tr>
            <td class="wide"><b>{key.name}</b><small><code>{format!("{}…", key.prefix)}</code></small></td>
            <td data-label="May">{scopes}</td>
            <td data-label="Made"><span class="one-line"><Moment at=key.created_at/></span></td>
            <td data-label="Last used"><span class="one-line">{used}</span></td>
            <td data-label="Good until"><span class="one-line">{until}</span></td>
            <td class="wide">{end}</td>
        </tr>
    }
    .into_any()
}

fn replace(key: KeyId, name: String, rotate: ServerAction<RotateKey>) -> AnyView {
    view! {
        <Ask question="Replace…" about=name.clone()>
            <p>"You get a new key that may do the same. The old one works for another 24 hours, so that nothing stops meanwhile."</p>
            <ActionForm action=rotate>
                <input type="hidden" name="key" value=key.to_string()/>
                <Button size=Size::Small busy=rotate.pending()>{format!("Replace {name}")}</Button>
            </ActionForm>
        </Ask>
    }
    .into_any()
}

fn ask(key: KeyId, name: String, revoke: ServerAction<RevokeKey>) -> AnyView {
    view! {
        <Ask question="Revoke…" about=name.clone()>
            <p>"Programs that use it are refused at once. A revoked key never works again."</p>
            <ActionForm action=revoke>
                <input type="hidden" name="key" value=key.to_string()/>
                <Button look=Look::Danger size=Size::Small busy=revoke.pending()>{format!("Revoke {name}")}</Button>
            </ActionForm>
        </Ask>
    }
    .into_any()
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Read",
        Scope::Send => "Send",
        Scope::Manage => "Manage",
    }
}

fn scope_about(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Contacts, lists, templates, campaigns and their results.",
        Scope::Send => "Add and change them, and send campaigns.",
        Scope::Manage => "Settings: providers, senders, users, keys, audit log.",
    }
}

#[component]
fn NewKeyForm(action: ServerAction<CreateKey>) -> impl IntoView {
    let form = form_state(action);
    let ticked = form.values("scopes[]", vec!["read".into()]);
    let cards = Scope::ALL
        .iter()
        .map(|scope| {
            let checked = ticked.iter().any(|word| word == scope.word());
            view! { <CheckCard label=scope_name(*scope) name="scopes[]" value=scope.word() checked hint=scope_about(*scope)/> }
        })
        .collect_view();
    let wrong = form.error("scopes");
    view! {
        <Section title="New key" id="new">
            <Panel>
                <ActionForm action node_ref=emptied_after(action)>
                    <div class="stack stack--m">
                        <ErrorSummary errors=form.summary() title="The key was not made"/>
                        <TextField label="Name" name="name" value=form.value("name", "") error=form.error("name") required=true
                            autocomplete="off" hint="Which program it is for."/>
                        <fieldset class="field" id="scopes" tabindex="-1">
                            <legend>"What it may do"</legend>
                            <div class="cards">{cards}</div>
                            {move || wrong.get().map(|wrong| view! { <p class="field__error">{wrong}</p> })}
                        </fieldset>
                        <TextField label="Last day" name="expires_at" kind="date" value=form.value("expires_at", "")
                            error=form.error("expires_at") optional=true
                            hint="It ends by itself at the end of this day. Left empty, it is good until it is revoked."/>
                        <div><Button look=Look::Primary busy=action.pending()>"Make key"</Button></div>
                    </div>
                </ActionForm>
            </Panel>
        </Section>
    }
    .into_any()
}
