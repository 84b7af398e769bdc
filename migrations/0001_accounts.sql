-- SPEC 1: tenants, people, access. Global tables (no tenant_id, no policy): tenant, user_account, session,
-- password_reset, sign_in_throttle, form_flash. They are listed once more, with reasons, in engine/tests/catalogue.rs.

create table tenant (
  id uuid constraint tenant_pk primary key,
  name text not null,
  slug text not null constraint tenant_slug_unique unique,
  time_zone text not null,
  postal_address text not null,
  created_at timestamptz not null,
  -- What becomes of a message that has been in doubt for a day: a person decides, or it is sent again by itself, once.
  -- It counts for what came into doubt since it was chosen, so that choosing it sends nothing that is old.
  doubt_policy text not null default 'hold' constraint tenant_doubt_policy check (doubt_policy in ('hold', 'send_again')),
  doubt_policy_since timestamptz,
  -- The brand. Empty where nothing was chosen.
  brand_name text not null default '',
  brand_email text not null default '',
  brand_reply_to text not null default '',
  brand_colour text not null default '' constraint tenant_brand_colour check (brand_colour ~ '^(#[0-9a-f]{6})?$'),
  brand_logo uuid
);
-- A tenant sees itself; others are reached only through the named functions below.
alter table tenant enable row level security;
create policy tenant_only on tenant to carillon_app
  using (id = nullif(current_setting('carillon.tenant', true), '')::uuid);
grant select, update on tenant to carillon_app;

-- Logos, also those of before: messages that went out show them.
create table brand_logo (
  tenant_id uuid not null constraint brand_logo_tenant references tenant,
  id uuid not null,
  media_type text not null constraint brand_logo_media_type check (media_type in ('image/png', 'image/jpeg')),
  bytes bytea not null constraint brand_logo_size check (octet_length(bytes) <= 524288),
  created_at timestamptz not null,
  constraint brand_logo_pk primary key (tenant_id, id)
);
select secure_tenant_table('brand_logo', 'select, insert');

-- What may be sent, how often and when, as `domain::limits` writes it; nobody's row is the defaults.
create table workspace_limits (
  tenant_id uuid not null constraint workspace_limits_tenant references tenant,
  limits jsonb not null,
  changed_at timestamptz not null,
  constraint workspace_limits_pk primary key (tenant_id)
);
select secure_tenant_table('workspace_limits');

create table user_account (
  id uuid constraint user_account_pk primary key,
  email text not null,
  email_key text not null constraint user_account_email_unique unique,
  name text not null,
  password_hash text not null,
  created_at timestamptz not null,
  password_changed_at timestamptz not null
);
grant select, insert, update on user_account to carillon_app;

create table membership (
  tenant_id uuid not null constraint membership_tenant references tenant,
  user_id uuid not null constraint membership_user references user_account,
  roles text[] not null constraint membership_roles
    check (roles <> '{}' and roles <@ array['admin', 'marketer', 'approver', 'owner', 'viewer']),
  created_at timestamptz not null,
  -- To some minutes, and in this workspace only.
  last_seen_at timestamptz,
  constraint membership_pk primary key (tenant_id, user_id)
);
create index membership_by_user on membership (user_id);
select secure_tenant_table('membership');

-- Which workspaces a user belongs to: asked at sign-in and on each request, before a tenant is known.
create function memberships_of(who uuid)
returns table (tenant_id uuid, tenant_name text, time_zone text, roles text[], since timestamptz)
language sql stable security definer set search_path = public as $$
  select m.tenant_id, t.name, t.time_zone, m.roles, m.created_at
  from membership m join tenant t on t.id = m.tenant_id
  where m.user_id = who
  order by t.name, t.id
$$;
revoke all on function memberships_of(uuid) from public;
grant execute on function memberships_of(uuid) to carillon_app;

-- Who was asked to join and has not answered. The link in the mail has a secret, of which this is the hash.
create table invitation (
  tenant_id uuid not null constraint invitation_tenant references tenant,
  id uuid not null,
  email text not null,
  email_key text not null,
  roles text[] not null constraint invitation_roles
    check (roles <> '{}' and roles <@ array['admin', 'marketer', 'approver', 'owner', 'viewer']),
  secret_hash bytea not null,
  invited_by text not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  expires_at timestamptz not null,
  constraint invitation_pk primary key (tenant_id, id),
  constraint invitation_email_unique unique (tenant_id, email_key)
);
select secure_tenant_table('invitation');

