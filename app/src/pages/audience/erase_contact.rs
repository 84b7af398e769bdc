//! Erasing a person: what goes and what stays, and the address to be typed as a confirmation.

use domain::{access::Verb, contact::Contact, id::ContactId};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    address::param,
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, TextField},
    error::{Answer, AppError},
    form::form_state,
    load::{Trouble, load},
    session::may,
};

#[server(prefix = "/_fn", endpoint = "contact-to-erase")]
pub async fn get_erasing(contact: String) -> Answer<Contact> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::audience::get(&mut tx, crate::address::id(&contact)?).await?.contact)
}

#[server(prefix = "/_fn", endpoint = "erase-contact")]
pub async fn erase_contact(contact: ContactId, #[server(default)] confirm: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let found = engine::audience::get(&mut tx, contact).await?.contact;
    if !confirm.trim().eq_ignore_ascii_case(&to_type(&found)) {
        let message = format!("Type {} to confirm.", to_type(&found));
        return Err(AppError::Invalid(domain::error::FieldErrors::one("confirm", "wrong", message)));
    }
    engine::audience::erase(&crate::request::engine()?, &mut tx, contact).await?;
    tx.commit().await?;
    crate::request::go("/contacts?done=erased");
    Ok(())
}

/// What is typed to confirm: the address by which the person is known.
fn to_type(contact: &Contact) -> String {
    let known = [contact.email.clone(), contact.phone.clone(), contact.whatsapp.clone()];
    known.into_iter().flatten().next().unwrap_or_default()
}

/// The page.
#[component]
pub fn ErasePage() -> impl IntoView {
    let contact = param("id");
    let action = ServerAction::<EraseContact>::new();
    let form = form_state(action);
    let found = Resource::new(move || contact.get(), get_erasing);
    if !may(Verb::EditContacts) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |contact| {
        let (label, path) = (contact.label(), format!("/contacts/{}", contact.id));
        let crumbs = vec![Crumb::link("Contacts", "/contacts"), Crumb::link(label.clone(), path.clone())];
        let title = format!("Erase {label}");
        view! {
            <Title text=title.clone()/>
            <PageHead title crumbs>"When a person asks for it. This cannot be taken back."</PageHead>
            <div class="stack stack--m">
                {consequences(&format!("{path}/export"))}
                <Panel title="Confirm">
                    <ActionForm action>
                        <div class="stack stack--m">
                            <ErrorSummary errors=form.summary() title="Not erased"/>
                            <input type="hidden" name="contact" value=contact.id.to_string()/>
                            <TextField label=format!("Type {} to confirm", to_type(&contact)) name="confirm"
                                error=form.error("confirm") required=true autocomplete="off"/>
                            <div class="row">
                                <Button look=Look::Danger busy=action.pending()>"Erase this person"</Button>
                                <LinkButton href=path look=Look::Quiet>"Cancel"</LinkButton>
                            </div>
                        </div>
                    </ActionForm>
                </Panel>
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn consequences(export: &str) -> AnyView {
    let export = export.to_owned();
    view! {
        <div class="cols">
            <Panel title="What goes">
                <ul class="bullets">
                    <li>"Name, addresses, and everything else known of them"</li>
                    <li>"What they agreed to, with its proofs"</li>
                    <li>"Their places on lists, and tags"</li>
                    <li>"Addresses and answers in the history of what was sent"</li>
                    <li>"Their name in the audit log"</li>
                    <li>"Messages that are planned for them are not sent"</li>
                </ul>
            </Panel>
            <Panel title="What stays">
                <ul class="bullets">
                    <li>"Figures of campaigns: somebody got a message, nobody knows who"</li>
                    <li>"A keyed hash of each address, which nobody can read: no import brings them back, and a suppressed \
                    address stays suppressed"</li>
                    <li>"That somebody was erased, by whom and when"</li>
                </ul>
                <p class="small muted">
                    "Do they want to have what is held of them? "
                    <a href=export rel="external" download="">"Export it"</a> " first."
                </p>
            </Panel>
        </div>
    }
    .into_any()
}
