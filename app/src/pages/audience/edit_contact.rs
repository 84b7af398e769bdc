//! A contact to be changed.

use domain::{access::Verb, contact::Contact, id::ContactId};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::contact_fields::{Offered, Typed, groups};
use crate::{
    address::param,
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead},
    error::{Answer, AppError},
    form::form_state,
    load::{Trouble, load},
    session::may,
};

/// The contact and what the form offers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Editing {
    contact: Contact,
    offered: Offered,
}

#[server(prefix = "/_fn", endpoint = "contact-to-edit")]
pub async fn get_editing(contact: String) -> Answer<Editing> {
    let mut tx = crate::request::begin().await?;
    let contact = engine::audience::get(&mut tx, crate::address::id(&contact)?).await?.contact;
    Ok(Editing { contact, offered: super::contact_fields::offered(&mut tx).await? })
}

#[server(prefix = "/_fn", endpoint = "change-contact")]
pub async fn change_contact(contact: ContactId, #[server(flatten)] typed: Typed) -> Answer<()> {
    let change = super::typed::change(typed)?;
    let mut tx = crate::request::begin().await?;
    let contact = engine::audience::update(&crate::request::engine()?, &mut tx, contact, &change).await?;
    tx.commit().await?;
    crate::request::go(&format!("/contacts/{}?done=changed", contact.id));
    Ok(())
}

/// The page.
#[component]
pub fn EditContact() -> impl IntoView {
    let contact = param("id");
    let action = ServerAction::<ChangeContact>::new();
    let form = form_state(action);
    let found = Resource::new(move || contact.get(), get_editing);
    if !may(Verb::EditContacts) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |Editing { contact, offered }| {
        let (label, path) = (contact.label(), format!("/contacts/{}", contact.id));
        let crumbs = vec![Crumb::link("Contacts", "/contacts"), Crumb::link(label.clone(), path.clone())];
        let title = format!("Change {label}");
        view! {
            <Title text=title.clone()/>
            <PageHead title crumbs/>
            <ActionForm action>
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="The contact stays as it was"/>
                    <input type="hidden" name="contact" value=contact.id.to_string()/>
                    {groups(Some(&contact), &offered, form)}
                    <div class="row">
                        <Button look=Look::Primary busy=action.pending()>"Save"</Button>
                        <LinkButton href=path look=Look::Quiet>"Cancel"</LinkButton>
                    </div>
                </div>
            </ActionForm>
        }
        .into_any()
    })
    .into_any()
}