-- The newest link with which a user may set a new password; the hash of its secret.
create table password_reset (
  user_id uuid constraint password_reset_pk primary key constraint password_reset_user references user_account,
  secret_hash bytea not null,
  expires_at timestamptz not null
);
grant select, insert, update, delete on password_reset to carillon_app;

-- Ids of sessions are kept hashed: who reads the table cannot sign in with it.
create table session (
  id_hash bytea constraint session_pk primary key,
  user_id uuid,
  data jsonb not null,
  expires_at timestamptz not null
);
create index session_by_user on session (user_id) where user_id is not null;
create index session_by_expiry on session (expires_at);
grant select, insert, update, delete on session to carillon_app;

-- Failed sign-ins by e-mail and by address, both hashed.
create table sign_in_throttle (
  key bytea constraint sign_in_throttle_pk primary key,
  failures int not null,
  last_at timestamptz not null,
  locked_until timestamptz
);
grant select, insert, update, delete on sign_in_throttle to carillon_app;

-- What was typed into a form that a browser without WebAssembly sent and that was refused, until it is shown again.
create table form_flash (
  id uuid constraint form_flash_pk primary key,
  data jsonb not null,
  expires_at timestamptz not null
);
create index form_flash_by_expiry on form_flash (expires_at);
grant select, insert, delete on form_flash to carillon_app;

create table api_key (
  tenant_id uuid not null constraint api_key_tenant references tenant,
  id uuid not null,
  name text not null,
  prefix text not null,
  key_hash bytea not null,
  scopes text[] not null constraint api_key_scopes
    check (scopes <> '{}' and scopes <@ array['read', 'send', 'manage']),
  created_by uuid,
  created_at timestamptz not null,
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  constraint api_key_pk primary key (tenant_id, id)
);
create index api_key_by_hash on api_key (key_hash);
select secure_tenant_table('api_key', 'select, insert, update');

-- Whose key this is: asked before a tenant is known.
create function api_key_owner(hash bytea, at timestamptz)
returns table (tenant_id uuid, id uuid, name text, scopes text[], last_used_at timestamptz)
language sql stable security definer set search_path = public as $$
  select tenant_id, id, name, scopes, last_used_at from api_key
  where key_hash = hash and revoked_at is null and (expires_at is null or expires_at > at)
$$;
revoke all on function api_key_owner(bytea, timestamptz) from public;
grant execute on function api_key_owner(bytea, timestamptz) to carillon_app;

-- Requests that came with an Idempotency-Key, for a day: what was asked (hashed), and the first answer (sealed, for it
-- may hold a secret). Without an answer it is being worked on, or was cut off.
create table idempotency (
  tenant_id uuid not null constraint idempotency_tenant references tenant,
  api_key uuid not null,
  key text not null,
  request_hash bytea not null,
  answer bytea,
  created_at timestamptz not null,
  constraint idempotency_pk primary key (tenant_id, api_key, key)
);
create index idempotency_by_age on idempotency (created_at);
select secure_tenant_table('idempotency');

-- Append-only: the role that writes it cannot change or delete it.
create table audit_entry (
  tenant_id uuid not null constraint audit_entry_tenant references tenant,
  id uuid not null,
  at timestamptz not null,
  actor_user uuid,
  actor_key uuid,
  actor_name text not null,
  address text,
  action text not null,
  -- What the log is filtered by, beside the subject: the user or key, and `campaign` of `campaign.started`. Columns of
  -- their own, because an index on an expression is not used under row-level security.
  actor_id uuid,
  noun text not null,
  subject_kind text not null,
  subject_id text not null,
  subject_name text not null,
  detail jsonb not null,
  constraint audit_entry_pk primary key (tenant_id, id)
);
-- What the log is filtered by; times are in the id, which is a UUIDv7.
create index audit_entry_by_actor on audit_entry (tenant_id, actor_id, id);
create index audit_entry_by_subject on audit_entry (tenant_id, subject_id, id);
create index audit_entry_by_noun on audit_entry (tenant_id, noun, id);
select secure_tenant_table('audit_entry', 'select, insert');
