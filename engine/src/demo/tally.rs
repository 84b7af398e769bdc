//! Counts what became of the messages of one run, as sending, reports and tracking count it.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, Timelike, Utc};
use domain::{
    id::{RunId, TenantId},
    message::MessageState,
    receipt::counted,
};
use sqlx::PgConnection;

use super::story::{Happened, Story};
use crate::Result;

/// Counters of one run.
#[derive(Default)]
pub(super) struct Tally {
    counts: BTreeMap<(&'static str, String), (&'static str, i64)>,
    hours: BTreeMap<(&'static str, DateTime<Utc>), i64>,
}

impl Tally {
    fn add(&mut self, kind: &'static str, code: impl Into<String>) {
        self.counts.entry((kind, code.into())).or_default().1 += 1;
    }

    /// Counts one message to somebody who lives there.
    pub(super) fn count(&mut self, story: &Story, place: &str) {
        match (story.state, story.reason) {
            (MessageState::Failed | MessageState::InDoubt, Some(reason)) => {
                let kind = if story.state == MessageState::Failed { "failed" } else { "in_doubt" };
                self.add(kind, reason);
                self.counts.entry((kind, reason.to_owned())).or_default().0 = story.detail.unwrap_or_default();
            }
            (state, _) => counted(state).iter().for_each(|kind| self.add(kind, "")),
        }
        for kind in ["opened", "clicked", "machine_opened", "machine_clicked", "unsubscribed"] {
            if story.first(kind).is_some() {
                self.add(kind, "");
            }
        }
        for (kind, in_place) in [("opened", "opened_in"), ("clicked", "clicked_in")] {
            if story.first(kind).is_some() {
                self.add(in_place, place);
            }
        }
        story.happened.iter().for_each(|one| self.act(one));
        let mut links: Vec<_> =
            story.happened.iter().filter(|one| one.kind == "clicked").filter_map(|one| one.link).collect();
        links.sort_unstable();
        links.dedup();
        links.into_iter().for_each(|link| self.add("link_people", link.to_string()));
    }

    fn act(&mut self, one: &Happened) {
        if !matches!(one.kind, "opened" | "clicked" | "machine_opened" | "machine_clicked") {
            return;
        }
        let hour = one.at.trunc_subsecs(0);
        let hour = hour.with_minute(0).and_then(|hour| hour.with_second(0)).unwrap_or(hour);
        *self.hours.entry((one.kind, hour)).or_default() += 1;
        if let Some(device) = one.device {
            self.add("device", device);
        }
        if let Some(link) = one.link {
            let kind = if one.kind == "clicked" { "link_clicks" } else { "link_machines" };
            self.add(kind, link.to_string());
        }
    }

    /// Writes the counters beside those that planning has written.
    pub(super) async fn write(&self, conn: &mut PgConnection, (tenant, run): (TenantId, RunId)) -> Result<()> {
        let kinds: Vec<_> = self.counts.keys().map(|(kind, _)| (*kind).to_owned()).collect();
        let codes: Vec<_> = self.counts.keys().map(|(_, code)| code.clone()).collect();
        let details: Vec<_> = self.counts.values().map(|(detail, _)| (*detail).to_owned()).collect();
        let counts: Vec<_> = self.counts.values().map(|(_, count)| *count).collect();
        let hour_kinds: Vec<_> = self.hours.keys().map(|(kind, _)| (*kind).to_owned()).collect();
        let hours: Vec<_> = self.hours.keys().map(|(_, hour)| *hour).collect();
        let hour_counts: Vec<_> = self.hours.values().copied().collect();
        super::store::insert_counts(conn, (tenant, run), (&kinds, &codes, &details, &counts)).await?;
        super::store::insert_hours(conn, (tenant, run), (&hour_kinds, &hours, &hour_counts)).await
    }
}
