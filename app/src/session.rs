//! Who looks at the page: known on the server, and handed to the browser with the page, so that both draw the same.

use domain::access::Verb;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What every page knows of its reader.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Session {
    /// Who is signed in.
    pub user: Option<User>,
    /// The word of the theme they chose.
    pub theme: String,
    /// Whether pages for developers are there.
    pub development: bool,
    /// Whether the first-start page asks for the token from the log.
    pub setup_token: bool,
}

/// Somebody signed in, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct User {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Name of the workspace that is shown.
    pub workspace: String,
    /// Its time zone.
    pub time_zone: String,
    /// Id and name of the others they belong to.
    pub others: Vec<(String, String)>,
    /// What they may do to everything in it.
    pub may: Vec<Verb>,
}

impl User {
    /// Whether they may do this to everything in the workspace.
    pub fn may(&self, verb: Verb) -> bool {
        self.may.contains(&verb)
    }
}

/// Makes the session known to all pages below.
pub fn provide() {
    provide_context(SharedValue::new(read).into_inner());
}

/// The session of this page.
pub fn session() -> Session {
    use_context::<Session>().unwrap_or_default()
}

/// Whether who looks may do this: for controls that are shown to some only. The server checks again.
pub fn may(verb: Verb) -> bool {
    session().user.is_some_and(|user| user.may(verb))
}

/// The time zone of the workspace that is shown.
pub fn time_zone() -> chrono_tz::Tz {
    let zone = session().user.and_then(|user| user.time_zone.parse().ok());
    zone.unwrap_or(chrono_tz::UTC)
}

#[cfg(feature = "ssr")]
fn read() -> Session {
    use crate::request::{Request, SignedIn};
    let Some(Request { signed_in, theme, development, setup_token, .. }) = use_context::<Request>() else {
        return Session::default();
    };
    let user = signed_in.map(|SignedIn { account, actor, workspace }| User {
        id: account.id.to_string(),
        name: account.name,
        email: account.email,
        workspace: workspace.name,
        time_zone: workspace.time_zone,
        others: account
            .belongs
            .into_iter()
            .filter(|other| other.tenant != workspace.tenant)
            .map(|other| (other.tenant.to_string(), other.name))
            .collect(),
        may: Verb::ALL.iter().copied().filter(|verb| actor.reach(*verb) == domain::access::Reach::All).collect(),
    });
    Session { user, theme: theme.word().to_owned(), development, setup_token: setup_token.is_some() }
}

#[cfg(not(feature = "ssr"))]
fn read() -> Session {
    Session::default()
}
