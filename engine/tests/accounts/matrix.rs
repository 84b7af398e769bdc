//! Who may do what, through the verbs themselves: each role and each scope gets exactly what `domain::access` says.

use std::{fs, future::Future, path::Path, pin::Pin};

use domain::{
    access::{Reach, Role, Scope, Verb},
    account::{NewKey, NewSettings, NewUser},
    audit::AuditQuery,
    block::NewBlocks,
    campaign::{CampaignChange, CampaignQuery, NewCampaign, ReachQuery},
    channel::Channel,
    consent::NewConsent,
    contact::{ContactChange, ContactQuery, NewContact, merge::NewMerge, tag::NewTagging},
    custom_field::{CustomFieldChange, NewCustomField},
    doubt::NewDecision,
    id::{
        CampaignId, ContactId, ImportId, InvitationId, KeyId, ListId, MailId, ProofId, ProviderId, SenderId,
        TemplateId, UserId,
    },
    import::NewMapping,
    invitation::NewInvitation,
    limits::NewLimits,
    list::{ListChange, NewList, NewMembers},
    page::PageQuery,
    provider::{NewProvider, NewSender, SenderChange},
    report::NewPeopleList,
    stage::NewStages,
    suppression::{Filter, Key, NewImport, NewSuppression},
    template::{EmailContent, NewTemplate, NewTrial, TemplateChange, TemplateFilter},
};
use engine::{
    Engine, Error, Result,
    accounts::{Actor, Who, audit, invitations, keys, users, workspace},
    audience,
    audience::{consent, proofs},
    campaigns,
    campaigns::{NewSend, Seen, Step},
    db::Tx,
    home, imports, limits, lists, providers,
    providers::dns,
    reports, sandbox,
    sending::doubt,
    suppressions, templates,
    templates::blocks,
    testing::{PASSWORD, Sink, TestWorkspace},
    webhooks,
};

/// What there is to act on.
struct Things {
    engine: Engine,
    all: PageQuery,
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
}

type Call = for<'a> fn(&'a mut Tx, &'a Things) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

macro_rules! calls {
    ($($verb:ident: $(|$tx:ident, $t:ident| $noun:ident::$name:ident $args:tt),+ $(,)?;)+) => {
        &[$($((
            concat!(stringify!($noun), "::", stringify!($name)),
            Verb::$verb,
            (|$tx, $t| Box::pin(async move { $noun::$name $args.await.map(drop) })) as Call,
        )),+),+]
    };
}

