//! Sending, from a list to what arrives at a mail server that behaves, and at one that does not (DESIGN 2).

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod allowances;
mod crash;
mod doubt;
mod funnel;
mod limits;
mod live;
mod merged;
mod moves;
mod outbox;
mod partitions;
mod plan;
mod problems;
mod rates;
mod receipts;
mod refusals;
mod removal;
mod report;
mod scheduled;
mod starting;
mod switches;
mod thin_line;
mod tracked;
mod tracking;
mod unsubscribe;

use domain::{
    id::{CampaignId, ListId, SenderId},
    message::Recipient,
    page::PageQuery,
};
use engine::{
    reports,
    testing::{Mail, Sink, TestWorkspace},
};

/// A workspace with a mail server, a sender and a list, ready to send.
struct Stage {
    here: TestWorkspace,
    sink: Sink,
    sender: SenderId,
    list: ListId,
}

impl Stage {
    /// With people on the list who agreed to e-mail.
    async fn with(people: &[&str]) -> Self {
        let here = TestWorkspace::new().await;
        let sink = Sink::new().await;
        let sender = here.sender(&here.provider(&sink).await).await;
        let list = here.list("Customers").await;
        for email in people {
            here.contact(email, &[list]).await;
        }
        Self { here, sink, sender, list }
    }

    /// With so many people on the list.
    async fn with_crowd(count: i32) -> Self {
        let stage = Self::with(&[]).await;
        stage.here.crowd(stage.list, count).await;
        stage
    }

    /// A campaign to the list that has been started.
    async fn started(&self, name: &str) -> CampaignId {
        let campaign = self.here.campaign(name, self.sender, &[self.list]).await;
        self.here.start(campaign).await;
        campaign
    }

    /// The recipients in one part of the balance.
    async fn recipients(&self, campaign: CampaignId, part: &str) -> Vec<Recipient> {
        let query = PageQuery { status: Some(part.into()), limit: Some(200), ..Default::default() };
        self.here.act(async |tx| reports::recipients(tx, campaign, &query).await).await.expect("recipients").data
    }

    /// A worker of its own, as in another process.
    fn worker(&self) -> tokio::task::JoinHandle<()> {
        let mut engine = self.here.engine.clone();
        engine.accounts = engine::providers::OpenAccounts::default();
        tokio::spawn(async move { engine::sending::run_until_idle(&engine).await.expect("an idle worker") })
    }

    /// Asserts that each of so many people got exactly one message.
    fn assert_each_got_one(&self, count: usize) {
        let mut recipients = self.sink.recipients();
        assert_eq!(recipients.len(), count);
        recipients.dedup();
        assert_eq!(recipients.len(), count, "somebody got two");
    }
}

/// The token of a message's unsubscribe link.
fn unsubscribe_token(mail: &Mail) -> String {
    let header = mail.header("List-Unsubscribe").expect("the header");
    let link = header.strip_prefix("<https://carillon.example/unsubscribe/").expect("a link of ours");
    link.strip_suffix('>').expect("its end").to_owned()
}
