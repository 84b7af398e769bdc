//! Why a message came back, and what a provider says of openings, where people look for it.

use domain::{
    access::Role,
    message::{Part, Recipient},
    page::PageQuery,
    report::MessageHistory,
};
use engine::reports;

use super::{Post, Sent, about, sent};

const BOUNCED: &str = "550 5.1.1 user unknown";

impl Post {
    async fn reported(files: &[&str]) -> (Self, Sent) {
        let post = Self::new().await;
        let people: Vec<_> = (0..files.len()).map(|n| format!("p{n}@one.example")).collect();
        let people: Vec<_> = people.iter().map(String::as_str).collect();
        let sent = sent(post.here(), &post.sink, &people).await;
        for (file, id) in files.iter().zip(&sent.ids) {
            post.publish(&about(post.here(), file, id)).await;
        }
        post.apply().await;
        (post, sent)
    }

    async fn history(&self, sent: &Sent, i: usize) -> MessageHistory {
        self.here().act(async |tx| reports::message(tx, sent.campaign, &sent.ids[i]).await).await.unwrap()
    }

    async fn recipients(&self, sent: &Sent, status: &str) -> Vec<Recipient> {
        let query = PageQuery { status: Some(status.into()), ..Default::default() };
        self.here().act(async |tx| reports::recipients(tx, sent.campaign, &query).await).await.unwrap().data
    }
}

#[tokio::test]
async fn what_came_back_says_why_wherever_it_is_shown() {
    let files = ["bounce-permanent-general", "bounce-permanent-noemail", "bounce-undetermined-no-dsn", "reject"];
    let (post, sent) = Post::reported(&files).await;
    let bounced = post.recipients(&sent, "bounced").await;
    assert_eq!((bounced[0].code.as_deref(), bounced[0].reason.as_deref()), (Some("550 5.1.1"), Some(BOUNCED)));
    assert_eq!((bounced[2].code.as_deref(), bounced[2].reason.as_deref()), (None, Some("Undetermined, Undetermined")));
    let rejected = &post.recipients(&sent, "").await[3];
    assert_eq!(rejected.reason.as_deref(), Some("Bad content"), "{rejected:?}");
    let event = post.history(&sent, 0).await.events.remove(0);
    assert_eq!((event.hard, event.status.as_deref()), (Some(true), Some("5.1.1")));
    assert_eq!(event.diagnostic.as_deref(), Some(BOUNCED));

    let mut results = post.here().act(async |tx| reports::begin_export(tx, sent.campaign).await).await.unwrap();
    let rows = post.here().act(async |tx| reports::next_rows(tx, &mut results).await).await.unwrap();
    let row = rows.iter().find(|row| row.email == "p0@one.example").unwrap();
    assert_eq!((row.status.as_str(), row.error.as_str()), ("bounced", BOUNCED));
    let problems = post.here().act(async |tx| reports::problems(tx, sent.campaign).await).await.unwrap();
    let told: Vec<_> = problems.iter().map(|one| (one.part, one.code.as_str(), one.count)).collect();
    assert!(told.contains(&(Part::Sent, "550 5.1.1", 1)) || told.contains(&(Part::Sent, "550 5.1.1", 2)), "{told:?}");
    post.sound().await;

    let mut nora = post.site.signed_in(&[Role::Admin.word()]).await;
    let campaign = format!("/campaigns/{}", sent.campaign);
    nora.get(&format!("{campaign}/recipients?state=bounced&code=550%205.1.1")).await.says(200, BOUNCED);
    let page = nora.get(&format!("{campaign}/recipients/{}", sent.ids[0])).await;
    page.says(200, "For good. 5.1.1");
    nora.get(&format!("{campaign}/report")).await.says(200, "Not sent or came back, and why");
}

#[tokio::test]
async fn who_complains_of_what_came_back_has_got_it_and_the_reason_is_gone() {
    let (post, sent) = Post::reported(&["bounce-permanent-general"]).await;
    post.publish(&about(post.here(), "complaint", &sent.ids[0])).await;
    post.apply().await;
    let complained = &post.recipients(&sent, "complained").await[0];
    assert_eq!((complained.code.as_deref(), complained.reason.as_deref()), (None, None));
    let problems = post.here().act(async |tx| reports::problems(tx, sent.campaign).await).await.unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    post.sound().await;
}

#[tokio::test]
async fn what_amazon_says_of_openings_and_links_is_told_with_its_agent_and_counts_nowhere() {
    let (post, sent) = Post::reported(&["open", "click"]).await;
    let click = post.history(&sent, 1).await.events.remove(0);
    assert_eq!((click.kind.as_str(), click.ip.as_deref()), ("provider_clicked", Some("192.0.2.1")));
    assert_eq!(click.link.as_deref(), Some("https://www.example.com/offer?utm_source=news"));
    assert!(click.agent.as_deref().unwrap().contains("iPhone"));
    let figures = post.here().figures(sent.campaign).await;
    assert_eq!((figures.opened, figures.clicked), (0, 0));
    assert_eq!(post.count("select count(*) from run_hour").await, 0);
    assert!(post.recipients(&sent, "opened").await.is_empty());
    post.sound().await;
    let mut nora = post.site.signed_in(&[Role::Admin.word()]).await;
    let page = nora.get(&format!("/campaigns/{}/recipients/{}", sent.campaign, sent.ids[1])).await;
    page.says(200, "Link followed, says the provider");
    page.says(200, "https://www.example.com/offer?utm_source=news");
}
