//! What is needed before a first campaign can go: a provider, a sender, a list, people on it. Home and the empty list
//! of campaigns show it.

use domain::access::Verb;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    components::{Glyph, Item, Items, LinkButton, Size, Tone},
    session::may,
};

/// What is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Readiness {
    /// A provider account.
    pub provider: bool,
    /// A sender identity.
    pub sender: bool,
    /// A list.
    pub list: bool,
    /// Somebody on one.
    pub people: bool,
}

/// A thing that is needed: its title, what it is for, where it is made, and whether it is there.
struct Step {
    done: bool,
    title: &'static str,
    text: &'static str,
    button: &'static str,
    href: &'static str,
    needs: Verb,
}

impl Readiness {
    /// How many of how many are done.
    pub(crate) fn count(self) -> (u64, u64) {
        let steps = self.steps();
        (steps.iter().filter(|step| step.done).count() as u64, steps.len() as u64)
    }

    /// Whether a campaign could go.
    pub(crate) fn is_complete(self) -> bool {
        let (done, all) = self.count();
        done == all
    }

    fn steps(self) -> [Step; 4] {
        [
            Step {
                done: self.provider,
                title: "Connect a provider",
                text: "The mail service that your e-mail goes out through. To try first, choose the sandbox for your sender.",
                button: "Add provider",
                href: "/settings/providers",
                needs: Verb::EditProviders,
            },
            Step {
                done: self.sender,
                title: "Add a sender",
                text: "The name and address that people see in their inbox.",
                button: "Add sender",
                href: "/settings/senders",
                needs: Verb::EditProviders,
            },
            Step {
                done: self.list,
                title: "Make a list",
                text: "A named set of people that campaigns are sent to.",
                button: "Make list",
                href: "/lists",
                needs: Verb::EditLists,
            },
            Step {
                done: self.people,
                title: "Put people on it",
                text: "With their consent: nobody is written to without one.",
                button: "Add people",
                href: "/contacts",
                needs: Verb::EditContacts,
            },
        ]
    }
}

/// The steps, each done or with a button that leads to it.
pub(crate) fn checklist(readiness: Readiness) -> AnyView {
    let items = readiness.steps().map(|step| {
        let (glyph, tone) = if step.done { (Glyph::Done, Tone::Success) } else { (Glyph::Todo, Tone::Neutral) };
        let end = move || match (step.done, may(step.needs)) {
            (true, _) => view! { <span class="end">"Done"</span> }.into_any(),
            (false, true) => {
                view! { <LinkButton href=step.href size=Size::Small>{step.button}</LinkButton> }.into_any()
            }
            (false, false) => view! { <span class="end">"An admin does this"</span> }.into_any(),
        };
        view! { <Item glyph tone title=step.title end>{step.text}</Item> }
    });
    view! { <Items label="What a first campaign needs">{items.collect_view()}</Items> }.into_any()
}

/// What is there; none for those who may not see it.
#[cfg(feature = "ssr")]
pub(crate) async fn readiness(tx: &mut engine::db::Tx) -> crate::error::Answer<Option<Readiness>> {
    if tx.allow(Verb::ViewProviders).is_err() || tx.allow(Verb::ViewLists).is_err() {
        return Ok(None);
    }
    let lists = engine::lists::list(tx).await?;
    let has_sender = !engine::providers::senders(tx).await?.is_empty();
    let providers = engine::providers::list(tx).await?;
    let is_real = |provider: &domain::provider::Provider| provider.kind != domain::provider::ProviderKind::Sandbox;
    Ok(Some(Readiness {
        // Whoever has a sender at the sandbox has chosen to try first.
        provider: has_sender || providers.iter().any(is_real),
        sender: has_sender,
        list: !lists.is_empty(),
        people: lists.iter().any(|list| list.active > 0),
    }))
}
