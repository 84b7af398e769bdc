//! `invitations`: people who were asked by e-mail to join and have not answered. The link is in the answer that makes it,
//! and in the mail, and nowhere else.

use axum::{Json, http::StatusCode};
use domain::{
    id::InvitationId,
    invitation::{FreshInvitation, Invitation, NewInvitation},
    page::Page,
};
use engine::accounts::invitations;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invitations", list),
        Route::post("/invitations", create),
        Route::delete("/invitations/{id}", revoke),
        Route::post("/invitations/{id}/resend", resend),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<Invitation>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(invitations::list(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewInvitation>) -> Answer<Created<FreshInvitation>> {
    let mut tx = caller.begin().await?;
    let unsent = invitations::create(&caller.engine, &mut tx, &new).await?;
    tx.commit().await?;
    let fresh = invitations::send(&caller.engine, &caller.actor, unsent).await?;
    Ok(Created(format!("/invitations/{}", fresh.invitation.id), fresh))
}

async fn resend(caller: Caller, Id(id): Id<InvitationId>) -> Answer<Json<FreshInvitation>> {
    let mut tx = caller.begin().await?;
    let unsent = invitations::resend(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(invitations::send(&caller.engine, &caller.actor, unsent).await?))
}

async fn revoke(caller: Caller, Id(id): Id<InvitationId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    invitations::revoke(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
