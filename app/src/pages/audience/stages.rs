//! The pipeline: its stages in order, all changed together.

use domain::{access::Verb, stage::Stage};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    address::Done,
    components::{Button, Crumb, ErrorSummary, Look, PageHead, Panel, TextArea},
    error::Answer,
    form::form_state,
    load::load,
    session::may,
};

#[server(prefix = "/_fn", endpoint = "stages")]
pub async fn get_stages() -> Answer<Vec<Stage>> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::audience::stages(&mut tx).await?)
}

/// One a line. A stage that is called as before is the one that it was; `key: name` gives another name to one.
#[server(prefix = "/_fn", endpoint = "set-stages")]
pub async fn save_stages(#[server(default)] stages: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let before = engine::audience::stages(&mut tx).await?;
    let stages = stages.lines().filter(|line| !line.trim().is_empty()).map(|line| read(line, &before)).collect();
    let saved = engine::audience::set_stages(&mut tx, &domain::stage::NewStages { stages }).await;
    saved.map_err(crate::error::AppError::from).map_err(on_one_field)?;
    tx.commit().await?;
    crate::request::go("/settings/stages?done=saved");
    Ok(())
}

#[cfg(feature = "ssr")]
fn read(line: &str, before: &[Stage]) -> domain::stage::NewStage {
    use domain::stage::NewStage;
    if let Some((key, name)) = line.split_once(':') {
        return NewStage { key: key.trim().to_owned(), name: name.trim().to_owned() };
    }
    let same = before.iter().find(|stage| stage.name.to_lowercase() == line.trim().to_lowercase());
    NewStage { key: same.map(|stage| stage.key.clone()).unwrap_or_default(), name: line.trim().to_owned() }
}

/// The form has one field for all of them: `stages.2.name` is its third line.
#[cfg(feature = "ssr")]
fn on_one_field(error: crate::error::AppError) -> crate::error::AppError {
    use crate::error::AppError::Invalid;
    let Invalid(mut errors) = error else { return error };
    for error in &mut errors.0 {
        if let Some(line) = error.field.split('.').nth(1).and_then(|line| line.parse::<usize>().ok()) {
            error.message = format!("Line {}: {}", line + 1, error.message);
        }
        error.field = "stages".into();
    }
    Invalid(errors)
}

/// The page.
#[component]
pub fn Stages() -> impl IntoView {
    let action = ServerAction::<SaveStages>::new();
    let form = form_state(action);
    let found = Resource::new(move || action.version().get(), |_| get_stages());
    view! {
        <Title text="Pipeline stages"/>
        <PageHead title="Pipeline stages" crumbs=vec![Crumb::link("Settings", "/settings")]>
            "The steps that contacts go through, in order."
        </PageHead>
        <div class="stack">
            <Done words=done/>
            {load(found, move |stages| {
                if !may(Verb::ManageWorkspace) {
                    let names = stages.into_iter().map(|stage| view! { <li>{stage.name}</li> }).collect_view();
                    return view! { <Panel title="Stages"><ol class="bullets">{names}</ol></Panel> }.into_any();
                }
                let lines: Vec<_> = stages.iter().map(|stage| format!("{}: {}", stage.key, stage.name)).collect();
                view! {
                    <Panel title="Stages">
                        <ActionForm action>
                            <div class="stack stack--m">
                                <ErrorSummary errors=form.summary() title="The stages stay as they were"/>
                                <TextArea label="Stages, one a line" name="stages" rows=8 required=true
                                    value=form.value("stages", lines.join("\n")) error=form.error("stages")
                                    hint="As key: name. Programs and files go by the key, which stays when you change the name; a line \
                                          without a key is a new stage. A stage at which somebody is cannot go."/>
                                <div><Button look=Look::Primary busy=action.pending()>"Save"</Button></div>
                            </div>
                        </ActionForm>
                    </Panel>
                }
                .into_any()
            })}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "saved").then(|| "The stages are saved".into())
}