/// Every verb function with the verb of `domain::access` that it stands for. Inputs are mostly empty: whether one may is
/// asked before anything else.
const CALLS: &[(&str, Verb, Call)] = calls! {
    ViewContacts:
        |tx, t| audience::list(tx, &t.all),
        |tx, t| audience::get(tx, t.contact),
        |tx, _t| audience::count_some(tx),
        |tx, _t| audience::find(tx, &ContactQuery::default()),
        |tx, _t| audience::count_found(tx, &ContactQuery::default()),
        |tx, t| audience::events(tx, t.contact, &t.all),
        |tx, t| audience::upcoming(tx, t.contact),
        |tx, _t| audience::fields(tx),
        |tx, _t| audience::stages(tx),
        |tx, t| lists::members(tx, t.list, &t.all),
        |tx, t| imports::list(tx, &t.all),
        |tx, t| imports::get(tx, t.import),
        |tx, t| imports::progress(tx, t.import),
        |tx, t| imports::rejects(tx, t.import, &t.all),
        |tx, t| imports::rejects_csv(tx, t.import, None),
        |tx, _t| imports::custom_fields(tx),
        |tx, t| lists::export(tx, t.list, None),
        |tx, _t| proofs::get(tx, ProofId(uuid::Uuid::nil())),
        |tx, t| suppressions::list(tx, &Filter::default(), &t.all),
        |tx, _t| suppressions::export(tx, &Filter::default(), None),
        |tx, t| sandbox::list(tx, &t.all),
        |tx, t| sandbox::get(tx, t.mail),
        |tx, t| campaigns::people(tx, t.campaign, &ReachQuery::default()),
        |tx, t| reports::begin_export(tx, t.campaign);
    EditContacts:
        |tx, t| audience::create(&t.engine, tx, &NewContact::default()),
        |tx, t| audience::update(&t.engine, tx, t.contact, &ContactChange::default()),
        |tx, _t| audience::tag(tx, &NewTagging::default()),
        |tx, t| audience::merge(tx, t.contact, &NewMerge::default()),
        |tx, t| audience::erase(&t.engine, tx, t.contact),
        |tx, t| audience::export(tx, t.contact),
        |tx, _t| audience::create_field(tx, &NewCustomField::default()),
        |tx, _t| audience::rename_field(tx, "", &CustomFieldChange::default()),
        |tx, _t| audience::delete_field(tx, ""),
        |tx, t| imports::map(&t.engine, tx, t.import, &NewMapping::default()),
        |tx, t| imports::map_and_start(&t.engine, tx, t.import, &NewMapping::default()),
        |tx, t| imports::start(&t.engine, tx, t.import),
        |tx, t| imports::stop(&t.engine, tx, t.import),
        |tx, t| imports::undo(&t.engine, tx, t.import),
        |tx, t| imports::discard(tx, t.import),
        |tx, t| consent::record(tx, t.contact, &NewConsent::default()),
        |tx, _t| proofs::add(tx, "", b""),
        |tx, _t| suppressions::add(tx, &NewSuppression::default()),
        |tx, _t| suppressions::remove(tx, &nobody(), ""),
        |tx, _t| suppressions::import(tx, &NewImport::default());
    ViewLists:
        |tx, _t| lists::list(tx),
        |tx, t| lists::get(tx, t.list),
        |tx, t| reports::is_filling(tx, t.list);
    EditLists:
        |tx, _t| lists::create(tx, &NewList::default()),
        |tx, t| lists::update(tx, t.list, &ListChange::default()),
        |tx, t| lists::delete(tx, t.list),
        |tx, t| lists::add_members(tx, t.list, &NewMembers::default()),
        |tx, t| lists::add_by_address(tx, t.list, ""),
        |tx, t| lists::put_back(tx, t.list, t.contact),
        |tx, t| lists::remove_member(tx, t.list, t.contact),
        |tx, t| reports::make_list(tx, t.campaign, &NewPeopleList::default());
    ViewTemplates:
        |tx, _t| templates::list(tx),
        |tx, t| templates::get(tx, t.template),
        |tx, t| blocks::get(tx, t.template),
        |tx, _t| templates::find(tx, &TemplateFilter::default()),
        |tx, _t| templates::custom_fields(tx),
        |tx, t| templates::versions(tx, t.template),
        |tx, t| templates::version(tx, t.template, 1),
        |tx, t| blocks::offer(&t.engine, tx),
        |tx, t| templates::preview_text(&t.engine, tx, &NewTemplate::default(), None),
        |tx, t| templates::preview(&t.engine, tx, &EmailContent::default(), None);
    EditTemplates:
        |tx, _t| templates::create(tx, &NewTemplate::default()),
        |tx, _t| blocks::create(tx, &NewBlocks::default()),
        |tx, t| blocks::save(tx, t.template, &NewBlocks::default()),
        |tx, t| blocks::draft(tx, t.template),
        |tx, t| blocks::keep_draft(tx, t.template, &NewBlocks::default(), 1),
        |tx, t| blocks::discard_draft(tx, t.template),
        |tx, t| templates::update(tx, t.template, &NewTemplate::default()),
        |tx, t| templates::change(tx, t.template, &TemplateChange::default()),
        |tx, t| templates::duplicate(tx, t.template, None),
        |tx, t| templates::archive(tx, t.template),
        |tx, t| templates::restore(tx, t.template),
        |tx, t| templates::restore_version(tx, t.template, 1);
    ViewCampaigns:
        |tx, t| home::get(&t.engine, tx),
        |tx, t| home::sending(&t.engine, tx),
        |tx, t| campaigns::list(tx, &t.all),
        |tx, _t| campaigns::find(tx, &CampaignQuery::default()),
        |tx, _t| campaigns::owners(tx),
        |tx, t| campaigns::get(tx, t.campaign),
        |tx, t| campaigns::brief(tx, t.campaign),
        |tx, t| campaigns::estimate(tx, t.campaign),
        |tx, t| campaigns::blockers(tx, t.campaign),
        |tx, t| reports::figures(tx, t.campaign),
        |tx, t| doubt::campaigns(tx, &t.all),
        |tx, t| doubt::list(tx, t.campaign, &t.all),
        |tx, t| reports::progress(&t.engine, tx, t.campaign),
        |tx, t| reports::problems(tx, t.campaign),
        |tx, t| reports::wait(tx, t.campaign),
        |tx, t| reports::report(tx, t.campaign),
        |tx, t| reports::message(tx, t.campaign, ""),
        |tx, _t| reports::any_message(tx, ""),
        |tx, t| campaigns::preview(&t.engine, tx, t.campaign, None),
        |tx, t| reports::recipients(tx, t.campaign, &t.all),
        |tx, t| reports::recipients_told(tx, t.campaign, &t.all, None);
    EditCampaigns:
        |tx, _t| campaigns::create(tx, &NewCampaign::default()),
        |tx, t| campaigns::update(tx, t.campaign, &NewCampaign::default()),
        |tx, t| campaigns::change(tx, t.campaign, &CampaignChange::default()),
        |tx, t| campaigns::change_seen(tx, t.campaign, &CampaignChange::default(), Step::Goal, ""),
        |tx, t| campaigns::keep_unsaved(tx, t.campaign, Step::Goal, &serde_json::Value::Null),
        |tx, t| campaigns::unsaved(tx, t.campaign, Step::Goal),
        |tx, t| campaigns::forget_unsaved(tx, t.campaign, Step::Goal),
        |tx, t| campaigns::duplicate(tx, t.campaign, None),
        |tx, t| campaigns::archive(tx, t.campaign),
        |tx, t| campaigns::restore(tx, t.campaign),
        |tx, t| campaigns::delete(tx, t.campaign);
    SendCampaigns:
        |tx, t| campaigns::start(&t.engine, tx, t.campaign, None),
        |tx, t| campaigns::schedule(tx, t.campaign, &NewSend::default()),
        |tx, t| campaigns::unschedule(tx, t.campaign),
        |tx, t| campaigns::check_seen(tx, t.campaign, &Seen { stamp: "", people: 0 }),
        |tx, t| campaigns::send(&t.engine, tx, t.campaign, &NewSend::default()),
        |tx, t| campaigns::ready_trial(&t.engine, tx, t.campaign, &NewTrial::default()),
        |tx, t| templates::ready_trial(&t.engine, tx, t.template, &NewTrial::default()),
        |tx, t| campaigns::pause(tx, t.campaign),
        |tx, t| campaigns::resume(&t.engine, tx, t.campaign, None),
        |tx, t| campaigns::cancel(tx, t.campaign),
        |tx, t| doubt::decide(&t.engine, tx, t.campaign, &NewDecision::default()),
        |tx, t| campaigns::remove_recipient(tx, t.campaign, "");
    ViewProviders:
        |tx, _t| providers::list(tx),
        |tx, t| providers::get(tx, t.provider),
        |tx, _t| providers::senders(tx),
        |tx, t| providers::get_sender(tx, t.sender),
        |tx, t| dns::get(tx, t.sender);
    EditProviders:
        |tx, t| providers::create(&t.engine, tx, &NewProvider::default()),
        |tx, t| providers::update(&t.engine, tx, t.provider, &NewProvider::default()),
        |tx, t| providers::delete(tx, t.provider),
        |tx, t| providers::for_test(&t.engine, tx, t.provider),
        |tx, t| webhooks::get(&t.engine, tx, t.provider),
        |tx, t| webhooks::rotate(&t.engine, tx, t.provider),
        |tx, _t| providers::create_sender(tx, &NewSender::default()),
        |tx, t| providers::update_sender(tx, t.sender, &SenderChange::default()),
        |tx, t| providers::ask_code(&t.engine, tx, t.sender),
        |tx, t| providers::delete_sender(tx, t.sender);
    ManageWorkspace:
        |tx, t| workspace::get(&t.engine, tx),
        |tx, t| workspace::change(&t.engine, tx, &NewSettings::default()),
        |tx, t| workspace::set_logo(&t.engine, tx, b""),
        |tx, t| workspace::remove_logo(&t.engine, tx),
        |tx, _t| limits::get(tx),
        |tx, _t| limits::change(tx, &NewLimits::default()),
        |tx, _t| audience::set_stages(tx, &NewStages::default());
    ManageUsers:
        |tx, _t| users::list(tx),
        |tx, t| users::create(&t.engine, tx, &NewUser::default()),
        |tx, t| users::set_roles(tx, t.user, &[]),
        |tx, t| users::end_sessions(tx, t.user),
        |tx, _t| invitations::list(tx),
        |tx, t| invitations::create(&t.engine, tx, &NewInvitation::default()),
        |tx, t| invitations::resend(&t.engine, tx, t.invitation),
        |tx, t| invitations::revoke(tx, t.invitation),
        |tx, t| users::remove(tx, t.user);
    ManageKeys:
        |tx, _t| keys::list(tx),
        |tx, _t| keys::create(tx, &NewKey::default()),
        |tx, t| keys::rotate(tx, t.key),
        |tx, t| keys::revoke(tx, t.key);
    ViewAudit:
        |tx, _t| audit::list(tx, &AuditQuery::default()),
        |tx, _t| audit::begin_export(tx, &AuditQuery::default());
};

