//! What can be done to an import as a whole: forms of one button, which the browser always sends by itself.

use domain::id::ImportId;
use leptos::{prelude::*, server_fn::ServerFn};

#[cfg(feature = "ssr")]
use super::words::path_of;
use crate::{components::FieldError, error::Answer, form::plain_form_state};

#[server(prefix = "/_fn", endpoint = "start-import")]
pub async fn start_import(import: ImportId) -> Answer<()> {
    let (engine, mut tx) = (crate::request::engine()?, crate::request::begin().await?);
    engine::imports::start(&engine, &mut tx, import).await?;
    tx.commit().await?;
    crate::request::go(&path_of(import));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "stop-import")]
pub async fn stop_import(import: ImportId) -> Answer<()> {
    let (engine, mut tx) = (crate::request::engine()?, crate::request::begin().await?);
    engine::imports::stop(&engine, &mut tx, import).await?;
    tx.commit().await?;
    crate::request::go(&path_of(import));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "undo-import")]
pub async fn undo_import(import: ImportId) -> Answer<()> {
    let (engine, mut tx) = (crate::request::engine()?, crate::request::begin().await?);
    engine::imports::undo(&engine, &mut tx, import).await?;
    tx.commit().await?;
    crate::request::go(&path_of(import));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "discard-import")]
pub async fn discard_import(import: ImportId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::imports::discard(&mut tx, import).await?;
    tx.commit().await?;
    crate::request::go("/imports?done=discarded");
    Ok(())
}

/// A form of one button.
pub(super) fn post<S: ServerFn>(import: ImportId, button: AnyView) -> AnyView {
    view! {
        <form method="post" action=S::url()>
            <input type="hidden" name="import" value=import.to_string()/>
            {button}
        </form>
    }
    .into_any()
}

/// Why the last action was refused, whichever it was.
pub(super) fn refusals() -> Signal<Vec<FieldError>> {
    let paths = [StartImport::PATH, StopImport::PATH, UndoImport::PATH, DiscardImport::PATH];
    let all = paths.map(|path| plain_form_state(path).summary());
    Signal::derive(move || all.iter().flat_map(|one| one.get()).collect())
}
