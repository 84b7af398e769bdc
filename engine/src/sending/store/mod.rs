//! SQL of the ledger. Statements name their tenant by the transaction they run in (row-level security) and write it
//! where they insert.

mod alone;
mod chunk;
mod plan;
mod run;
mod settle;

pub(super) use alone::{doubt_lapsed, lease_due, put_off};
pub(super) use chunk::{Chunk, chunk_settled, lease, note, planned_between, release};
pub(super) use plan::{insert_chunks, lock_for_planning, plan_batch, planned};
pub(super) use run::{campaign_of, finish_run, frozen, open_runs, tenants_with_work};
pub(super) use settle::{settle, settle_doubted};
