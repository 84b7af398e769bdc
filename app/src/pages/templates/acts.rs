//! What can be done to a template as a whole. Each is a form of one button that the browser always sends by itself, so
//! that the page that follows shows how things stand then.

use domain::id::TemplateId;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{components::FieldError, error::Answer, form::plain_form_state};

#[server(prefix = "/_fn", endpoint = "duplicate-template")]
pub async fn duplicate_template(template: TemplateId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let copy = engine::templates::duplicate(&mut tx, template, None).await?;
    tx.commit().await?;
    crate::request::go(&format!("/templates/{}?done=copied", copy.template.id));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "archive-template")]
pub async fn archive_template(template: TemplateId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::templates::archive(&mut tx, template).await?;
    tx.commit().await?;
    crate::request::go(&format!("/templates/{template}?done=archived"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "restore-template")]
pub async fn restore_template(template: TemplateId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::templates::restore(&mut tx, template).await?;
    tx.commit().await?;
    crate::request::go(&format!("/templates/{template}?done=restored"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "restore-template-version")]
pub async fn restore_version(template: TemplateId, version: i32) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::templates::restore_version(&mut tx, template, version).await?;
    tx.commit().await?;
    crate::request::go(&format!("/templates/{template}?done=version"));
    Ok(())
}

/// A form of one button.
pub(super) fn post<S: ServerFn>(template: &str, more: Option<(&'static str, String)>, button: AnyView) -> AnyView {
    let more = more.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=S::url()>
            <input type="hidden" name="template" value=template.to_owned()/>
            {more}
            {button}
        </form>
    }
    .into_any()
}

/// Why one of them was refused.
pub(super) fn refusals() -> Signal<Vec<FieldError>> {
    let paths = [DuplicateTemplate::PATH, ArchiveTemplate::PATH, RestoreTemplate::PATH, RestoreVersion::PATH];
    let all = paths.map(|path| plain_form_state(path).summary());
    Signal::derive(move || all.iter().flat_map(|one| one.get()).collect())
}
