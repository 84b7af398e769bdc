//! On a contact's page: tags, and the switches that stop all messages or mark somebody as a test.

use domain::{access::Verb, contact::Contact, id::ContactId};
use leptos::prelude::*;

use crate::{
    ask::Ask,
    components::{Button, ErrorSummary, Look, Panel, Size, TextField},
    error::Answer,
    form::form_state,
    reset::emptied_after,
    session::may,
};

#[server(prefix = "/_fn", endpoint = "tag-contact")]
pub async fn tag_contact(
    contact: ContactId,
    #[server(default)] add: String,
    #[server(default)] remove: String,
) -> Answer<()> {
    use domain::contact::tag::NewTagging;
    let given = |text: String| if text.is_empty() { vec![] } else { vec![text] };
    let new = NewTagging { contact_ids: vec![contact.to_string()], add: given(add), remove: given(remove) };
    let mut tx = crate::request::begin().await?;
    engine::audience::tag(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go(&format!("/contacts/{contact}?done=tags"));
    Ok(())
}

/// `set` is `stopped`, `allowed`, `test` or `real`.
#[server(prefix = "/_fn", endpoint = "set-contact-switch")]
pub async fn set_switch(contact: ContactId, set: String) -> Answer<()> {
    use domain::contact::ContactChange;
    let change = match set.as_str() {
        "stopped" | "allowed" => ContactChange { do_not_contact: Some(set == "stopped"), ..Default::default() },
        "test" | "real" => ContactChange { test: Some(set == "test"), ..Default::default() },
        _ => return Err(crate::error::AppError::NotFound),
    };
    let mut tx = crate::request::begin().await?;
    engine::audience::update(&crate::request::engine()?, &mut tx, contact, &change).await?;
    tx.commit().await?;
    crate::request::go(&format!("/contacts/{contact}?done={set}"));
    Ok(())
}

/// The tags, each with a way to take it away, and a field for more.
pub(super) fn tags(contact: &Contact, action: ServerAction<TagContact>) -> AnyView {
    let (id, form, may_edit) = (contact.id.to_string(), form_state(action), may(Verb::EditContacts));
    let none = contact.tags.is_empty().then(|| view! { <p class="muted small">"No tags."</p> });
    let chips = contact
        .tags
        .iter()
        .map(|tag| {
            let (tag, removed, id) = (tag.clone(), tag.clone(), id.clone());
            let remove = may_edit.then(|| {
                let label = format!("Take away {removed}");
                view! {
                    <ActionForm action>
                        <input type="hidden" name="contact" value=id/>
                        <input type="hidden" name="remove" value=removed/>
                        <button class="chip__remove" type="submit" aria-label=label.clone() title=label>"×"</button>
                    </ActionForm>
                }
            });
            let href = crate::address::href("/contacts", &[("tag", &tag)]);
            view! { <li class="chip"><a href=href>{tag}</a>{remove}</li> }
        })
        .collect_view();
    let add = may_edit.then(|| {
        view! {
            <ActionForm action node_ref=emptied_after(action)>
                <div class="stack stack--s">
                    <ErrorSummary errors=form.summary() title="The tags stay as they were"/>
                    <input type="hidden" name="contact" value=id.clone()/>
                    <TextField label="Add tags" name="add" value=form.value("add", "") error=form.error("add")
                        hint="Parted by commas." autocomplete="off"/>
                    <div><Button size=Size::Small busy=action.pending()>"Add"</Button></div>
                </div>
            </ActionForm>
        }
    });
    view! {
        <Panel title="Tags">
            {none}
            <ul class="chips" aria-label="Tags">{chips}</ul>
            {add}
        </Panel>
    }
    .into_any()
}

/// Do not contact, and the test mark. Each is asked about first: both decide what a person gets.
pub(super) fn switches(contact: &Contact, action: ServerAction<SetSwitch>) -> AnyView {
    if !may(Verb::EditContacts) {
        return ().into_any();
    }
    let form = form_state(action);
    let (set, question, what, word, look) = if contact.do_not_contact {
        (
            "allowed",
            "Allow messages…",
            "Messages go to them again, where they agreed to them.",
            "Allow messages",
            Look::Default,
        )
    } else {
        (
            "stopped",
            "Do not contact…",
            "No message goes to them any more, on any channel, whatever they agreed to.",
            "Stop all messages",
            Look::Danger,
        )
    };
    let (mark, mark_question, mark_what, mark_word) = if contact.test {
        ("real", "No test contact…", "They count as a real person from now on.", "Take the mark away")
    } else {
        ("test", "Mark as test…", "For a colleague or somebody made up, for trying things.", "Mark as test contact")
    };
    let (id, name) = (contact.id.to_string(), contact.label());
    let (id_too, name_too) = (id.clone(), name.clone());
    view! {
        <Panel title="Switches">
            <ErrorSummary errors=form.summary() title="Nothing is changed"/>
            <Ask question about=name>
                <p>{what}</p>
                <ActionForm action>
                    <input type="hidden" name="contact" value=id/>
                    <input type="hidden" name="set" value=set/>
                    <Button look busy=action.pending()>{word}</Button>
                </ActionForm>
            </Ask>
            <Ask question=mark_question about=name_too>
                <p>{mark_what}</p>
                <ActionForm action>
                    <input type="hidden" name="contact" value=id_too/>
                    <input type="hidden" name="set" value=mark/>
                    <Button busy=action.pending()>{mark_word}</Button>
                </ActionForm>
            </Ask>
        </Panel>
    }
    .into_any()
}
