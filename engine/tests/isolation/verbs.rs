//! Verbs that are given another workspace's id answer as if it did not exist.

use domain::{
    account::{NewKey, NewUser},
    audit::AuditQuery,
    campaign::{CampaignChange, NewCampaign, ReachQuery},
    consent::NewConsent,
    contact::NewContact,
    doubt::NewDecision,
    id::{
        CampaignId, ContactId, ImportId, InvitationId, KeyId, ListId, MailId, ProofId, ProviderId, SenderId,
        TemplateId, UserId,
    },
    import::NewMapping,
    invitation::NewInvitation,
    list::{ListChange, NewMembers},
    page::PageQuery,
    provider::{NewProvider, NewSender, SenderChange},
    suppression::{Filter, Key, NewSuppression},
    template::{EmailContent, NewTemplate, NewTrial, TemplateChange},
};
use engine::{
    Error, Result,
    accounts::{audit, invitations, keys, users},
    audience,
    audience::proofs,
    campaigns,
    campaigns::{NewSend, Step},
    db::Tx,
    imports, lists, providers, reports, sandbox,
    sending::doubt,
    suppressions, templates,
    testing::{PASSWORD, Sink, TestWorkspace, draft},
    webhooks,
};

/// One of each thing in a workspace.
struct Things {
    list: ListId,
    contact: ContactId,
    template: TemplateId,
    provider: ProviderId,
    sender: SenderId,
    mail: MailId,
    campaign: CampaignId,
    import: ImportId,
    user: UserId,
    key: KeyId,
    invitation: InvitationId,
    proof: ProofId,
    suppressed: Key,
}

async fn things(at: &TestWorkspace, sink: &Sink) -> Things {
    let provider = at.provider(sink).await;
    let sender = at.sender(&provider).await;
    let list = at.list("Customers").await;
    let contact = at.contact("ada@one.example", &[list]).await;
    let template = at.template("Spring", "Hello", "<p>Hello</p>").await;
    let campaign = at.campaign("Spring news", sender, &[list]).await;
    let roles = vec!["viewer".into()];
    let user = NewUser { email: "olga@oak.example".into(), password: PASSWORD.into(), roles, ..Default::default() };
    let user = at.act(async |tx| users::create(&at.engine, tx, &user).await).await.expect("a user");
    let key = NewKey { name: "shop".into(), scopes: vec!["read".into()], ..Default::default() };
    let key = at.act(async |tx| keys::create(tx, &key).await).await.expect("a key").key.id;
    let mail = at.sandbox_mail("ada@one.example").await;
    let import = at.upload("fair.csv", "email\nada@one.example\n").await;
    let ivo = NewInvitation { email: "ivo@oak.example".into(), roles: vec!["viewer".into()] };
    let ivo = at.act(async |tx| invitations::create(&at.engine, tx, &ivo).await).await.expect("an invitation");
    let invitation = ivo.invitation().id;
    let proof = at.act(async |tx| proofs::add(tx, "form.txt", b"Yes").await).await.expect("a proof").id;
    let address = NewSuppression { address: "x@y.example".into(), ..Default::default() };
    let suppressed = at.act(async |tx| suppressions::add(tx, &address).await).await.expect("a suppression").key();
    let provider = provider.id;
    Things {
        list,
        contact,
        template,
        provider,
        sender,
        mail,
        campaign,
        import,
        user,
        key,
        invitation,
        proof,
        suppressed,
    }
}

/// Something that a person said.
fn said() -> NewConsent {
    let (channel, state, source) = ("email".into(), "withdrawn".into(), "manual".into());
    NewConsent { channel, state, source, ..Default::default() }
}

async fn assert_not_found<T>(here: &TestWorkspace, what: &str, verb: impl AsyncFnOnce(&mut Tx) -> Result<T>) {
    let refused = here.act(verb).await.err().unwrap_or_else(|| panic!("{what}: found"));
    assert!(matches!(refused, Error::NotFound), "{what}: {refused}");
}

