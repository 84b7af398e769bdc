//! A file is sent: by a form that the browser sends itself, with and without the script. A file can be dropped on its
//! field.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{Button, Crumb, ErrorSummary, Glyph, Icon, LinkButton, Look, PageHead, Panel},
    error::AppError,
    form::plain_form_state,
    load::Trouble,
    session::may,
};

/// The page.
#[component]
pub fn NewImport() -> impl IntoView {
    if !may(Verb::EditContacts) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    let form = plain_form_state("/imports");
    let error = form.error("file");
    view! {
        <Title text="Import a file"/>
        <PageHead title="Import a file" crumbs=vec![Crumb::link("Imports", "/imports")]>
            "Nothing changes yet: you choose what the columns are, and see what would happen, first."
        </PageHead>
        <form method="post" action="/imports" enctype="multipart/form-data">
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="This file cannot be imported"/>
                <Panel>
                    <div class="field">
                        <label for="file">"File of people"</label>
                        <div class="drop">
                            <Icon glyph=Glyph::Upload/>
                            <input
                                class="input"
                                type="file"
                                id="file"
                                name="file"
                                required
                                accept=".csv,.tsv,.txt,.xlsx,text/csv,text/plain,text/tab-separated-values"
                                aria-describedby="file-hint"
                                aria-invalid=move || error.get().map(|_| "true")
                            />
                        </div>
                        <p class="field__hint" id="file-hint">
                            "Choose it or drop it here. CSV or Excel (XLSX), up to 5 million rows and 2 GB, with a row of column
                            names. Character set and delimiter are recognised."
                        </p>
                        {move || {
                            error.get().map(|error| {
                                view! {
                                    <p class="field__error"><Icon glyph=Glyph::Warning small=true/><span>{error}</span></p>
                                }
                            })
                        }}
                    </div>
                </Panel>
                <div class="row">
                    <Button look=Look::Primary glyph=Glyph::Upload>"Send the file"</Button>
                    <LinkButton href="/imports" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </form>
    }
    .into_any()
}
