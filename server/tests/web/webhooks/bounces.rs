//! Mail that comes back, in the forms in which mail servers send it: by the address that names the message, by what was
//! returned with it, and from those who only mean to say that they are away.

use domain::provider::NewConfig;
use engine::testing::{Sink, sns};

use super::{Post, Sent, sample, states};

/// Each sample, the word for the message afterwards, and the reason for which its address is suppressed.
const MAILS: [(&str, &str, Option<&str>); 11] = [
    ("postfix-unknown", "bounced", Some("hard_bounce")),
    ("postfix-delayed", "sent", None),
    ("exchange-not-found", "bounced", Some("hard_bounce")),
    ("gmail-full", "bounced", None),
    ("exim-report", "bounced", Some("hard_bounce")),
    ("exim-plain", "bounced", Some("hard_bounce")),
    ("sendmail-policy", "bounced", None),
    ("complaint", "complained", Some("complaint")),
    ("out-of-office", "sent", None),
    ("read-receipt", "sent", None),
    ("auth-failure", "sent", None),
];

/// An account of SMTP through which a campaign went out, with where each message comes back to.
struct Mailed {
    post: Post,
    path: String,
    sent: Sent,
    people: Vec<String>,
    return_paths: Vec<String>,
}

impl Mailed {
    async fn new(bounce_domain: Option<&str>, count: usize) -> Self {
        let (sns, sink) = (sns::TestSns::new().await, Sink::new().await);
        let site = crate::site::Site::fetching(sns.fetch()).await;
        let config = NewConfig { bounce_domain: bounce_domain.map(str::to_owned), ..sink.config(None) };
        let smtp = site.here.account("smtp", "Post office", config).await;
        let post = Post { site, sns, sink, ses: smtp.clone() };
        let here = post.here();
        let (sender, list) = (here.sender(&smtp).await, here.list("Customers").await);
        let people: Vec<_> = (0..count).map(|n| format!("p{n:02}@one.example")).collect();
        for email in &people {
            here.contact(email, &[list]).await;
        }
        let campaign = here.campaign("Spring news", sender, &[list]).await;
        let run = here.start(campaign).await;
        here.work().await;
        let ids = (1..=count as i32).map(|n| engine::sending::public_id(run, n)).collect();
        let path = post.path(&smtp).await;
        let mails = post.sink.mails();
        let from = |to: &String| mails.iter().find(|mail| mail.to == *to).expect("a mail").from.clone();
        let return_paths = people.iter().map(from).collect();
        Self { path, sent: Sent { campaign, ids, run }, people, return_paths, post }
    }

    /// A sample about the message of this number.
    fn mail(&self, name: &str, n: usize) -> String {
        let text = sample(&format!("bounces/{name}.eml")).replace('\n', "\r\n");
        let text = text.replace("{return_path}", &self.return_paths[n]).replace("{to}", &self.people[n]);
        // One mail each, though the sample is the same.
        text.replace("{message}", &self.sent.ids[n])
    }

    async fn comes_back(&self, mail: &str) {
        assert_eq!(self.post.post_with(&self.path, &[], mail).await.status, 200);
    }

    async fn suppressed(&self) -> Vec<(String, String)> {
        let all = "select address_key, reason from suppression order by 1";
        sqlx::query_as(all).fetch_all(self.post.here().engine.db.owner()).await.unwrap()
    }
}

#[tokio::test]
async fn each_form_of_returned_mail_does_what_it_says_and_once() {
    for domain in [Some("bounce.maple.example"), None] {
        let mailed = Mailed::new(domain, MAILS.len()).await;
        for path in &mailed.return_paths {
            let names_message = path.starts_with("b+") && path.ends_with("@bounce.maple.example");
            assert_eq!(names_message, domain.is_some(), "{path}");
        }
        for _ in 0..3 {
            for (n, (name, ..)) in MAILS.iter().enumerate() {
                mailed.comes_back(&mailed.mail(name, n)).await;
            }
            mailed.post.apply().await;
        }
        let mut expected = MAILS.map(|(_, word, _)| word).to_vec();
        if domain.is_none() {
            // Its text says which message it was, but not in a way that machines read.
            expected[5] = "sent";
        }
        assert_eq!(states(mailed.post.here(), mailed.sent.campaign).await, expected, "{domain:?}");
        let wanted = MAILS.iter().zip(&mailed.people).zip(&expected).filter_map(|(((.., reason), who), word)| {
            (*word != "sent").then_some(())?;
            Some((who.clone(), (*reason)?.to_owned()))
        });
        assert_eq!(mailed.suppressed().await, wanted.collect::<Vec<_>>(), "{domain:?}");
        let figures = mailed.post.here().figures(mailed.sent.campaign).await;
        assert_eq!(figures.complained, 1);
        mailed.post.sound().await;
    }
}

#[tokio::test]
async fn who_knows_one_message_cannot_report_another() {
    let mailed = Mailed::new(Some("bounce.maple.example"), 2).await;
    // The return path of one, with its number changed; then only a Message-ID, with the wrong recipient or with none.
    let own = &mailed.return_paths[0];
    let forged = own.replacen("00000001", "00000002", 1);
    assert_ne!(own, &forged);
    let by_id = |to: &str| {
        let text = mailed.mail("postfix-unknown", 1);
        text.replace(&mailed.return_paths[1], &forged).replace(&mailed.people[1], to)
    };
    mailed.comes_back(&by_id(&mailed.people[0])).await;
    mailed.comes_back(&by_id("").replace("090009.", "090010.")).await;
    mailed.post.apply().await;
    assert_eq!(states(mailed.post.here(), mailed.sent.campaign).await, ["sent", "sent"]);
    assert_eq!(mailed.suppressed().await, []);
    // With whom it went to it is believed.
    mailed.comes_back(&by_id(&mailed.people[1]).replace("090009.", "090011.")).await;
    mailed.post.apply().await;
    assert_eq!(states(mailed.post.here(), mailed.sent.campaign).await, ["sent", "bounced"]);
}

#[tokio::test]
async fn what_is_no_mail_is_kept_and_said_and_an_account_knows_its_own_address_only() {
    let mailed = Mailed::new(None, 1).await;
    mailed.comes_back("hello").await;
    mailed.comes_back(&"\u{0}\u{1}--\r\n".repeat(2_000)).await;
    mailed.post.apply().await;
    let arrivals = mailed.post.webhook(&mailed.post.ses).await.arrivals;
    assert_eq!(arrivals.len(), 2);
    assert!(arrivals.iter().all(|one| one.fate != domain::webhook::Fate::Waiting), "{arrivals:?}");
    assert_eq!(mailed.post.post_with(&mailed.path, &[], " \r\n").await.status, 400);
    let ses = mailed.post.here().account("ses", "Amazon", super::config(sns::TOPIC)).await;
    let other = mailed.post.path(&ses).await.replace("/ses/", "/bounces/");
    assert_eq!(mailed.post.post_with(&other, &[], "x").await.status, 404);
}