/// For ids in a form: an error at that field.
async fn assert_unknown<T>(here: &TestWorkspace, field: &str, verb: impl AsyncFnOnce(&mut Tx) -> Result<T>) {
    match here.act(verb).await.err().unwrap_or_else(|| panic!("{field}: taken")) {
        Error::Invalid(errors) => assert_eq!((&*errors.0[0].field, &*errors.0[0].code), (field, "unknown")),
        other => panic!("{field}: {other}"),
    }
}

#[tokio::test]
async fn verbs_do_not_find_what_is_another_workspaces() {
    let sink = Sink::new().await;
    let here = TestWorkspace::new().await;
    let there = here.neighbour("Oak Lane").await;
    let theirs = things(&there, &sink).await;
    let (engine, all) = (&here.engine, PageQuery::default());
    let consent = said();
    let text = NewTemplate {
        name: "Spring".into(),
        channel: "email".into(),
        subject: "Hello".into(),
        html: "<p>Hello</p>".into(),
        ..Default::default()
    };
    let content = EmailContent { subject: "Hello".into(), html: "<p>Hello</p>".into(), text: String::new() };
    let members = NewMembers { contact_ids: vec![theirs.contact.to_string()] };
    let rename = NewCampaign { name: "Ours now".into(), ..Default::default() };

    assert_not_found(&here, "list", async |tx| lists::get(tx, theirs.list).await).await;
    assert_not_found(&here, "members", async |tx| lists::members(tx, theirs.list, &all).await).await;
    assert_not_found(&here, "add members", async |tx| lists::add_members(tx, theirs.list, &members).await).await;
    let remove = async |tx: &mut Tx| lists::remove_member(tx, theirs.list, theirs.contact).await;
    assert_not_found(&here, "remove member", remove).await;
    assert_not_found(&here, "put back", async |tx| lists::put_back(tx, theirs.list, theirs.contact).await).await;
    let by_address = async |tx: &mut Tx| lists::add_by_address(tx, theirs.list, "ada@one.example").await;
    assert_not_found(&here, "add by address", by_address).await;
    let unlike = ListChange { name: Some("Ours now".into()), ..Default::default() };
    assert_not_found(&here, "change a list", async |tx| lists::update(tx, theirs.list, &unlike).await).await;
    assert_not_found(&here, "delete a list", async |tx| lists::delete(tx, theirs.list).await).await;
    assert_not_found(&here, "export a list", async |tx| lists::export(tx, theirs.list, None).await).await;
    assert_not_found(&here, "proof", async |tx| proofs::get(tx, theirs.proof).await).await;
    let unlike = async |tx: &mut Tx| suppressions::remove(tx, &theirs.suppressed, "ours").await;
    assert_not_found(&here, "suppression", unlike).await;
    assert_not_found(&here, "contact", async |tx| audience::get(tx, theirs.contact).await).await;
    let record = async |tx: &mut Tx| audience::record_consent(tx, theirs.contact, &consent).await;
    assert_not_found(&here, "consent", record).await;
    assert_not_found(&here, "template", async |tx| templates::get(tx, theirs.template).await).await;
    assert_not_found(&here, "save", async |tx| templates::update(tx, theirs.template, &text).await).await;
    assert_not_found(&here, "blocks", async |tx| templates::blocks::get(tx, theirs.template).await).await;
    let change = TemplateChange::default();
    assert_not_found(&here, "patch", async |tx| templates::change(tx, theirs.template, &change).await).await;
    assert_not_found(&here, "copy", async |tx| templates::duplicate(tx, theirs.template, None).await).await;
    assert_not_found(&here, "archive", async |tx| templates::archive(tx, theirs.template).await).await;
    assert_not_found(&here, "restore", async |tx| templates::restore(tx, theirs.template).await).await;
    assert_not_found(&here, "versions", async |tx| templates::versions(tx, theirs.template).await).await;
    assert_not_found(&here, "version", async |tx| templates::version(tx, theirs.template, 1).await).await;
    let old = async |tx: &mut Tx| templates::restore_version(tx, theirs.template, 1).await;
    assert_not_found(&here, "old version", old).await;
    let trial = NewTrial { to: "a@b.example".into(), ..Default::default() };
    let send = async |tx: &mut Tx| templates::ready_trial(engine, tx, theirs.template, &trial).await;
    assert_not_found(&here, "test of a template", send).await;
    let send = async |tx: &mut Tx| campaigns::ready_trial(engine, tx, theirs.campaign, &trial).await;
    assert_not_found(&here, "test of a campaign", send).await;
    let preview = async |tx: &mut Tx| templates::preview(&here.engine, tx, &content, Some(theirs.contact)).await;
    assert_not_found(&here, "preview", preview).await;
    assert_not_found(&here, "campaign", async |tx| campaigns::get(tx, theirs.campaign).await).await;
    assert_not_found(&here, "change", async |tx| campaigns::update(tx, theirs.campaign, &rename).await).await;
    let part = CampaignChange { name: Some("Ours now".into()), ..Default::default() };
    assert_not_found(&here, "part", async |tx| campaigns::change(tx, theirs.campaign, &part).await).await;
    let seen = async |tx: &mut Tx| campaigns::change_seen(tx, theirs.campaign, &part, Step::Goal, "").await;
    assert_not_found(&here, "step", seen).await;
    let typed = serde_json::json!({});
    let keep = async |tx: &mut Tx| campaigns::keep_unsaved(tx, theirs.campaign, Step::Goal, &typed).await;
    assert_not_found(&here, "unsaved", keep).await;
    let forget = async |tx: &mut Tx| campaigns::forget_unsaved(tx, theirs.campaign, Step::Goal).await;
    assert_not_found(&here, "discarded", forget).await;
    let seen = campaigns::Seen { stamp: "", people: 0 };
    assert_not_found(&here, "seen", async |tx| campaigns::check_seen(tx, theirs.campaign, &seen).await).await;
    let copy = async |tx: &mut Tx| campaigns::duplicate(tx, theirs.campaign, None).await;
    assert_not_found(&here, "copy", copy).await;
    assert_not_found(&here, "archive", async |tx| campaigns::archive(tx, theirs.campaign).await).await;
    assert_not_found(&here, "restore", async |tx| campaigns::restore(tx, theirs.campaign).await).await;
    let at = NewSend { at: Some("2030-01-01T10:00".into()), ..Default::default() };
    assert_not_found(&here, "schedule", async |tx| campaigns::schedule(tx, theirs.campaign, &at).await).await;
    assert_not_found(&here, "send", async |tx| campaigns::send(engine, tx, theirs.campaign, &at).await).await;
    assert_not_found(&here, "unschedule", async |tx| campaigns::unschedule(tx, theirs.campaign).await).await;
    let reached = async |tx: &mut Tx| campaigns::people(tx, theirs.campaign, &ReachQuery::default()).await;
    assert_not_found(&here, "people", reached).await;
    assert_not_found(&here, "delete", async |tx| campaigns::delete(tx, theirs.campaign).await).await;
    assert_not_found(&here, "estimate", async |tx| campaigns::estimate(tx, theirs.campaign).await).await;
    assert_not_found(&here, "blockers", async |tx| campaigns::blockers(tx, theirs.campaign).await).await;
    assert_not_found(&here, "start", async |tx| campaigns::start(engine, tx, theirs.campaign, None).await).await;
    assert_not_found(&here, "pause", async |tx| campaigns::pause(tx, theirs.campaign).await).await;
    assert_not_found(&here, "resume", async |tx| campaigns::resume(engine, tx, theirs.campaign, None).await).await;
    assert_not_found(&here, "cancel", async |tx| campaigns::cancel(tx, theirs.campaign).await).await;
    assert_not_found(&here, "figures", async |tx| reports::figures(tx, theirs.campaign).await).await;
    assert_not_found(&here, "recipients", async |tx| reports::recipients(tx, theirs.campaign, &all).await).await;
    assert_not_found(&here, "in doubt", async |tx| doubt::list(tx, theirs.campaign, &all).await).await;
    let decision = NewDecision { decision: "mark_sent".into(), ids: vec!["x".into()], all: false };
    assert_not_found(&here, "decide", async |tx| doubt::decide(engine, tx, theirs.campaign, &decision).await).await;
    assert_not_found(&here, "progress", async |tx| reports::progress(engine, tx, theirs.campaign).await).await;
    assert_not_found(&here, "problems", async |tx| reports::problems(tx, theirs.campaign).await).await;
    let remove = async |tx: &mut Tx| campaigns::remove_recipient(tx, theirs.campaign, "").await;
    assert_not_found(&here, "remove recipient", remove).await;
    assert_not_found(&here, "provider", async |tx| providers::get(tx, theirs.provider).await).await;
    assert_not_found(&here, "sender", async |tx| providers::get_sender(tx, theirs.sender).await).await;
    assert_not_found(&here, "its DNS", async |tx| providers::dns::get(tx, theirs.sender).await).await;
    assert_not_found(&here, "its address", async |tx| webhooks::get(engine, tx, theirs.provider).await).await;
    assert_not_found(&here, "renew it", async |tx| webhooks::rotate(engine, tx, theirs.provider).await).await;
    assert_not_found(&here, "test", async |tx| providers::for_test(engine, tx, theirs.provider).await).await;
    let unlike = NewProvider { name: "Ours now".into(), ..Default::default() };
    let change = async |tx: &mut Tx| providers::update(engine, tx, theirs.provider, &unlike).await;
    assert_not_found(&here, "change a provider", change).await;
    assert_not_found(&here, "delete a provider", async |tx| providers::delete(tx, theirs.provider).await).await;
    let unlike = SenderChange { name: Some("Ours now".into()), ..Default::default() };
    let change = async |tx: &mut Tx| providers::update_sender(tx, theirs.sender, &unlike).await;
    assert_not_found(&here, "change a sender", change).await;
    assert_not_found(&here, "delete a sender", async |tx| providers::delete_sender(tx, theirs.sender).await).await;
    let new = NewMapping::default();
    assert_not_found(&here, "an import", async |tx| imports::get(tx, theirs.import).await).await;
    assert_not_found(&here, "its progress", async |tx| imports::progress(tx, theirs.import).await).await;
    assert_not_found(&here, "its mistakes", async |tx| imports::rejects(tx, theirs.import, &all).await).await;
    assert_not_found(&here, "map", async |tx| imports::map(engine, tx, theirs.import, &new).await).await;
    assert_not_found(&here, "start an import", async |tx| imports::start(engine, tx, theirs.import).await).await;
    assert_not_found(&here, "stop an import", async |tx| imports::stop(engine, tx, theirs.import).await).await;
    assert_not_found(&here, "undo an import", async |tx| imports::undo(engine, tx, theirs.import).await).await;
    assert_not_found(&here, "discard an import", async |tx| imports::discard(tx, theirs.import).await).await;
    assert_not_found(&here, "mail", async |tx| sandbox::get(tx, theirs.mail).await).await;
    assert_not_found(&here, "roles", async |tx| users::set_roles(tx, theirs.user, &["viewer".into()]).await).await;
    assert_not_found(&here, "remove", async |tx| users::remove(tx, theirs.user).await).await;
    assert_not_found(&here, "sign out", async |tx| users::end_sessions(tx, theirs.user).await).await;
    assert_not_found(&here, "revoke", async |tx| keys::revoke(tx, theirs.key).await).await;
    assert_not_found(&here, "rotate", async |tx| keys::rotate(tx, theirs.key).await).await;
    let resend = async |tx: &mut Tx| invitations::resend(engine, tx, theirs.invitation).await;
    assert_not_found(&here, "invite again", resend).await;
    assert_not_found(&here, "take back", async |tx| invitations::revoke(tx, theirs.invitation).await).await;
    assert_not_found(&here, "code", async |tx| providers::ask_code(engine, tx, theirs.sender).await).await;
    let admin = here.user(&[domain::access::Role::Admin]);
    let verified = providers::verify_sender(engine, &admin, theirs.sender, "123456").await;
    assert!(matches!(verified, Err(Error::NotFound)));
    assert_eq!(there.status(theirs.campaign).await, "Draft");
}

