//! Templates made of blocks: versions, drafts, and whose they are (SPEC 4.3).

use domain::{
    access::{Role, Scope},
    block::{Button, Document, Heading, NewBlocks},
    id::TemplateId,
    template::NewTemplate,
};
use engine::{
    Error,
    templates::{self, blocks},
    testing::TestWorkspace,
};

use crate::{field, fields, pair};

fn mail(name: &str, heading: &str) -> NewBlocks {
    let mut blocks = Document::starter();
    blocks.blocks.push(Heading { text: heading.into(), ..Default::default() }.into());
    blocks.number();
    NewBlocks { name: name.into(), subject: "Hi {{first_name}}".into(), blocks }
}

async fn made(here: &TestWorkspace, name: &str) -> TemplateId {
    let new = mail(name, "First");
    here.act(async |tx| blocks::create(tx, &new).await).await.unwrap().template.id
}

#[tokio::test]
async fn a_version_keeps_its_blocks_beside_the_html_made_of_them() {
    let here = TestWorkspace::new().await;
    let id = made(&here, "Spring").await;
    let second = mail("Spring 2", "Second");
    let saved = here.act(async |tx| blocks::save(tx, id, &second).await).await.unwrap();
    assert_eq!((saved.template.version, saved.template.name.as_str()), (2, "Spring 2"));
    assert_eq!(saved.blocks, second.blocks);
    let detail = here.act(async |tx| templates::get(tx, id).await).await.unwrap();
    assert!(detail.html.contains(">Second</h1>") && detail.text.contains("Second\n======"), "{}", detail.text);
    let kept: Vec<(i32, String, bool)> =
        sqlx::query_as("select version, format, blocks::text like '%First%' from template_version order by version")
            .fetch_all(here.engine.db.owner())
            .await
            .unwrap();
    assert_eq!(kept, [(1, "blocks".into(), true), (2, "blocks".into(), false)], "the first is as it was");
}

