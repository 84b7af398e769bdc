//! The workspace's own settings: what it is called and where it is, and what becomes of messages that stay in doubt.

#[cfg(feature = "ssr")]
use domain::account::NewSettings;
use domain::{account::Settings, doubt::DoubtPolicy, zone};
use leptos::prelude::*;
use leptos_meta::Title;

use super::crumbs;
use crate::{
    address::Done,
    components::{
        Button, Choice, ErrorSummary, Look, PageHead, Panel, RadioCards, Section, SelectField, TextArea, TextField,
    },
    error::Answer,
    form::{FormState, form_state},
    load::load,
    when::When,
};

#[server(prefix = "/_fn", endpoint = "workspace")]
pub async fn get_workspace() -> Answer<Settings> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::accounts::workspace::get(&crate::request::engine()?, &mut tx).await?)
}

#[server(prefix = "/_fn", endpoint = "change-workspace")]
pub async fn change_workspace(name: String, slug: String, time_zone: String, postal_address: String) -> Answer<()> {
    let (name, slug) = (Some(name), Some(slug));
    let (time_zone, postal_address) = (Some(time_zone), Some(postal_address));
    save(NewSettings { name, slug, time_zone, postal_address, ..Default::default() }).await
}

#[server(prefix = "/_fn", endpoint = "change-doubt-policy")]
pub async fn change_doubt_policy(#[server(default)] doubt_policy: String) -> Answer<()> {
    save(NewSettings { doubt_policy: Some(doubt_policy), ..Default::default() }).await
}

#[cfg(feature = "ssr")]
async fn save(new: NewSettings) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::accounts::workspace::change(&crate::request::engine()?, &mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/workspace?done=changed");
    Ok(())
}

/// The page.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let (change, decide) = (ServerAction::<ChangeWorkspace>::new(), ServerAction::<ChangeDoubtPolicy>::new());
    let (form, doubt) = (form_state(change), form_state(decide));
    let settings = Resource::new(move || (change.version().get(), decide.version().get()), |_| get_workspace());
    view! {
        <Title text="Workspace"/>
        <PageHead title="Workspace" crumbs=crumbs()/>
        <div class="stack">
            <Done words=done/>
            {load(settings, move |settings| {
                let facts = facts(&settings, change, form);
                view! { {facts} {doubts(settings, decide, doubt)} }.into_any()
            })}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "changed").then(|| "The workspace’s settings are saved".into())
}

fn facts(settings: &Settings, action: ServerAction<ChangeWorkspace>, form: FormState) -> AnyView {
    let workspace = settings.workspace.clone();
    let zones = zone::choices().into_iter().map(|name| Choice::new(name, name.replace('_', " "))).collect::<Vec<_>>();
    view! {
        <Panel>
            <ActionForm action>
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="The workspace stays as it was"/>
                    <div class="cols">
                        <TextField label="Name" name="name" value=form.value("name", workspace.name) error=form.error("name")
                            required=true autocomplete="organization" hint="Readers see it in the footer of your e-mails."/>
                        <TextField label="Short name" name="slug" value=form.value("slug", workspace.slug)
                            error=form.error("slug") required=true autocomplete="off"
                            hint="For commands: lower-case letters, digits and hyphens."/>
                    </div>
                    <SelectField label="Time zone" name="time_zone" choices=zones
                        value=form.value("time_zone", workspace.time_zone) error=form.error("time_zone") required=true/>
                    <TextArea label="Postal address" name="postal_address" rows=3
                        value=form.value("postal_address", workspace.postal_address) error=form.error("postal_address")
                        required=true hint="Printed in the footer of every marketing e-mail, as the law asks."/>
                    <p class="small muted">"Campaigns that are under way go on as they began."</p>
                    <div><Button look=Look::Primary busy=action.pending()>"Save"</Button></div>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn doubts(settings: Settings, action: ServerAction<ChangeDoubtPolicy>, form: FormState) -> AnyView {
    let choices = vec![
        Choice::new(DoubtPolicy::Hold.word(), "Hold them for a person").hint(
            "Nothing goes out twice by itself. Until somebody decides, a person whose message was lost gets nothing.",
        ),
        Choice::new(DoubtPolicy::SendAgain.word(), "Send them again, once")
            .hint("Nobody has to decide. A person whose message did arrive gets it a second time, a day later."),
    ];
    let value = form.value("doubt_policy", settings.doubt_policy.word());
    let since = settings.doubt_policy_since;
    view! {
        <Section title="Messages in doubt" id="doubt">
            <Panel>
                <ActionForm action>
                    <div class="stack stack--m">
                        <ErrorSummary errors=form.summary() title="The settings stay as they were"/>
                        <p class="muted">
                            "A message is in doubt when it was handed over and no answer came: it may have arrived or not. "
                            "For a day Carillon waits for a late answer. What then?"
                        </p>
                        <RadioCards label="After 24 hours in doubt" name="doubt_policy" choices value
                            error=form.error("doubt_policy")
                            hint="A change counts for messages that come into doubt after it. What ends in doubt a second time is always held."/>
                        {since.map(|at| view! { <p class="small muted">"Chosen " <When at/> "."</p> })}
                        <div><Button look=Look::Primary busy=action.pending()>"Save"</Button></div>
                    </div>
                </ActionForm>
            </Panel>
        </Section>
    }
    .into_any()
}
