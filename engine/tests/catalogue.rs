//! The rules that the schema keeps (DESIGN 3), read from PostgreSQL's catalogue: tenants come first in every key, no
//! table of a tenant is open to another, partitions are reached through their parents only, the ledger stays fast.
//! Each rule is broken once, to see that it is kept.

use engine::testing::TestDb;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Tables that belong to no tenant, and why.
const GLOBAL: &[(&str, &str)] = &[
    ("tenant", "the workspaces themselves; a policy of its own shows each only itself"),
    ("user_account", "a person may belong to several workspaces"),
    ("password_reset", "a link is for a person, whichever workspaces they belong to"),
    ("session", "a session exists before a workspace is chosen, and is known by its hash alone"),
    ("sign_in_throttle", "failures are counted before anybody is known"),
    ("form_flash", "shown again to a browser that may not be signed in"),
    ("receipt_raw", "what providers report is stored before it is read, and only reading it tells whose it is"),
    ("receipt_queue", "which of them wait, as they do before anybody knows whose they are"),
    ("_sqlx_migrations", "which migrations were applied"),
];
/// Functions that see every tenant: the questions that are asked before one is known.
const NAMED_FUNCTIONS: &[&str] = &[
    "api_key_owner",
    "forget_imported_consent",
    "memberships_of",
    "tenants_to_start",
    "tenants_with_doubt",
    "tenants_with_fillings",
    "tenants_with_imports",
    "tenants_with_work",
    "webhook_by_key",
    "webhooks_by_topic",
];
/// Functions with the owner's rights that keep to the transaction's workspace by themselves: what may only be added to is
/// cleared of one person.
const OWN_FUNCTIONS: &[&str] = &["erase_traces"];
/// Tables that grow with each message: a foreign key there triples the time to plan a million.
const LEDGER: &[&str] = &["message", "event", "engagement"];

const TABLES: &str = "
    select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1";

/// Each rule with the question that finds what breaks it.
const RULES: &[(&str, &str)] = &[
    (
        "no tenant_id",
        "select t.relname::text from tables t where not exists (
           select from pg_attribute a where a.attrelid = t.oid and a.attname = 'tenant_id' and a.attnotnull)",
    ),
    (
        "no primary key",
        "select t.relname::text from tables t where not exists (
           select from pg_index i where i.indrelid = t.oid and i.indisprimary)",
    ),
    (
        "a key that does not begin with tenant_id",
        "select i.indexrelid::regclass::text from tables t join pg_index i on i.indrelid = t.oid and i.indisunique
         where coalesce((select attname from pg_attribute a where a.attrelid = t.oid and a.attnum = i.indkey[0]), '')
           <> 'tenant_id'",
    ),
    (
        "a foreign key that does not begin with tenant_id",
        "select f.conname::text from tables t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
         where f.confrelid <> all (array['tenant', 'user_account']::regclass[])
           and (select attname from pg_attribute a where a.attrelid = t.oid and a.attnum = f.conkey[1]) <> 'tenant_id'",
    ),
    (
        "rows are not locked to their tenant",
        "select t.relname::text from tables t where not t.relrowsecurity or not exists (
           select from pg_policy p where p.polrelid = t.oid and p.polname = 'tenant_only' and p.polcmd = '*'
             and p.polpermissive and p.polroles = array['carillon_app'::regrole::oid]
             and pg_get_expr(p.polqual, t.oid) =
               '(tenant_id = (NULLIF(current_setting(''carillon.tenant''::text, true), ''''::text))::uuid)'
             and pg_get_expr(p.polwithcheck, t.oid) =
               '(tenant_id = ( SELECT (NULLIF(current_setting(''carillon.tenant''::text, true), ''''::text))::uuid AS \"nullif\"))')",
    ),
    (
        "a second policy, which would open what the first one closes",
        "select t.relname::text from tables t join pg_policy p on p.polrelid = t.oid group by 1 having count(*) > 1",
    ),
    (
        "a grant on a partition, which no policy guards",
        "select c.relname::text from pg_class c, aclexplode(c.relacl) as granted
         where c.relispartition and c.relkind in ('r', 'p') and granted.grantee <> c.relowner",
    ),
    (
        "a grant to more than carillon_app, or of more than rows",
        "select t.relname::text from tables t, aclexplode(t.relacl) as granted
         where granted.grantee <> t.relowner and (granted.grantee <> 'carillon_app'::regrole
           or granted.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))",
    ),
    (
        "a sequence, which all tenants would wait for",
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'S' and n.nspname = 'public'",
    ),
    (
        "a foreign key of the ledger",
        "select f.conname::text from ledger l join pg_constraint f on f.conrelid = l.oid and f.contype = 'f'",
    ),
    (
        "an index of messages that names their state, which no update of it could leave alone",
        "select i.indexrelid::regclass::text from pg_index i
         where i.indrelid = 'message'::regclass and pg_get_indexdef(i.indexrelid) ~ '\\ystate\\y'",
    ),
    (
        "a function that sees every tenant and is not listed",
        "select f.proname::text from functions f where f.prosecdef and not f.listed",
    ),
    (
        "a function of the owner's rights without a search path of its own",
        "select f.proname::text from functions f
         where f.prosecdef and (f.proconfig is null or not 'search_path=public' = any(f.proconfig))",
    ),
    (
        "a function that everybody may call",
        "select f.proname::text from functions f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as granted
         where granted.grantee = 0",
    ),
];