#[tokio::test]
async fn the_mail_has_its_own_footer_once() {
    let here = TestWorkspace::new().await;
    let id = made(&here, "Spring").await;
    let detail = here.act(async |tx| templates::get(tx, id).await).await.unwrap();
    let content = domain::template::EmailContent { subject: "Hi".into(), html: detail.html, text: detail.text };
    let seen = here.act(async |tx| templates::preview(tx, &content, None).await).await.unwrap();
    assert_eq!((seen.html.matches(">Unsubscribe<").count(), seen.text.matches("Unsubscribe").count()), (1, 1));
    assert_eq!(seen.html.matches("1 Maple Row, Springfield").count(), 1, "{}", seen.html);
    assert!(seen.html.contains("Hi Nora,") && seen.text.contains("Hi Nora,"), "{}", seen.text);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_block() {
    let here = TestWorkspace::new().await;
    let mut wrong = mail("Spring", "Dear {{frist_name}}");
    wrong.blocks.blocks.push(Button { url: "javascript:alert(1)".into(), ..Default::default() }.into());
    let refused = here.act(async |tx| blocks::create(tx, &wrong).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("blocks.blocks.3.url", "invalid_link"));
    wrong.blocks.blocks.pop();
    let refused = here.act(async |tx| blocks::create(tx, &wrong).await).await;
    assert_eq!(field(refused.unwrap_err()), pair("blocks.blocks.2.text", "unknown_variable"));
    let nothing = here.act(async |tx| blocks::create(tx, &NewBlocks::default()).await).await;
    assert_eq!(fields(nothing.unwrap_err()).len(), 2, "name and subject; a mail without blocks is its footer");
    let odd = NewTemplate { format: Some("docx".into()), ..Default::default() };
    let refused = here.act(async |tx| templates::create(tx, &odd).await).await;
    assert!(fields(refused.unwrap_err()).iter().any(|(field, _)| field == "format"));
}

#[tokio::test]
async fn html_has_no_blocks_until_it_is_saved_as_some() {
    let here = TestWorkspace::new().await;
    let id = here.template("Plain", "Hello", "<p>Hello</p>").await;
    let refused = here.act(async |tx| blocks::get(tx, id).await).await;
    assert!(matches!(refused, Err(Error::Conflict { code: "not_blocks", .. })), "{refused:?}");
    let saved = here.act(async |tx| blocks::save(tx, id, &mail("Plain", "Now blocks")).await).await.unwrap();
    assert_eq!(saved.template.version, 2);
}

#[tokio::test]
async fn a_draft_is_kept_until_it_is_saved_or_discarded() {
    let here = TestWorkspace::new().await;
    let id = made(&here, "Spring").await;
    let (nora, olga) = (here.user(&[Role::Marketer]), here.user(&[Role::Marketer]));
    // A draft may be whatever is typed so far, also what could not be saved.
    let mut half = mail("Spring", "Half");
    half.subject = String::new();
    half.blocks.blocks.push(Button::default().into());
    half.blocks.number();
    let at = here.act_as(&nora, async |tx| blocks::keep_draft(tx, id, &half, 1).await).await.unwrap();
    let draft = here.act_as(&nora, async |tx| blocks::draft(tx, id).await).await.unwrap().unwrap();
    assert_eq!((draft.content, draft.version, draft.saved_at), (half.clone(), 1, at));
    assert_eq!(here.act_as(&olga, async |tx| blocks::draft(tx, id).await).await.unwrap(), None, "each has an own one");

    let again = mail("Spring", "Whole");
    here.act_as(&nora, async |tx| blocks::keep_draft(tx, id, &again, 1).await).await.unwrap();
    here.act_as(&olga, async |tx| blocks::keep_draft(tx, id, &half, 1).await).await.unwrap();
    here.act_as(&nora, async |tx| blocks::save(tx, id, &again).await).await.unwrap();
    assert_eq!(here.act_as(&nora, async |tx| blocks::draft(tx, id).await).await.unwrap(), None, "it is a version now");
    let other = here.act_as(&olga, async |tx| blocks::draft(tx, id).await).await.unwrap().unwrap();
    assert_eq!((other.content, other.version), (half, 1), "and the other's stays, with the version it began with");
    here.act_as(&olga, async |tx| blocks::discard_draft(tx, id).await).await.unwrap();
    assert_eq!(here.act_as(&olga, async |tx| blocks::draft(tx, id).await).await.unwrap(), None);
}

#[tokio::test]
async fn drafts_are_of_people_who_may_write_here() {
    let here = TestWorkspace::new().await;
    let there = here.neighbour("Oak Lane").await;
    let id = made(&here, "Spring").await;
    let content = mail("Spring", "Theirs");
    let keep = async |tx: &mut engine::db::Tx| blocks::keep_draft(tx, id, &content, 1).await;
    assert!(matches!(here.act_as(&here.user(&[Role::Viewer]), keep).await, Err(Error::Forbidden)));
    assert!(
        matches!(here.act_as(&here.key(&[Scope::Send]), keep).await, Err(Error::Conflict { code: "no_user", .. })),
        "a program has no draft"
    );
    assert!(matches!(there.act(keep).await, Err(Error::NotFound)));
    assert!(matches!(there.act(async |tx| blocks::get(tx, id).await).await, Err(Error::NotFound)));
    assert!(matches!(there.act(async |tx| blocks::save(tx, id, &content).await).await, Err(Error::NotFound)));
    assert!(matches!(there.act(async |tx| blocks::discard_draft(tx, id).await).await, Err(Error::NotFound)));
    let mine = here.user(&[Role::Admin]);
    here.act_as(&mine, keep).await.unwrap();
    let mut moved = mine.clone();
    moved.tenant = there.tenant;
    let seen = there.act_as(&moved, async |tx| blocks::draft(tx, id).await).await.unwrap();
    assert_eq!(seen, None, "the same person in another workspace");
}
