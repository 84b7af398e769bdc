//! Many people for a list at once, by their addresses.

use domain::id::ListId;
use leptos::prelude::*;

use crate::{
    components::{Button, ErrorSummary, Panel, Section, TextArea},
    error::Answer,
    form::form_state,
};

/// Who has one of the addresses is put on the list; what is left over is told in the form, and can be corrected there.
#[server(prefix = "/_fn", endpoint = "add-by-address")]
pub async fn add_by_address(list: ListId, #[server(default)] addresses: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let (added, mut errors) = engine::lists::add_by_address(&mut tx, list, &addresses).await?;
    tx.commit().await?;
    if errors.is_empty() {
        crate::request::go(&format!("/lists/{list}?done=added&n={added}"));
        return Ok(());
    }
    if added > 0 {
        errors.add("", "added", format!("{added} of them are on the list now."));
    }
    Err(crate::error::AppError::Invalid(errors))
}

/// The form.
#[component]
pub(super) fn PastePeople(
    /// The list.
    list: ListId,
) -> impl IntoView {
    let action = ServerAction::<AddByAddress>::new();
    let form = form_state(action);
    view! {
        <Section title="By address" id="by-address">
            <ActionForm action>
                <Panel>
                    <ErrorSummary errors=form.summary() title="Not all of them are on the list"/>
                    <input type="hidden" name="list" value=list.to_string()/>
                    <TextArea label="Addresses of contacts" name="addresses" rows=5 required=true value=form.value("addresses", "")
                        error=form.error("addresses") placeholder="ada@customers.example"
                        hint="One a line, or with commas between; up to 10,000. Who is not a contact yet is told and left out."/>
                    <div><Button busy=action.pending()>"Add these"</Button></div>
                </Panel>
            </ActionForm>
        </Section>
    }
    .into_any()
}
