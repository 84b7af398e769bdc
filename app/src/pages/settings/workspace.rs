//! The workspace's own settings: what it is called and where it is, and what becomes of messages that stay in doubt.

use domain::{account::Settings, doubt::DoubtPolicy};
use leptos::prelude::*;
use leptos_meta::Title;

use super::crumbs;
use crate::{
    address::Done,
    components::{Button, Choice, Dl, ErrorSummary, Fact, Look, PageHead, Panel, RadioCards, Section},
    error::Answer,
    form::{FormState, form_state},
    load::load,
    when::When,
};

#[server(prefix = "/_fn", endpoint = "workspace")]
pub async fn get_workspace() -> Answer<Settings> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::accounts::workspace::get(&mut tx).await?)
}

#[server(prefix = "/_fn", endpoint = "change-workspace")]
pub async fn change_workspace(#[server(default)] doubt_policy: String) -> Answer<()> {
    let new = domain::account::NewSettings { doubt_policy: Some(doubt_policy) };
    let mut tx = crate::request::begin().await?;
    engine::accounts::workspace::change(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/workspace?done=changed");
    Ok(())
}

/// The page.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let action = ServerAction::<ChangeWorkspace>::new();
    let form = form_state(action);
    let settings = Resource::new(move || action.version().get(), |_| get_workspace());
    view! {
        <Title text="Workspace"/>
        <PageHead title="Workspace" crumbs=crumbs()/>
        <div class="stack">
            <Done words=done/>
            {load(settings, move |settings| {
                let facts = facts(&settings);
                view! { {facts} {doubts(settings, action, form)} }.into_any()
            })}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "changed").then(|| "The workspace’s settings are saved".into())
}

fn facts(settings: &Settings) -> AnyView {
    let workspace = settings.workspace.clone();
    view! {
        <Panel>
            <Dl>
                <Fact term="Name">{workspace.name}</Fact>
                <Fact term="Short name">{workspace.slug}</Fact>
                <Fact term="Time zone">{workspace.time_zone}</Fact>
                <Fact term="Postal address">{workspace.postal_address}</Fact>
            </Dl>
        </Panel>
    }
    .into_any()
}

fn doubts(settings: Settings, action: ServerAction<ChangeWorkspace>, form: FormState) -> AnyView {
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
