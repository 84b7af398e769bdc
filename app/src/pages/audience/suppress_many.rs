//! Many addresses to suppress: pasted, or from a file. The form can bring a file, so the browser sends it by itself.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_meta::Title;

use super::suppress::{channel_field, reason_field};
use crate::{
    address::Done,
    components::{
        Button, Crumb, ErrorSummary, FileField, LinkButton, Look, PageHead, Panel, TextArea, TextField, format::plural,
    },
    error::AppError,
    form::plain_form_state,
    load::Trouble,
    session::may,
};

const PATH: &str = "/suppressions/import";

/// The page.
#[component]
pub fn SuppressMany() -> impl IntoView {
    let form = plain_form_state(PATH);
    if !may(Verb::EditContacts) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    view! {
        <Title text="Import suppressions"/>
        <PageHead title="Import suppressions" crumbs=vec![Crumb::link("Suppressions", "/suppressions")]>
            "From a list that you kept elsewhere. The same addresses twice change nothing."
        </PageHead>
        <form method="post" action=PATH enctype="multipart/form-data">
            <div class="stack stack--m">
                <Done words=done/>
                <ErrorSummary errors=form.summary() title="Lines that were left out"/>
                <Panel>
                    <TextArea label="Addresses" name="text" rows=8 value=form.value("text", "") error=form.error("text")
                        hint="One a line; or lines of a CSV file whose first line names its columns: address, and where known \
                              channel, reason, note, since."/>
                    <FileField label="Or a file" name="file" optional=true accept=".csv,.txt,text/csv,text/plain"
                        error=form.error("file") hint="Takes the place of what stands above. At most 16 MB and 500,000 lines."/>
                </Panel>
                <Panel title="For lines that do not say it themselves">
                    <div class="cols">
                        {channel_field(form)}
                        {reason_field(form)}
                    </div>
                    <TextField label="Note" name="note" optional=true autocomplete="off" value=form.value("note", "")
                        error=form.error("note") hint="Where the list comes from."/>
                </Panel>
                <div class="row">
                    <Button look=Look::Primary>"Import"</Button>
                    <LinkButton href="/suppressions" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </form>
    }
    .into_any()
}

fn done(word: &str, number: u64) -> Option<String> {
    (word == "imported").then(|| {
        let added = plural(number, "address is", "addresses are");
        format!("{added} suppressed now. The lines below were left out: correct them and import them again")
    })
}
