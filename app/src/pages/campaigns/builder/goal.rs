//! The first step: what the campaign is called, and what it is for.

use leptos::prelude::*;

use super::typed::Draft;
use crate::{
    components::{TextArea, TextField},
    form::FormState,
};

/// Its fields.
pub(super) fn fields(form: FormState, draft: &Draft) -> AnyView {
    let code_hint = match draft.code.is_empty() {
        true => "Made from the name when empty, such as AOH-001.",
        false => "Unique in the workspace.",
    };
    view! {
        <div class="cols">
            <TextField
                label="Name"
                name="name"
                value=form.value("name", draft.name.clone())
                error=form.error("name")
                hint="For you and your colleagues; recipients do not see it."
                maxlength=200
                required=true
            />
            <TextField
                label="Code"
                name="code"
                value=form.value("code", draft.code.clone())
                error=form.error("code")
                hint=code_hint
                maxlength=40
                optional=true
            />
        </div>
        <TextField
            label="Goal"
            name="goal"
            value=form.value("goal", draft.goal.clone())
            error=form.error("goal")
            hint="What it is to achieve, so that the report can be read against it: 40 bookings for the open house."
            maxlength=200
            optional=true
        />
        <TextArea
            label="Description"
            name="description"
            value=form.value("description", draft.description.clone())
            error=form.error("description")
            hint="What colleagues should know about it."
            rows=3
            optional=true
        />
    }
    .into_any()
}
