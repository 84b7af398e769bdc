//! What is needed before a first campaign can go: a provider, a sender, people on a list, a template, a campaign. Home
//! and the empty list of campaigns show it.

use domain::{access::Verb, home::FirstSteps};
use leptos::prelude::*;

use crate::{
    components::{Glyph, Item, Items, LinkButton, Size, Tone},
    session::may,
};

/// A thing that is needed: its title, what it is for, where it is made, who makes it.
struct Step {
    title: &'static str,
    text: &'static str,
    button: &'static str,
    href: &'static str,
    needs: Verb,
}

/// In the order of `FirstSteps::all`.
const STEPS: [Step; 5] = [
    Step {
        title: "Connect a provider",
        text: "The mail service that your e-mail goes out through. To try first, choose the sandbox for your sender.",
        button: "Add provider",
        href: "/settings/providers",
        needs: Verb::EditProviders,
    },
    Step {
        title: "Add a sender",
        text: "The name and address that people see in their inbox.",
        button: "Add sender",
        href: "/settings/senders",
        needs: Verb::EditProviders,
    },
    Step {
        title: "Put people on a list",
        text: "From a file or one by one, with their consent: nobody is written to without one.",
        button: "Import people",
        href: "/imports/new",
        needs: Verb::EditContacts,
    },
    Step {
        title: "Make a template",
        text: "Begin with one of the library and put your own words in.",
        button: "Make template",
        href: "/templates/new",
        needs: Verb::EditTemplates,
    },
    Step {
        title: "Send a campaign",
        text: "You see exactly whom it reaches before anything goes out.",
        button: "New campaign",
        href: "/campaigns/new",
        needs: Verb::EditCampaigns,
    },
];

/// The steps, each done or with a button that leads to it.
pub(crate) fn checklist(steps: FirstSteps) -> AnyView {
    let items = STEPS.into_iter().zip(steps.all()).map(|(step, done)| {
        let (glyph, tone) = if done { (Glyph::Done, Tone::Success) } else { (Glyph::Todo, Tone::Neutral) };
        let end = move || match (done, may(step.needs)) {
            (true, _) => view! { <span class="end">"Done"</span> }.into_any(),
            (false, true) => {
                view! { <LinkButton href=step.href size=Size::Small>{step.button}</LinkButton> }.into_any()
            }
            (false, false) => view! { <span class="end">"A colleague does this"</span> }.into_any(),
        };
        view! { <Item glyph tone title=step.title end>{step.text}</Item> }
    });
    view! { <Items label="What a first campaign needs">{items.collect_view()}</Items> }.into_any()
}
