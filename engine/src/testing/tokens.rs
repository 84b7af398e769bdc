//! Tokens of messages, for those who play recipients by the thousand.

use domain::id::{RunId, TenantId};

use crate::{Engine, tracking};

/// The tokens that open message `n` of a run, and follow the first link in it.
pub fn tokens(engine: &Engine, tenant: TenantId, run: RunId, n: i32) -> (String, String) {
    let last = |link: &str| link.rsplit('/').next().unwrap_or_default().to_owned();
    let open = tracking::links(&engine.keys, "", tenant, run, n).pixel;
    (last(&open), last(&tracking::link(&engine.keys, "", (tenant, run, n), 1, "")))
}