#[tokio::test]
async fn forms_do_not_take_what_is_another_workspaces() {
    let sink = Sink::new().await;
    let here = TestWorkspace::new().await;
    let theirs = things(&here.neighbour("Oak Lane").await, &sink).await;
    let ours = things(&here, &sink).await;

    let members = NewMembers { contact_ids: vec![theirs.contact.to_string()] };
    assert_unknown(&here, "contact_ids", async |tx| lists::add_members(tx, ours.list, &members).await).await;
    let proven = NewConsent { proof: theirs.proof.to_string(), ..said() };
    assert_unknown(&here, "proof", async |tx| audience::record_consent(tx, ours.contact, &proven).await).await;
    let contact =
        NewContact { email: "new@one.example".into(), lists: vec![theirs.list.to_string()], ..Default::default() };
    assert_unknown(&here, "lists", async |tx| audience::create(&here.engine, tx, &contact).await).await;
    let provider_id = theirs.provider.to_string();
    let sender = NewSender { email: "new@maple.example".into(), provider_id, ..Default::default() };
    assert_unknown(&here, "provider_id", async |tx| providers::create_sender(tx, &sender).await).await;
    let change = SenderChange { provider_id: Some(theirs.provider.to_string()), ..Default::default() };
    assert_unknown(&here, "provider_id", async |tx| providers::update_sender(tx, ours.sender, &change).await).await;
    let to_them = draft("Ours", ours.sender, &[theirs.list]);
    assert_unknown(&here, "audience.include", async |tx| campaigns::create(tx, &to_them).await).await;
    let mut but_them = draft("Ours", ours.sender, &[ours.list]);
    but_them.audience.exclude = vec![theirs.list.to_string().into()];
    assert_unknown(&here, "audience.exclude", async |tx| campaigns::create(tx, &but_them).await).await;
    let as_them = draft("Ours", theirs.sender, &[ours.list]);
    assert_unknown(&here, "sender_id", async |tx| campaigns::create(tx, &as_them).await).await;
    let mut their_words = draft("Ours", ours.sender, &[ours.list]);
    their_words.content.email.template_id = Some(theirs.template.to_string());
    assert_unknown(&here, "content.email.template_id", async |tx| campaigns::create(tx, &their_words).await).await;
}

