//! What belongs to a template beside its text: what can be done with it, and how it is used.

use domain::access::Verb;
use leptos::prelude::*;

use super::{
    acts::{ArchiveTemplate, DuplicateTemplate, RestoreTemplate, post},
    edit::Draft,
    list::times,
};
use crate::{
    components::{Button, Dl, Fact, Glyph, LinkButton, Look, Panel},
    session::may,
};

/// The buttons of a saved template's page.
pub(super) fn actions(template: &str, active: bool) -> AnyView {
    if template.is_empty() {
        return ().into_any();
    }
    let (versions, test) = (format!("/templates/{template}/versions"), format!("/templates/{template}/test"));
    let changes = may(Verb::EditTemplates).then(|| {
        let copy = view! { <Button look=Look::Quiet glyph=Glyph::Copy>"Duplicate"</Button> }.into_any();
        let shelve = match active {
            true => post::<ArchiveTemplate>(
                template,
                None,
                view! { <Button look=Look::Quiet>"Archive"</Button> }.into_any(),
            ),
            false => post::<RestoreTemplate>(template, None, view! { <Button>"Restore"</Button> }.into_any()),
        };
        view! { {post::<DuplicateTemplate>(template, None, copy)} {shelve} }
    });
    let test =
        may(Verb::SendCampaigns).then(|| view! { <LinkButton href=test glyph=Glyph::Plane>"Send a test"</LinkButton> });
    view! {
        {changes}
        <LinkButton href=versions look=Look::Quiet>"Versions"</LinkButton>
        {test}
    }
    .into_any()
}

/// How it is used.
pub(super) fn about(draft: &Draft) -> AnyView {
    let description = draft.new.description.clone().filter(|text| !text.is_empty());
    let description = description.map(|text| view! { <Fact term="When to use it">{text}</Fact> });
    let (used, format) = (times(draft.used), draft.format.label());
    view! {
        <Panel title="About it">
            <Dl>
                {description}
                <Fact term="Used by campaigns">{used}</Fact>
                <Fact term="Written as">{format}</Fact>
            </Dl>
        </Panel>
    }
    .into_any()
}
