//! A campaign as it is sent, as server-sent events (DESIGN 4): `progress` with everything on its page that changes, at
//! once and then whenever something did, at most twice a second; `end` when nothing will change by itself any more. The
//! stream also ends with the session, with the right to see the campaign, and with the server.

use std::{convert::Infallible, time::Duration};

use app::{error::AppError, request::Request as Known};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::{campaign::CampaignStatus, id::CampaignId, progress::Progress};
use engine::{
    Engine, Error,
    accounts::Actor,
    live::{News, Watch},
    reports,
};
use futures_util::stream;
use tokio::time::{Interval, interval, sleep};
use tower_sessions::session::Id;

use super::{Web, context, session};

/// The least time between two events.
const PACE: Duration = Duration::from_millis(500);
/// How often it is asked whether the reader is still signed in.
const CHECK: Duration = Duration::from_secs(60);
/// How often a comment is sent while nothing changes, so that nobody between takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Tells proxies to hand on each event as it comes.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Answers with the stream, or as the campaign's page would: 404 for what the reader cannot see.
pub(super) async fn campaign(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
) -> Response {
    let session = known.session.as_ref().and_then(tower_sessions::Session::id);
    let (Some(signed_in), Some(session)) = (known.signed_in, session) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(campaign) = id.parse() else { return StatusCode::NOT_FOUND.into_response() };
    let changes = web.engine.live.watch();
    let first = match read(&web.engine, &signed_in.actor, campaign).await {
        Ok(first) => first,
        Err(error) => return refused(error),
    };
    let mut check = interval(CHECK);
    check.reset();
    let reader =
        Reader { web, session, actor: signed_in.actor, campaign, changes, check, known: first, next: Next::First };
    let events = Sse::new(stream::unfold(reader, Reader::event));
    ([UNBUFFERED], events.keep_alive(KeepAlive::new().interval(HEARTBEAT))).into_response()
}

fn refused(error: Error) -> Response {
    StatusCode::from_u16(AppError::from(error).status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

async fn read(engine: &Engine, actor: &Actor, campaign: CampaignId) -> Result<Progress, Error> {
    let mut tx = engine.begin(actor).await?;
    reports::progress(engine, &mut tx, campaign).await
}

/// What is sent next.
enum Next {
    First,
    Change,
    End,
    Nothing,
}

/// Somebody who looks.
struct Reader {
    web: Web,
    session: Id,
    actor: Actor,
    campaign: CampaignId,
    changes: Watch,
    check: Interval,
    known: Progress,
    next: Next,
}

impl Reader {
    /// The next event; none when the stream is over.
    async fn event(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let event = match self.next {
            Next::First => progress(&self.known)?,
            Next::Change => {
                let closed = self.web.engine.live.closed();
                let changed = tokio::select! {
                    changed = self.change() => changed?,
                    () = closed => return None,
                };
                self.known = changed;
                progress(&self.known)?
            }
            Next::End => Event::default().event("end").data("over"),
            Next::Nothing => return None,
        };
        self.next = match self.next {
            Next::End => Next::Nothing,
            _ if self.known.is_over() => Next::End,
            _ => Next::Change,
        };
        Some((Ok(event), self))
    }

    /// Waits until something is otherwise than the reader knows it. None when they may not know any more.
    async fn change(&mut self) -> Option<Progress> {
        loop {
            sleep(PACE).await;
            if !self.until_worth_a_look().await {
                return None;
            }
            match read(&self.web.engine, &self.actor, self.campaign).await {
                Ok(progress) if progress == self.known => {}
                Ok(progress) => return Some(progress),
                // It comes back, and then the reader is told.
                Err(Error::Unavailable(_)) => {}
                Err(_) => return None,
            }
        }
    }

    /// Waits for news, or until it is time to look without. Says whether the reader is still signed in.
    async fn until_worth_a_look(&mut self) -> bool {
        let look = sleep(look_after(&self.known));
        let news = self.changes.news(self.known.campaign.run_id, self.actor.user());
        let asks = tokio::select! {
            () = look => false,
            // Signed out elsewhere, taken out of the workspace, of another role: told at once, and asked about anyway.
            news = news => news == News::Access,
            _ = self.check.tick() => true,
        };
        !asks || self.is_signed_in().await
    }

    /// Whether the session goes on; in which workspace and with which rights may have changed.
    async fn is_signed_in(&mut self) -> bool {
        let session = session::anew(&self.web.engine, self.session);
        match context::signed_in(&self.web, &session, self.actor.address.clone()).await {
            Ok(Some(signed_in)) => {
                self.actor = signed_in.actor;
                true
            }
            Ok(None) => false,
            // Nobody can know now; nothing can be read either.
            Err(_) => true,
        }
    }
}

/// When to look although nothing was announced: each second of a hold is shown, and a pace runs out by itself.
fn look_after(known: &Progress) -> Duration {
    Duration::from_secs(match (known.starts_in, known.campaign.status) {
        (Some(_), _) => 1,
        (None, CampaignStatus::Running | CampaignStatus::Cancelled) => 2,
        _ => 10,
    })
}

fn progress(progress: &Progress) -> Option<Event> {
    Event::default().event("progress").json_data(progress).ok()
}