#[tokio::test]
async fn lists_of_things_hold_ones_own_only() {
    let sink = Sink::new().await;
    let here = TestWorkspace::new().await;
    things(&here.neighbour("Oak Lane").await, &sink).await;
    let all = PageQuery::default();
    let search = PageQuery { search: Some("ada@".into()), ..Default::default() };
    let ids = here
        .act(async |tx| {
            Ok([
                lists::list(tx).await?.len(),
                suppressions::list(tx, &Filter::default(), &all).await?.data.len(),
                audience::list(tx, &all).await?.data.len(),
                audience::list(tx, &search).await?.data.len(),
                audience::count_some(tx).await? as usize,
                templates::list(tx).await?.len(),
                providers::list(tx).await?.len(),
                providers::senders(tx).await?.len(),
                imports::list(tx, &all).await?.data.len(),
                sandbox::list(tx, &all).await?.data.len(),
                sandbox::list(tx, &search).await?.data.len(),
                campaigns::list(tx, &all).await?.data.len(),
                users::list(tx).await?.len(),
                keys::list(tx).await?.len(),
                invitations::list(tx).await?.len(),
                audit::list(tx, &AuditQuery::default()).await?.data.len(),
            ])
        })
        .await
        .unwrap();
    assert_eq!(
        ids,
        [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "nothing but the sandbox, and that the workspace was made"
    );
}
