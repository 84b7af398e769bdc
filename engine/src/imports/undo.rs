//! Takes an import back (SPEC 3.3): whom it made is forgotten, whom it changed is as before, and all are off the list.
//! Whoever was changed since stays as they are, and is counted.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    store::{self, Claim, Columns, Left},
    work::{Hand, lease},
};
use crate::{
    Result,
    db::{Tx, new_id},
};

/// Contacts that are taken back in one transaction.
const SOME: i64 = 2_000;

/// Goes on until it is over, its turn is, or it is to stop.
pub(super) async fn some(hand: &Hand<'_>, claim: &Claim) -> Result<()> {
    let until = claim.finished_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let mut after = claim.undo_after.unwrap_or_default();
    while !hand.is_over() {
        let mut tx = hand.begin().await?;
        let now = tx.now;
        let done = match changed(&mut tx, hand, claim, until).await? {
            Some(kept) => (None, kept, false),
            None => made(&mut tx, hand, claim, (after, until)).await?,
        };
        if !store::undone(tx.conn(), hand.ids(), done, lease(now)).await? {
            return Ok(());
        }
        if done.2 {
            store::drop_pieces(tx.conn(), hand.import).await?;
        }
        tx.commit().await?;
        after = done.0.unwrap_or(after);
        if done.2 {
            return Ok(());
        }
    }
    Ok(())
}

/// Puts some contacts back that were there before; how many stay as they are. None when there are no more.
async fn changed(tx: &mut Tx, hand: &Hand<'_>, claim: &Claim, until: DateTime<Utc>) -> Result<Option<i64>> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let left = store::changed(tx.conn(), hand.import, (until, SOME)).await?;
    if left.is_empty() {
        return Ok(None);
    }
    let all: Vec<_> = left.iter().map(|one| one.id).collect();
    let mut back = Columns::default();
    for Left { id, was, is_kept, updated_at, .. } in &left {
        if let Some(was) = was.as_ref().filter(|_| !is_kept) {
            back.push(*id, *updated_at, was);
        }
    }
    store::update_contacts(tx.conn(), &back, now).await?;
    let ids: Vec<_> = (0..all.len() * domain::channel::Channel::ALL.len()).map(|_| new_id(now)).collect();
    store::taken_back(tx.conn(), (tenant, hand.import), &all, &ids, now).await?;
    if let Some(list) = claim.list {
        let joined: Vec<_> = left.iter().filter(|one| one.joined).map(|one| one.id).collect();
        store::joined_back(tx.conn(), list, &joined, now).await?;
    }
    store::forget_changes(tx.conn(), hand.import, &all).await?;
    Ok(Some(left.iter().filter(|one| one.is_kept).count() as i64))
}

/// Forgets some contacts that the import made: up to whom, how many stay, and whether that was all.
async fn made(
    tx: &mut Tx,
    hand: &Hand<'_>,
    claim: &Claim,
    (after, until): (Uuid, DateTime<Utc>),
) -> Result<(Option<Uuid>, i64, bool)> {
    let left = store::made(tx.conn(), hand.import, claim.list, (after, until, SOME)).await?;
    let gone: Vec<_> = left.iter().filter(|one| !one.is_kept).map(|one| one.id).collect();
    store::forget(tx.conn(), hand.import, &gone).await?;
    let kept = (left.len() - gone.len()) as i64;
    Ok((left.last().map(|one| one.id), kept, (left.len() as i64) < SOME))
}
