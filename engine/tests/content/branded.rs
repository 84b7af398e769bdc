//! The brand in what is sent (SPEC 4.2): in previews, tests and campaigns, frozen with a run.

use domain::{
    account::NewSettings,
    block::{Body, Document, NewBlocks},
    brand::NewBrand,
    campaign::NewCampaign,
    custom_field::NewCustomField,
    id::{ListId, SenderId},
    template::{EmailContent, NewTrial},
};
use engine::{
    accounts::workspace,
    audience, campaigns,
    templates::{self, blocks},
    testing::{Sink, TestWorkspace, draft},
};

use crate::{field, pair};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";
const HTML: &str = "<p>{{brand.name}} {{brand.colour}} {{brand.text_colour}} {{brand.reply_to}} \
                    {{#if brand.logo_url}}<img src=\"{{brand.logo_url}}\">{{else}}{{company_name}}{{/if}}</p>";

struct Shop {
    here: TestWorkspace,
    sink: Sink,
    sender: SenderId,
    list: ListId,
}

async fn shop() -> Shop {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    Shop { here, sink, sender, list }
}

async fn brand(here: &TestWorkspace, name: &str, colour: &str) {
    let typed = |text: &str| Some(text.to_owned());
    let brand = NewBrand { from_name: typed(name), colour: typed(colour), ..Default::default() };
    let new = NewSettings { brand, ..Default::default() };
    here.act(async |tx| workspace::change(&here.engine, tx, &new).await).await.unwrap();
}

fn news(shop: &Shop, html: &str) -> NewCampaign {
    let mut new = draft("News", shop.sender, &[shop.list]);
    new.content.email.text.html = html.into();
    new
}

#[tokio::test]
async fn a_run_keeps_the_brand_that_it_began_with_and_a_test_has_todays() {
    let shop = shop().await;
    let here = &shop.here;
    brand(here, "Maple Studios", "#5b2a86").await;
    let campaign = here.campaign_with(news(&shop, HTML)).await;
    here.act(async |tx| campaigns::start(&here.engine, tx, campaign, Some(60)).await).await.unwrap();
    brand(here, "Maple Lane", "#ffe066").await;
    let logo = here.act(async |tx| workspace::set_logo(&here.engine, tx, PNG).await).await.unwrap();
    let logo = logo.brand.logo_url.unwrap();
    here.clock.advance(chrono::TimeDelta::seconds(60));
    here.work().await;
    let sent = shop.sink.mails().pop().unwrap().text();
    assert!(sent.contains("Maple Studios #5b2a86 #ffffff nora@maple.example Maple Row"), "{sent}");
    assert!(!sent.contains(&logo), "{sent}");

    let content = EmailContent { subject: "Hi".into(), html: HTML.into(), text: String::new() };
    let seen = here.act(async |tx| templates::preview(&here.engine, tx, &content, None).await).await.unwrap().html;
    let today = format!("Maple Lane #ffe066 #000000 nora@maple.example <img src=\"{logo}\"");
    assert!(seen.contains(&today), "{seen}");
    let trial =
        NewTrial { to: "boss@elsewhere.example".into(), sender_id: shop.sender.to_string(), ..Default::default() };
    let id = here.template("Spring", "Hi", HTML).await;
    let ready = here.act(async |tx| templates::ready_trial(&here.engine, tx, id, &trial).await).await.unwrap();
    assert!(ready.send().await.ok);
    let tried = shop.sink.mails().pop().unwrap().text();
    assert!(tried.contains("Maple Lane #ffe066 #000000") && tried.contains(&logo), "{tried}");
}

#[tokio::test]
async fn a_campaign_that_shows_a_logo_that_is_not_there_does_not_start() {
    let shop = shop().await;
    let here = &shop.here;
    let campaign = here.campaign_with(news(&shop, "<img src=\"{{brand.logo_url}}\"><p>News</p>")).await;
    let start = async || here.act(async |tx| campaigns::start(&here.engine, tx, campaign, None).await).await;
    assert_eq!(field(start().await.unwrap_err()), pair("content.email", "no_logo"));
    let blockers = here.act(async |tx| campaigns::blockers(tx, campaign).await).await.unwrap();
    assert_eq!(blockers.iter().map(|blocker| blocker.code.as_str()).collect::<Vec<_>>(), ["no_logo"]);
    assert!(blockers[0].message.contains("Settings, Brand"), "{}", blockers[0].message);
    here.act(async |tx| workspace::set_logo(&here.engine, tx, PNG).await).await.unwrap();
    assert!(start().await.is_ok());
}

#[tokio::test]
async fn the_block_editor_is_offered_the_brand_and_the_custom_fields() {
    let shop = shop().await;
    let here = &shop.here;
    brand(here, "", "#5b2a86").await;
    here.act(async |tx| workspace::set_logo(&here.engine, tx, PNG).await).await.unwrap();
    let size = NewCustomField { label: "Shoe size".into(), ..Default::default() };
    here.act(async |tx| audience::create_field(tx, &size).await).await.unwrap();
    let offer = here.act(async |tx| blocks::offer(&here.engine, tx).await).await.unwrap();
    assert_eq!(offer.custom, [("custom.shoe_size".to_owned(), "Shoe size".to_owned())]);
    let names: Vec<_> = offer.variables.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"brand.name") && names.contains(&"first_name"), "{names:?}");
    assert!(!names.contains(&"tags") && !names.contains(&"brand.logo_url"), "{names:?}");

    // With a logo it is shown; when it is taken away, the name stands in its place.
    let blocks = Document::starter(&offer.brand);
    assert!(matches!(&blocks.blocks[0].body, Body::Image(_)));
    let new = NewBlocks { name: "Spring".into(), subject: "Hi".into(), blocks };
    let id = here.act(async |tx| blocks::create(tx, &new).await).await.unwrap().template.id;
    let mail = async || {
        let saved = here.act(async |tx| templates::get(tx, id).await).await.unwrap();
        let content = EmailContent { subject: "Hi".into(), html: saved.html, text: saved.text };
        here.act(async |tx| templates::preview(&here.engine, tx, &content, None).await).await.unwrap()
    };
    let logo = offer.brand.logo_url.clone().unwrap();
    assert!(mail().await.html.contains(&format!("<img src=\"{logo}\" alt=\"Maple Row\"")), "{}", mail().await.html);
    here.act(async |tx| workspace::remove_logo(&here.engine, tx).await).await.unwrap();
    let bare = mail().await;
    assert!(!bare.html.contains("<img") && bare.html.contains("<strong>Maple Row</strong>"), "{}", bare.html);
    assert_eq!(offer.brand.colour, "#5b2a86");
}
