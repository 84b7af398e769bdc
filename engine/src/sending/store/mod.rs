//! SQL of the ledger. Statements name their tenant by the transaction they run in (row-level security) and write it
//! where they insert.

mod alone;
mod chunk;
mod plan;
mod retry;
mod run;
mod settle;
mod stop;

pub(super) use alone::{doubt_lapsed, lease_due, put_off, renew_alone, wait_until};
pub(super) use chunk::{Chunk, chunk_settled, lease, note, planned_between, release, renew};
pub(super) use plan::{insert_chunks, lock_for_planning, plan_batch, planned};
pub(super) use retry::{count_failed_for, failed_codes, failed_for, plan_again};
pub(crate) use run::{campaign_of, finish_run};
pub(super) use run::{frozen, oldest_since, open_runs, tenants_with_work};
pub(super) use settle::{Way, settle, settle_late, stops};
pub(crate) use stop::set_aside;
