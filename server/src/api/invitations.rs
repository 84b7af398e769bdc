//! `invitations`: people who were asked by e-mail to join and have not answered. The link is in the answer that makes it,
//! and in the mail, and nowhere else.

use axum::Json;
use domain::{
    id::InvitationId,
    invitation::{FreshInvitation, Invitation, NewInvitation},
    page::Page,
};
use engine::accounts::invitations;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invitations", list).manages("Invitations that are open"),
        Route::post("/invitations", create)
            .manages("Invites somebody")
            .more("The link is in this answer and in the mail, and nowhere else."),
        Route::delete("/invitations/{id}", revoke).manages("Takes an invitation back"),
        Route::post("/invitations/{id}/resend", resend)
            .manages("Sends another link")
            .more("The link of before is worth nothing then."),
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

async fn revoke(caller: Caller, Id(id): Id<InvitationId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    invitations::revoke(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}