/// What nobody has suppressed.
fn nobody() -> Key {
    Key { channel: Channel::Email, address: "nobody@one.example".into() }
}

/// Public functions that take a transaction and are no verbs of a user.
const UNGUARDED: &[(&str, &str)] = &[
    ("audit::record", "a part of every verb"),
    ("reports::next_rows", "goes on with what begin_export allowed"),
    ("reports::latest", "of a campaign that was got before, which is asked for there"),
    ("consent::add", "a part of verbs"),
    ("home::first_steps", "nothing for those who may not see it"),
    ("campaigns::own_workspace", "everybody may know the workspace they are in"),
];

async fn things(here: &TestWorkspace) -> Things {
    let provider = here.provider(&Sink::new().await).await;
    let sender = here.sender(&provider).await;
    let list = here.list("Customers").await;
    let contact = here.contact("ada@one.example", &[list]).await;
    let template = here.template("Spring", "Hello", "<p>Hello</p>").await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let roles = vec!["viewer".into()];
    let user = NewUser { email: "olga@oak.example".into(), password: PASSWORD.into(), roles, ..Default::default() };
    let user = here.act(async |tx| users::create(&here.engine, tx, &user).await).await.expect("a user");
    let key = NewKey { name: "shop".into(), scopes: vec!["read".into()], ..Default::default() };
    let key = here.act(async |tx| keys::create(tx, &key).await).await.expect("a key").key.id;
    let ivo = NewInvitation { email: "ivo@oak.example".into(), roles: vec!["viewer".into()] };
    let ivo = here.act(async |tx| invitations::create(&here.engine, tx, &ivo).await).await.expect("an invitation");
    let invitation = ivo.invitation().id;
    let (engine, all) = (here.engine.clone(), PageQuery::default());
    let (provider, mail) = (provider.id, here.sandbox_mail("ada@one.example").await);
    let import = here.upload("fair.csv", "email\nada@one.example\n").await;
    Things { engine, all, list, contact, template, provider, sender, mail, campaign, import, user, key, invitation }
}

