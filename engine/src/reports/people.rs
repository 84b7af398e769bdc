//! "Make a list of these people": whoever a filter of a campaign's recipients finds becomes a list, as they are found. A
//! few are there at once; of many the rest is put on in the background, and goes on where it was after a restart.

use domain::{
    access::Verb,
    id::{CampaignId, ListId, TenantId},
    list::{List, NewList},
    report::{NewPeopleList, Who},
};

use super::store::people::{self as store, Filling, Piece};
use crate::{
    Engine, Error, Result,
    accounts::{Actor, Who as Acting},
    campaigns,
    db::Tx,
    lists,
};

/// Recipients that are put on in one transaction…
const PIECE: i64 = 5_000;
/// … and messages that are looked at for them: of a million perhaps nobody is meant.
const LOOKED_AT: i32 = 50_000;

/// Makes the list; says whether everybody is on it already. The others follow by [`fill_some`].
pub async fn make_list(tx: &mut Tx, id: CampaignId, new: &NewPeopleList) -> Result<(List, bool)> {
    tx.allow(Verb::EditLists)?;
    tx.allow(Verb::ViewContacts)?;
    let campaign = campaigns::brief(tx, id).await?;
    Who::parse(&new.status).map_err(|refused| Error::field("status", refused.code, refused.message))?;
    let run = campaign.run_id.ok_or_else(|| Error::conflict("not_started", "Nobody has got this campaign yet."))?;
    let description = format!("From the campaign “{}”, {}.", campaign.name, of_words(new));
    let list = NewList { name: new.name.clone(), description, ..Default::default() };
    let list = lists::create(tx, &list).await?;
    let mut filling = Filling { list: list.id, run, filter: new.clone(), after: 0 };
    let is_whole = fill(tx, &mut filling).await?;
    if !is_whole {
        store::keep(tx, &filling).await?;
    }
    Ok((lists::get(tx, list.id).await?, is_whole))
}

/// What a filter says, for the list's description.
fn of_words(new: &NewPeopleList) -> String {
    let mut words = vec![if new.status.is_empty() { "everybody".to_owned() } else { new.status.replace('_', " ") }];
    words.extend((!new.code.is_empty()).then(|| format!("told “{}”", new.code)));
    words.extend((!new.search.is_empty()).then(|| format!("addresses that begin with “{}”", new.search)));
    words.join(", ")
}

/// Puts the next ones on; says whether there are no more.
async fn fill(tx: &mut Tx, filling: &mut Filling) -> Result<bool> {
    let who =
        Who::parse(&filling.filter.status).map_err(|refused| Error::field("status", refused.code, refused.message))?;
    let end = store::last(tx.conn(), filling.run).await?;
    let (filter, after, last) = (&filling.filter, filling.after, filling.after.saturating_add(LOOKED_AT).min(end));
    let piece = Piece { who: &who, filter, after, last, limit: PIECE };
    let found = store::next(tx.conn(), filling.run, &piece).await?;
    let contacts: Vec<_> = found.iter().filter_map(|(_, contact)| *contact).collect();
    lists::put(tx, filling.list, &contacts).await?;
    let is_full = found.len() as i64 == PIECE;
    filling.after = found.last().filter(|_| is_full).map_or(last, |(n, _)| *n);
    Ok(filling.after >= end)
}

/// Goes on with lists that are being filled, a piece of each; says whether there is more to do.
pub(crate) async fn fill_some(engine: &Engine) -> Result<bool> {
    let mut more = false;
    for tenant in store::tenants(engine.db.global()).await? {
        more |= fill_one(engine, tenant).await?;
    }
    Ok(more)
}

async fn fill_one(engine: &Engine, tenant: TenantId) -> Result<bool> {
    let mut tx = engine.begin(&Actor { tenant, who: Acting::Worker, address: None }).await?;
    let Some(mut filling) = store::take(tx.conn()).await? else { return Ok(false) };
    // A list that was deleted meanwhile took its filling with it.
    let is_whole = fill(&mut tx, &mut filling).await?;
    match is_whole {
        true => store::forget(tx.conn(), filling.list).await?,
        false => store::keep(&mut tx, &filling).await?,
    }
    tx.commit().await?;
    Ok(true)
}

/// Whether a list is still being filled.
pub async fn is_filling(tx: &mut Tx, list: ListId) -> Result<bool> {
    tx.allow(Verb::ViewLists)?;
    store::is_filling(tx.conn(), list).await
}
