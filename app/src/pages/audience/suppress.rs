//! One address to suppress.

use domain::{
    access::Verb,
    channel::Channel,
    suppression::{NewSuppression, SuppressionReason},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::words::reason;
use crate::{
    components::{
        Button, Choice, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, SelectField, TextArea, TextField,
    },
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::Trouble,
    session::may,
};

#[server(prefix = "/_fn", endpoint = "add-suppression")]
pub async fn add_suppression(#[server(flatten)] new: NewSuppression) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let added = engine::suppressions::add(&mut tx, &new).await?;
    tx.commit().await?;
    let path = "/suppressions";
    crate::request::go(&crate::address::href(path, &[("done", "added"), ("channel", added.channel.word())]));
    Ok(())
}

/// The page.
#[component]
pub fn Suppress() -> impl IntoView {
    let action = ServerAction::<AddSuppression>::new();
    let form = form_state(action);
    if !may(Verb::EditContacts) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    view! {
        <Title text="Suppress an address"/>
        <PageHead title="Suppress an address" crumbs=vec![Crumb::link("Suppressions", "/suppressions")]>
            "Nothing goes there from now on, also when a contact with this address is added later."
        </PageHead>
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="Not suppressed"/>
                <Panel>
                    <div class="cols">
                        {channel_field(form)}
                        <TextField label="Address" name="address" required=true autocomplete="off" value=form.value("address", "")
                            error=form.error("address") hint="An e-mail address; for phones a number with its country code."/>
                        {reason_field(form)}
                    </div>
                    <TextArea label="Note" name="note" rows=2 optional=true value=form.value("note", "") error=form.error("note")/>
                </Panel>
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Suppress"</Button>
                    <LinkButton href="/suppressions" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// On which channel.
pub(super) fn channel_field(form: FormState) -> AnyView {
    let choices = Channel::ALL.iter().map(|one| Choice::new(one.word(), one.label())).collect();
    view! {
        <SelectField label="Channel" name="channel" choices value=form.value("channel", Channel::Email.word())
            error=form.error("channel")/>
    }
    .into_any()
}

/// Why.
pub(super) fn reason_field(form: FormState) -> AnyView {
    let choices = SuppressionReason::ALL.iter().map(|one| Choice::new(one.word(), reason(*one))).collect();
    view! {
        <SelectField label="Reason" name="reason" choices value=form.value("reason", SuppressionReason::Manual.word())
            error=form.error("reason")/>
    }
    .into_any()
}