/// What the rules ask about: the tables of tenants (partitions are their parents' affair), and our functions.
const ASKED_ABOUT: &str = "
    with tables as (
      select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all($1)
    ), functions as (
      select p.*, p.proname = any($2) as listed
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'
    ), ledger as (
      select oid from pg_class where oid = any($3::text[]::regclass[])
    ) ";

/// Every broken rule with what breaks it.
async fn faults(connection: &mut PgConnection) -> Vec<String> {
    let global: Vec<&str> = GLOBAL.iter().map(|(name, _)| *name).collect();
    let mut faults = Vec::new();
    for (rule, question) in RULES {
        let whole = format!("{ASKED_ABOUT} {question}");
        let broken = sqlx::query_scalar::<_, String>(AssertSqlSafe(whole));
        let broken = broken
            .bind(&global)
            .bind([NAMED_FUNCTIONS, OWN_FUNCTIONS].concat())
            .bind(LEDGER)
            .fetch_all(&mut *connection)
            .await;
        let broken = broken.unwrap_or_else(|error| panic!("{rule}: {error}"));
        faults.extend(broken.into_iter().map(|name| format!("{rule}: {name}")));
    }
    faults
}

async fn connection() -> PgConnection {
    PgConnection::connect_with(&TestDb::new().await.options()).await.expect("a connection")
}

#[tokio::test]
async fn the_schema_keeps_its_rules() {
    assert_eq!(faults(&mut connection().await).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_global_tables_and_the_named_functions_exist() {
    let mut connection = connection().await;
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut connection).await.unwrap();
    for (name, _) in GLOBAL {
        assert!(tables.iter().any(|table| table == name), "{name} is listed, but is not there");
    }
    for name in NAMED_FUNCTIONS {
        let found = sqlx::query("select from pg_proc where proname = $1 and prosecdef").bind(name);
        let found = found.fetch_optional(&mut connection).await.unwrap();
        assert!(found.is_some(), "{name} is listed, but is not there");
    }
}

#[tokio::test]
async fn a_workspace_sees_itself_only_in_the_table_of_workspaces() {
    let mut connection = connection().await;
    let secured = "select relrowsecurity and (select count(*) = 1 from pg_policy where polrelid = 'tenant'::regclass)
                   from pg_class where oid = 'tenant'::regclass";
    assert!(sqlx::query_scalar::<_, bool>(secured).fetch_one(&mut connection).await.unwrap());
    let policy = "select pg_get_expr(polqual, polrelid) from pg_policy where polrelid = 'tenant'::regclass";
    let policy: String = sqlx::query_scalar(policy).fetch_one(&mut connection).await.unwrap();
    assert_eq!(policy, "(id = (NULLIF(current_setting('carillon.tenant'::text, true), ''::text))::uuid)");
}

/// What breaks each rule, in the rules' order, and what is then found.
const BREAKS: &[(&str, &str)] = &[
    ("create table bell (id uuid primary key)", "no tenant_id: bell"),
    ("create table bell (tenant_id uuid not null)", "no primary key: bell"),
    ("create unique index bell on contact (email_key)", "a key that does not begin with tenant_id: bell"),
    (
        "alter table list_member add constraint bell foreign key (contact_id, tenant_id) references contact (id, tenant_id)",
        "a foreign key that does not begin with tenant_id: bell",
    ),
    ("alter table contact disable row level security", "rows are not locked to their tenant: contact"),
    ("alter policy tenant_only on contact with check (true)", "rows are not locked to their tenant: contact"),
    ("alter policy tenant_only on contact using (true)", "rows are not locked to their tenant: contact"),
    (
        "create policy bell on contact using (true)",
        "a second policy, which would open what the first one closes: contact",
    ),
    ("grant select on message_other to carillon_app", "a grant on a partition, which no policy guards: message_other"),
    ("grant truncate on contact to carillon_app", "a grant to more than carillon_app, or of more than rows: contact"),
    ("grant select on contact to public", "a grant to more than carillon_app, or of more than rows: contact"),
    ("alter table chunk add bell serial", "a sequence, which all tenants would wait for: chunk_bell_seq"),
    (
        "alter table event add constraint bell foreign key (tenant_id, run_id) references run",
        "a foreign key of the ledger: bell",
    ),
    (
        "create index bell on message (tenant_id, run_id) where state = 'planned'",
        "an index of messages that names their state, which no update of it could leave alone: bell",
    ),
    (
        "create function bell() returns int language sql security definer set search_path = public as 'select 1';
         revoke all on function bell from public",
        "a function that sees every tenant and is not listed: bell",
    ),
    (
        "alter function memberships_of(uuid) reset search_path",
        "a function of the owner's rights without a search path of its own: memberships_of",
    ),
    ("grant execute on function memberships_of to public", "a function that everybody may call: memberships_of"),
];

#[tokio::test]
async fn each_broken_rule_is_found() {
    let mut connection = connection().await;
    for (statement, want) in BREAKS {
        let mut undone = connection.begin().await.unwrap();
        sqlx::raw_sql(*statement).execute(&mut *undone).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        let found = faults(&mut undone).await;
        assert!(found.iter().any(|fault| fault == want), "{statement}\n{found:?}");
        undone.rollback().await.unwrap();
    }
    for (rule, _) in RULES {
        assert!(BREAKS.iter().any(|(_, want)| want.starts_with(rule)), "nothing breaks the rule: {rule}");
    }
}
