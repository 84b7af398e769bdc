//! SQL of the demo: one statement a table, whatever the number of rows.

mod history;
mod people;

use sqlx::PgPool;

pub(super) use history::{
    Ends, Engaged, Events, end, insert_counts, insert_engaged, insert_events, insert_hours, recipients, settle_to,
};
pub(super) use people::{Entries, insert_consents, insert_members, insert_people};

use crate::Result;

/// Lets PostgreSQL know what there is: it would learn by itself in a minute or two, and pages are looked at now.
pub(super) async fn analyse(owner: &PgPool) -> Result<()> {
    let tables =
        "analyze contact, consent, consent_entry, list_member, suppression, message, event, engagement, run_counter";
    sqlx::raw_sql(tables).execute(owner).await?;
    Ok(())
}
