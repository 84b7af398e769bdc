//! The links in messages as mail programs fetch them: a picture that is never kept, and links that lead on, or nowhere.

use axum::http::Request;
use domain::id::CampaignId;
use engine::{
    testing::{Mail, Sink, draft},
    tracking,
};

use crate::site::Site;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The paths of the links of this kind in a message's HTML.
fn paths(mail: &Mail, page: &str) -> Vec<String> {
    let text = mail.text();
    let (_, html) = text.split_once("text/html").expect("HTML");
    let links = html.split("https://carillon.example/").skip(1).filter(|rest| rest.starts_with(page));
    links.map(|rest| format!("/{}", rest.split('"').next().unwrap_or_default())).collect()
}

/// A campaign that one person got a while ago, with their message.
async fn sent(site: &Site) -> (CampaignId, Mail) {
    let (here, sink) = (&site.here, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    let mut new = draft("Spring news", sender, &[list]);
    new.content.email.text.html = "<a href=\"https://maple.example/book?a=1&amp;b=ü\">Book</a>".into();
    let campaign = here.campaign_with(new).await;
    here.start(campaign).await;
    here.work().await;
    here.clock.advance(chrono::TimeDelta::minutes(5));
    (campaign, sink.mails().remove(0))
}

async fn people(site: &Site, campaign: CampaignId) -> [i64; 4] {
    tracking::write_all(&site.here.engine).await.expect("written");
    let figures = site.here.figures(campaign).await;
    [figures.opened, figures.clicked, figures.machine_opened, figures.machine_clicked]
}

#[tokio::test]
async fn the_picture_is_transparent_never_kept_and_tells_of_an_opening() {
    let site = Site::new().await;
    let (campaign, mail) = sent(&site).await;
    let path = paths(&mail, "track/open/").remove(0);
    let mut reader = site.browser().called(FIREFOX).at([192, 0, 2, 9]);
    let picture = reader.get(&path).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/gif"));
    assert!(picture.header("cache-control").contains("no-store"), "{:?}", picture.headers);
    assert!(picture.text.starts_with("GIF89a") && picture.set_cookies().is_empty());
    assert_eq!(people(&site, campaign).await, [1, 0, 0, 0]);
    // The same picture whatever is asked for: nobody learns what is known.
    for odd in ["/track/open/test", "/track/open/garbage", "/track/open/%00", &format!("{path}A")] {
        let other = reader.get(odd).await;
        assert_eq!((other.status, other.text.as_str()), (200, picture.text.as_str()), "{odd}");
    }
    let posted = reader.send(Request::post(&path), "").await;
    assert_eq!(posted.status, 405);
    assert_eq!(people(&site, campaign).await, [1, 0, 0, 0]);
    let head = reader.send(Request::head(&path), "").await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(people(&site, campaign).await, [1, 0, 1, 0], "who asks for the headers only is a machine");
}

#[tokio::test]
async fn a_link_leads_on_and_is_not_kept() {
    let site = Site::new().await;
    let (campaign, mail) = sent(&site).await;
    let links = paths(&mail, "track/click/");
    let mut reader = site.browser().called(FIREFOX);
    let answer = reader.get(&links[0]).await;
    assert_eq!((answer.status, answer.header("location")), (302, "https://maple.example/book?a=1&b=%C3%BC"));
    assert!(answer.header("cache-control").contains("no-store") && answer.set_cookies().is_empty());
    assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow");
    assert_eq!(people(&site, campaign).await, [1, 1, 0, 0]);
    let head = reader.send(Request::head(&links[0]), "").await;
    assert_eq!((head.status, head.header("location")), (302, "https://maple.example/book?a=1&b=%C3%BC"));
    assert_eq!(people(&site, campaign).await, [1, 1, 0, 1]);
    assert_eq!(reader.send(Request::post(&links[0]), "").await.status, 405);
}

#[tokio::test]
async fn a_link_that_is_none_shows_a_page_and_leads_nowhere() {
    let site = Site::new().await;
    let (campaign, mail) = sent(&site).await;
    let links = paths(&mail, "track/click/");
    let elsewhere = Site::new().await;
    let foreign = elsewhere.browser().called(FIREFOX).get(&links[0]).await;
    let mut reader = site.browser().called(FIREFOX);
    let cut = &links[0][..links[0].len() - 2];
    let trap = links.last().expect("the link that nobody sees").clone();
    let open = paths(&mail, "track/open/").remove(0).replace("open", "click");
    let mut pages = vec![foreign];
    for path in [cut, &trap, &open, "/track/click/test", "/track/click/https:%2F%2Fevil.example", "/track/click/%00"] {
        pages.push(reader.get(path).await);
    }
    for page in pages {
        page.says(404, "This link does not work");
        assert_eq!(page.header("location"), "");
    }
    assert_eq!(people(&site, campaign).await, [0, 0, 0, 1], "only the one that nobody sees is recorded");
}
