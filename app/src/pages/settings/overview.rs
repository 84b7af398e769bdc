//! The parts of Settings that this reader may open.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{Glyph, Item, Items, PageHead},
    session::may,
};

struct Part {
    needs: Option<Verb>,
    glyph: Glyph,
    title: &'static str,
    href: &'static str,
    about: &'static str,
}

const PARTS: &[Part] = &[
    Part {
        needs: Some(Verb::ManageWorkspace),
        glyph: Glyph::Sliders,
        title: "Workspace",
        href: "/settings/workspace",
        about: "What it is called, where it is, and what becomes of messages in doubt.",
    },
    Part {
        needs: Some(Verb::ManageWorkspace),
        glyph: Glyph::Template,
        title: "Brand",
        href: "/settings/brand",
        about: "Sender name, where answers go, logo and colour.",
    },
    Part {
        needs: Some(Verb::ManageWorkspace),
        glyph: Glyph::Clock,
        title: "Limits",
        href: "/settings/limits",
        about: "How much may be sent an hour and to each person, when it is quiet, and what a month may cost.",
    },
    Part {
        needs: Some(Verb::ViewProviders),
        glyph: Glyph::Plane,
        title: "Providers",
        href: "/settings/providers",
        about: "The services that messages leave through, each with a test.",
    },
    Part {
        needs: Some(Verb::ViewProviders),
        glyph: Glyph::Envelope,
        title: "Senders",
        href: "/settings/senders",
        about: "The addresses and names that readers see as the sender.",
    },
    Part {
        needs: Some(Verb::ViewContacts),
        glyph: Glyph::Pencil,
        title: "Custom fields",
        href: "/settings/custom-fields",
        about: "What you know about your contacts beyond the usual.",
    },
    Part {
        needs: Some(Verb::ViewContacts),
        glyph: Glyph::Timelines,
        title: "Pipeline stages",
        href: "/settings/stages",
        about: "The steps that contacts go through, in order.",
    },
    Part {
        needs: Some(Verb::ViewContacts),
        glyph: Glyph::Inbox,
        title: "Outbox",
        href: "/settings/outbox",
        about: "What the sandbox took instead of sending it.",
    },
    Part {
        needs: Some(Verb::ManageUsers),
        glyph: Glyph::People,
        title: "Users",
        href: "/settings/users",
        about: "Who works in this workspace, what each may do, and invitations.",
    },
    Part {
        needs: Some(Verb::ManageKeys),
        glyph: Glyph::Key,
        title: "API keys",
        href: "/settings/api-keys",
        about: "For programs that add contacts or send campaigns.",
    },
    Part {
        needs: Some(Verb::ViewAudit),
        glyph: Glyph::List,
        title: "Audit log",
        href: "/settings/audit",
        about: "Who did what, when, and from where.",
    },
    Part {
        needs: None,
        glyph: Glyph::Person,
        title: "Your account",
        href: "/settings/account",
        about: "Your password, and where you are signed in.",
    },
];

/// The page.
#[component]
pub fn Overview() -> impl IntoView {
    let open = PARTS.iter().filter(|part| part.needs.is_none_or(may));
    let items = open
        .map(|part| view! { <Item glyph=part.glyph title=part.title href=part.href>{part.about}</Item> })
        .collect_view();
    view! {
        <Title text="Settings"/>
        <PageHead title="Settings"/>
        <Items label="Parts of Settings">{items}</Items>
    }
}
