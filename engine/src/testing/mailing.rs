//! A message to be handed to an account by itself, without a campaign.

use domain::id::{RunId, TenantId};

use crate::{providers::Mailing, sending::public_id};

/// Message `n` of a run of its own, from Nora, with this body.
pub fn mailing(n: i32, to: &str, body: &str) -> Mailing {
    let run = RunId(uuid::Uuid::from_u128(7));
    let head = format!("From: Nora <nora@maple.example>\r\nTo: {to}\r\nSubject: Hello\r\n");
    Mailing {
        tenant: TenantId(uuid::Uuid::from_u128(5)),
        run,
        message: public_id(run, n),
        attempt: 1,
        from: "nora@maple.example".parse().expect("an address"),
        to: to.parse().expect("an address"),
        subject: "Hello".into(),
        bytes: format!("{head}Message-ID: <{n}@maple.example>\r\n\r\n{body}\r\n").into_bytes(),
    }
}