/// Tries every call as this actor and undoes it; each must be forbidden unless the actor reaches it.
async fn assert_may(here: &TestWorkspace, things: &Things, actor: &Actor) {
    for (name, verb, call) in CALLS {
        let mut tx = here.engine.begin(actor).await.unwrap();
        let done = call(&mut tx, things).await;
        let forbidden = matches!(done, Err(Error::Forbidden));
        match actor.reach(*verb) {
            Reach::All => assert!(!forbidden, "{:?} may {name}", actor.who),
            // Not one's own: as if it did not exist, and in lists it is missing.
            Reach::Own => {
                assert!(matches!(done, Ok(()) | Err(Error::NotFound)), "{:?} may {name} of their own", actor.who);
            }
            Reach::Nothing => assert!(forbidden, "{:?} may not {name}: {done:?}", actor.who),
        }
    }
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    let here = TestWorkspace::new().await;
    let things = things(&here).await;
    for role in Role::ALL {
        assert_may(&here, &things, &here.user(&[*role])).await;
    }
}

#[tokio::test]
async fn each_scope_of_a_key_may_do_what_the_table_says() {
    let here = TestWorkspace::new().await;
    let things = things(&here).await;
    for scope in Scope::ALL {
        assert_may(&here, &things, &here.key(&[*scope])).await;
    }
}

