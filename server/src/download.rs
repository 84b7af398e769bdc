//! Files that are given out, whole or piece by piece as they are read: always to be kept, never to be shown as a page of
//! ours.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    audit::AuditQuery,
    id::{ImportId, ListId, ProofId},
    suppression::Filter,
    text,
};
use engine::{
    Engine, Result,
    accounts::{Actor, audit},
    audience::proofs,
    imports, lists, suppressions,
};
use futures_util::{
    Stream, StreamExt,
    stream::{once, try_unfold},
};

/// The type of tables.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// A proof of consent, as it came.
pub(crate) async fn proof(engine: &Engine, actor: &Actor, id: ProofId) -> Result<Response> {
    let mut tx = engine.begin(actor).await?;
    let (proof, body) = proofs::get(&mut tx, id).await?;
    Ok(attachment(&proof.name, proof.media_type.word(), Body::from(body)))
}

/// The audit log, as far as a query goes.
pub(crate) async fn audit_log(engine: Engine, actor: Actor, query: &AuditQuery) -> Result<Response> {
    let mut tx = engine.begin(&actor).await?;
    let filter = audit::begin_export(&mut tx, query).await?;
    tx.commit().await?;
    Ok(attachment("audit-log.csv", CSV, Body::from_stream(audit::lines(engine, actor, filter))))
}

/// The suppressions that a filter lets through.
pub(crate) async fn suppressed(engine: Engine, actor: Actor, filter: Filter) -> Result<Response> {
    let (first, next) = suppressed_piece(&engine, &actor, &filter, None).await?;
    let rest = try_unfold(next, move |next| {
        let (engine, actor, filter) = (engine.clone(), actor.clone(), filter.clone());
        async move {
            match next {
                Some(after) => suppressed_piece(&engine, &actor, &filter, Some(after)).await.map(Some),
                None => Ok(None),
            }
        }
    });
    Ok(csv("suppressions.csv", first, rest))
}

type SuppressedPiece = (Vec<u8>, Option<domain::suppression::Key>);

async fn suppressed_piece(
    engine: &Engine,
    actor: &Actor,
    filter: &Filter,
    after: Option<domain::suppression::Key>,
) -> Result<SuppressedPiece> {
    let mut tx = engine.begin(actor).await?;
    let piece = suppressions::export(&mut tx, filter, after.as_ref()).await?;
    tx.commit().await?;
    Ok(piece)
}

/// The members of a list.
pub(crate) async fn members(engine: Engine, actor: Actor, id: ListId) -> Result<Response> {
    let list = lists::get(&mut engine.begin(&actor).await?, id).await?;
    let (first, next) = members_piece(&engine, &actor, id, None).await?;
    let rest = try_unfold(next, move |next| {
        let (engine, actor) = (engine.clone(), actor.clone());
        async move {
            match next {
                Some(after) => members_piece(&engine, &actor, id, Some(after)).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let name = match text::slug(&list.name) {
        slug if slug.is_empty() => "list.csv".to_owned(),
        slug => format!("{slug}.csv"),
    };
    Ok(csv(&name, first, rest))
}

type MembersPiece = (Vec<u8>, Option<domain::id::ContactId>);

async fn members_piece(
    engine: &Engine,
    actor: &Actor,
    id: ListId,
    after: Option<domain::id::ContactId>,
) -> Result<MembersPiece> {
    let mut tx = engine.begin(actor).await?;
    let piece = lists::export(&mut tx, id, after).await?;
    tx.commit().await?;
    Ok(piece)
}

/// What is wrong with the rows of an import.
pub(crate) async fn rejected(engine: Engine, actor: Actor, id: ImportId) -> Result<Response> {
    let file = imports::progress(&mut engine.begin(&actor).await?, id).await?.file;
    let (first, next) = rejected_piece(&engine, &actor, id, None).await?;
    let rest = try_unfold(next, move |next| {
        let (engine, actor) = (engine.clone(), actor.clone());
        async move {
            match next {
                Some(after) => rejected_piece(&engine, &actor, id, Some(after)).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    Ok(csv(&format!("rejected-{stem}.csv"), first, rest))
}

async fn rejected_piece(
    engine: &Engine,
    actor: &Actor,
    id: ImportId,
    after: Option<String>,
) -> Result<(Vec<u8>, Option<String>)> {
    let mut tx = engine.begin(actor).await?;
    let piece = imports::rejects_csv(&mut tx, id, after).await?;
    tx.commit().await?;
    Ok(piece)
}

/// A table whose first piece is there and whose others are read while it is sent.
fn csv(name: &str, first: Vec<u8>, rest: impl Stream<Item = Result<Vec<u8>>> + Send + 'static) -> Response {
    let pieces = once(async { Ok(first) }).chain(rest);
    attachment(name, CSV, Body::from_stream(pieces))
}

pub(crate) fn attachment(name: &str, media_type: &str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, &disposition(name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(header, value);
        }
    }
    response
}

/// The name in letters that every browser reads, and as it is (RFC 6266, RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' };
    let safe: String = name.chars().map(plain).collect();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let exact: String =
        name.bytes().map(|b| if is_token(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    format!("attachment; filename=\"{safe}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_nothing_else() {
        assert_eq!(disposition("scan 1.pdf"), "attachment; filename=\"scan 1.pdf\"; filename*=UTF-8''scan%201.pdf");
        let odd = disposition("é\"; x=\"\r\n.txt");
        assert!(odd.is_ascii() && !odd.contains(['\r', '\n']) && odd.matches('"').count() == 2, "{odd}");
    }
}
