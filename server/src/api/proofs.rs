//! `proofs`: files that prove a consent.

use axum::http::StatusCode;
use domain::{
    access::Verb,
    error::FieldErrors,
    id::ProofId,
    proof::{self, Proof},
};
use engine::{Error, audience::proofs};

use super::{
    Answer, Caller, Route,
    input::Id,
    output::{AnyProof, Created, File},
    uploaded::{FileForm, Upload},
};
use crate::{
    download,
    problem::Problem,
    upload::{Form, Unreadable},
};

/// A file with what a form needs around it.
const MOST: usize = proof::MAX_BYTES + 64 * 1024;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/proofs", add)
            .sends("Adds a file that proves consents")
            .more("PDF, PNG, JPEG, WebP, text or a saved mail, at most 5 MB.")
            .with_body_of(MOST),
        Route::get("/proofs/{id}", show).seen("A proof as it was sent"),
    ]
}

/// Whether the caller may is asked before anything is read.
async fn add(caller: Caller, form: Upload<FileForm>) -> Answer<Created<Proof>> {
    caller.actor.allow(Verb::EditContacts)?;
    let form = Form::read(form.request).await.map_err(|unreadable| match unreadable {
        Unreadable::TooLarge => {
            let refused = proof::too_large();
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, refused.code, refused.message)
        }
        Unreadable::Malformed(why) => {
            let detail = format!("Send the file as the part `file` of a form (multipart/form-data): {why}");
            Problem::new(StatusCode::BAD_REQUEST, "malformed", detail)
        }
    })?;
    let Some((name, bytes)) = form.file else {
        let errors = FieldErrors::one("file", "required", "Send the file as the part `file`, with its name.");
        return Err(Error::Invalid(errors).into());
    };
    let mut tx = caller.begin().await?;
    let proof = proofs::add(&mut tx, &name, &bytes).await?;
    tx.commit().await?;
    Ok(Created(format!("/proofs/{}", proof.id), proof))
}

async fn show(caller: Caller, Id(id): Id<ProofId>) -> Answer<File<AnyProof>> {
    Ok(download::proof(&caller.engine, &caller.actor, id).await?.into())
}