#[tokio::test]
async fn who_is_nobody_may_do_nothing_and_the_command_line_everything() {
    let here = TestWorkspace::new().await;
    let things = things(&here).await;
    for who in [Who::Recipient, Who::Worker] {
        let actor = Actor { tenant: here.tenant, who, address: None };
        assert!(Verb::ALL.iter().all(|verb| actor.reach(*verb) == Reach::Nothing));
        assert_may(&here, &things, &actor).await;
    }
    let operator = Actor::command_line(here.tenant);
    assert!(Verb::ALL.iter().all(|verb| operator.reach(*verb) == Reach::All));
    assert_may(&here, &things, &operator).await;
}

#[tokio::test]
async fn an_owner_sees_their_own_campaigns_and_no_others() {
    let here = TestWorkspace::new().await;
    let things = things(&here).await;
    let owner = here.user(&[Role::Owner]);
    let own = here.campaign_with(NewCampaign { name: "Own".into(), ..Default::default() }).await;
    let give = sqlx::query("update campaign set owner_id = $1 where id = $2");
    give.bind(owner.user().unwrap().0).bind(own.0).execute(here.engine.db.owner()).await.unwrap();
    let all = PageQuery::default();
    let seen = here.act_as(&owner, async |tx| campaigns::list(tx, &all).await).await.unwrap().data;
    assert_eq!(seen.iter().map(|campaign| campaign.id).collect::<Vec<_>>(), [own]);
    assert!(here.act_as(&owner, async |tx| campaigns::get(tx, own).await).await.is_ok());
    let others = here.act_as(&owner, async |tx| campaigns::get(tx, things.campaign).await).await;
    assert!(matches!(others, Err(Error::NotFound)));
}

/// Names (`noun::verb`) of the public functions in a file of `engine/src` that take a transaction.
fn verbs_in(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a source file");
    let (folder, stem) = (file.parent().and_then(Path::file_name), file.file_stem());
    // In accounts and audience each file is a noun; elsewhere the folder is.
    let is_noun = |stem: &str| ["users", "keys", "audit", "consent", "workspace", "invitations"].contains(&stem);
    let noun = stem.filter(|stem| is_noun(&stem.to_string_lossy())).or(folder).unwrap_or_default();
    let noun = noun.to_string_lossy().into_owned();
    let functions = text.split("\npub async fn ").skip(1);
    let takes_tx = functions
        .filter(|function| function.split_once("->").is_some_and(|(signature, _)| signature.contains("tx: &mut Tx")));
    takes_tx.map(|function| format!("{noun}::{}", function.split('(').next().unwrap_or_default())).collect()
}

fn source_files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => source_files(&path, found),
            path if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
            _ => {}
        }
    }
}

#[test]
fn no_verb_is_missing_from_the_table() {
    let mut files = Vec::new();
    source_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let verbs: Vec<String> = files.iter().flat_map(|file| verbs_in(file)).collect();
    let is_known = |name: &str| {
        CALLS.iter().any(|(known, ..)| *known == name) || UNGUARDED.iter().any(|(known, _)| *known == name)
    };
    let missing: Vec<_> = verbs.iter().filter(|name| !is_known(name)).collect();
    assert!(missing.is_empty(), "in neither table: {missing:?}");
    for (name, ..) in CALLS {
        assert!(verbs.iter().any(|verb| verb == name), "{name} is no verb any more");
    }
    for verb in Verb::ALL {
        assert!(CALLS.iter().any(|(_, known, _)| known == verb), "no call stands for {verb}");
    }
}
