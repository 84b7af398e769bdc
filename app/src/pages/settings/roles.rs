//! What each role may do, in words, and the boxes to choose roles with.

use domain::access::Role;
use leptos::prelude::*;

use crate::{
    components::{Badge, CheckCard, Glyph, Icon},
    form::FormState,
};

/// The name that people read.
pub(super) fn name(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Marketer => "Marketer",
        Role::Approver => "Approver",
        Role::Owner => "Owner",
        Role::Viewer => "Viewer",
    }
}

fn about(role: Role) -> &'static str {
    match role {
        Role::Admin => "Everything, with settings, users and keys.",
        Role::Marketer => "Contacts, lists, templates and campaigns, and sending them.",
        Role::Approver => "Sees what would go out.",
        Role::Owner => "Own campaigns only.",
        Role::Viewer => "Sees everything but settings, changes nothing.",
    }
}

/// "Admin and Marketer".
pub fn names(roles: &[Role]) -> String {
    let names: Vec<_> = roles.iter().map(|role| name(*role)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// Roles as badges.
pub(super) fn badges(roles: &[Role]) -> AnyView {
    let badges = roles.iter().map(|role| view! { <Badge glyph=Glyph::Person text=name(*role)/> }).collect_view();
    view! { <span class="chips">{badges}</span> }.into_any()
}

/// The boxes, ticked as typed before, else as `initial` says.
pub(super) fn boxes(form: FormState, initial: &[Role]) -> AnyView {
    let initial = initial.iter().map(|role| role.word().to_owned()).collect();
    let ticked = form.values("roles[]", initial);
    let cards = Role::ALL
        .iter()
        .map(|role| {
            let checked = ticked.iter().any(|word| word == role.word());
            view! { <CheckCard label=name(*role) name="roles[]" value=role.word() checked hint=about(*role)/> }
        })
        .collect_view();
    let error = form.error("roles");
    view! {
        <fieldset class="field" id="roles" tabindex="-1">
            <legend>"Roles"</legend>
            <div class="cards">{cards}</div>
            {move || {
                error
                    .get()
                    .map(|error| view! { <p class="field__error"><Icon glyph=Glyph::Warning small=true/><span>{error}</span></p> })
            }}
        </fieldset>
    }
    .into_any()
}
