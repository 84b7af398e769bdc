-- SPEC 2: contacts, consent, suppression.
-- Addresses are normalised when they come in and kept beside what was typed (email_key): under row-level security
-- an index serves only leakproof comparisons, and lower() is not one.

create table contact (
  -- No foreign key, which asks row by row: the policy lets a workspace write its own rows only, and none is ever deleted.
  tenant_id uuid not null,
  id uuid not null,
  email text,
  email_key text,
  phone_key text,
  -- For WhatsApp where it is another number than the phone.
  whatsapp_key text,
  social text not null default '',
  -- Where it comes from and its id there: together unique, or both empty.
  source text,
  external_id text,
  first_name text not null,
  last_name text not null,
  business_name text not null,
  time_zone text,
  language text,
  city text not null default '',
  state text not null default '',
  country text,
  latitude double precision constraint contact_latitude check (latitude between -90 and 90),
  longitude double precision constraint contact_longitude check (longitude between -180 and 180),
  industry text not null default '',
  lead_score smallint constraint contact_lead_score check (lead_score between 0 and 100),
  stage text,
  birthday date,
  tags text[] not null default '{}',
  custom jsonb not null,
  do_not_contact boolean not null default false,
  -- A colleague's or a made-up one: for trying things, in no statistics.
  test boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  last_activity_at timestamptz,
  -- The import that made it.
  import_id uuid,
  -- What a search goes by, beside the addresses. "C": a range must hold whatever begins so.
  name_key text collate "C" generated always as (nullif(lower(trim(first_name || ' ' || last_name)), '')) stored,
  last_name_key text collate "C"
    generated always as (case when last_name <> '' then lower(last_name || ' ' || first_name) end) stored,
  business_key text collate "C" generated always as (nullif(lower(business_name), '')) stored,
  constraint contact_pk primary key (tenant_id, id),
  constraint contact_email_unique unique (tenant_id, email_key),
  constraint contact_external check ((source is null) = (external_id is null)),
  constraint contact_place check ((latitude is null) = (longitude is null)),
  constraint contact_country check (country ~ '^[A-Z]{2}$'),
  constraint contact_reachable check (email_key is not null or phone_key is not null or whatsapp_key is not null),
  constraint contact_email_key check ((email is null) = (email_key is null)),
  constraint contact_custom check (jsonb_typeof(custom) = 'object')
);
select secure_tenant_table('contact');

-- Not every contact has them: those that have none cost an index nothing.
create unique index contact_phone_unique on contact (tenant_id, phone_key) where phone_key is not null;
create unique index contact_external_unique on contact (tenant_id, source, external_id) where external_id is not null;
create index contact_by_name on contact (tenant_id, name_key) where name_key is not null;
create index contact_by_last_name on contact (tenant_id, last_name_key) where last_name_key is not null;
create index contact_by_business on contact (tenant_id, business_key) where business_key is not null;
create index contact_by_import on contact (tenant_id, import_id) where import_id is not null;

-- What names contacts by the thousand is not held by foreign keys, which ask row by row, but by triggers that ask for all
-- rows of a statement at once (docs/decisions/0009). They refuse the same: rows that name nobody, and to delete whom a
-- row names. Keys never change.

-- Refuses rows in `fresh` that name no contact, and holds on to the contacts until the transaction ends. The argument is
-- the name of the rule that is broken then.
create function refuse_without_contact() returns trigger language plpgsql as $$
declare
  wanted bigint;
  there bigint;
begin
  select count(*) into wanted from fresh;
  -- Whom this transaction wrote itself nobody else can take away before its end. Each is looked up by the key, whatever
  -- the statistics say.
  select count(*) into there from fresh f cross join lateral (
    select c.xmin from contact c where c.tenant_id = f.tenant_id and c.id = f.contact_id offset 0
  ) c where c.xmin = pg_current_xact_id()::xid;
  if there < wanted then
    perform from fresh f cross join lateral (
      select from contact c where c.tenant_id = f.tenant_id and c.id = f.contact_id for key share
    ) c;
    get diagnostics there = row_count;
  end if;
  if there < wanted then
    raise foreign_key_violation using constraint = tg_argv[0], table = tg_table_name,
      message = format('a row of %s names a contact that is not there', tg_table_name);
  end if;
  return null;
end
$$;
revoke all on function refuse_without_contact() from public;

-- Keys stay: what names a row by its key is only checked when it is written.
create function refuse_new_key() returns trigger language plpgsql as $$
begin
  raise integrity_constraint_violation using message = format('the key of a row of %s never changes', tg_table_name);
end
$$;
revoke all on function refuse_new_key() from public;
create trigger contact_key after update of tenant_id, id on contact for each row
  when ((old.tenant_id, old.id) is distinct from (new.tenant_id, new.id)) execute function refuse_new_key();

-- Custom fields by their names in `custom`: what forms, imports and templates offer.
create table custom_field (
  tenant_id uuid not null constraint custom_field_tenant references tenant,
  key text not null constraint custom_field_key check (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  label text not null,
  kind text not null constraint custom_field_kind check (kind in ('text', 'number', 'date', 'boolean')),
  created_at timestamptz not null,
  constraint custom_field_pk primary key (tenant_id, key)
);
select secure_tenant_table('custom_field');

-- Steps of the pipeline, in the workspace's order.
create table pipeline_stage (
  tenant_id uuid not null constraint pipeline_stage_tenant references tenant,
  key text not null,
  name text not null,
  position smallint not null,
  constraint pipeline_stage_pk primary key (tenant_id, key)
);
select secure_tenant_table('pipeline_stage');

-- Contacts that were merged into another: what names the old one (the ledger does, and is never rewritten) is about
-- the new one. A chain is closed when it is made, so that one look suffices.
create table contact_alias (
  tenant_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  merged_at timestamptz not null,
  constraint contact_alias_pk primary key (tenant_id, id),
  constraint contact_alias_contact foreign key (tenant_id, contact_id) references contact
);
create index contact_alias_by_contact on contact_alias (tenant_id, contact_id);
select secure_tenant_table('contact_alias');

-- Keyed hashes of the addresses of people who were erased, so that no import revives them.
create table erased_address (
  tenant_id uuid not null constraint erased_address_tenant references tenant,
  hash bytea not null,
  erased_at timestamptz not null,
  constraint erased_address_pk primary key (tenant_id, hash)
);
select secure_tenant_table('erased_address', 'select, insert');

-- Proofs of consent: scans and files, each once.
create table proof_file (
  tenant_id uuid not null constraint proof_file_tenant references tenant,
  id uuid not null,
  name text not null,
  media_type text not null,
  sha256 bytea not null,
  body bytea not null,
  added_at timestamptz not null,
  constraint proof_file_pk primary key (tenant_id, id),
  constraint proof_file_once unique (tenant_id, sha256)
);
select secure_tenant_table('proof_file', 'select, insert, delete');

-- The ledger: only ever added to.
create table consent_entry (
  tenant_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  channel text not null constraint consent_entry_channel
    check (channel in ('email', 'sms', 'whatsapp', 'voice', 'rvm', 'social')),
  purpose text not null constraint consent_entry_purpose check (purpose in ('marketing', 'transactional')),
  state text not null constraint consent_entry_state check (state in ('granted', 'withdrawn')),
  at timestamptz not null,
  source text not null constraint consent_entry_source
    check (source in ('import', 'booking_form', 'api', 'link', 'keyword', 'complaint', 'manual')),
  -- The words that the person agreed to.
  wording text not null default '',
  evidence text not null,
  address text,
  proof_id uuid,
  import_id uuid,
  -- Who recorded it, by the name of then; empty when nobody did.
  recorded_by text not null default '',
  -- No foreign key: what a contact said that was merged into another stays as it was said (contact_alias).
  constraint consent_entry_pk primary key (tenant_id, contact_id, id)
);
select secure_tenant_table('consent_entry', 'select, insert');

-- The state in force: what the newest entry says, and of two of the same instant the withdrawal. Written together with
-- the entry, never alone.
create table consent (
  tenant_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  purpose text not null,
  state text not null,
  since timestamptz not null,
  constraint consent_pk primary key (tenant_id, contact_id, channel, purpose)
);
select secure_tenant_table('consent');
create trigger consent_contact after insert on consent referencing new table as fresh
  for each statement execute function refuse_without_contact('consent_contact');
create trigger consent_key after update of tenant_id, contact_id on consent for each row
  when ((old.tenant_id, old.contact_id) is distinct from (new.tenant_id, new.contact_id)) execute function refuse_new_key();
-- Who may be written to on a channel.
create index consent_in_force on consent (tenant_id, channel, purpose, contact_id) where state = 'granted';

create table suppression (
  tenant_id uuid not null constraint suppression_tenant references tenant,
  channel text not null constraint suppression_channel
    check (channel in ('email', 'sms', 'whatsapp', 'voice', 'rvm', 'social')),
  address_key text not null,
  reason text not null constraint suppression_reason check (reason in
    ('hard_bounce', 'complaint', 'unsubscribe', 'stop', 'manual', 'invalid', 'do_not_call')),
  source text not null,
  at timestamptz not null,
  added_by uuid,
  constraint suppression_pk primary key (tenant_id, channel, address_key)
);
select secure_tenant_table('suppression');
create index suppression_by_reason on suppression (tenant_id, reason, channel, address_key);

-- Takes what names a person out of the ledgers that can only be added to, in the transaction's workspace and no other:
-- what they said, details of what happened, test mails to them, their name in the audit log. `who` are the person's ids,
-- `addresses` all their addresses.
create function erase_traces(who uuid[], addresses text[]) returns void language plpgsql
security definer set search_path = public as $$
declare
  mine uuid := nullif(current_setting('carillon.tenant', true), '')::uuid;
begin
  if mine is null then
    raise exception 'no workspace is set';
  end if;
  delete from proof_file p where p.tenant_id = mine
    and exists (select from consent_entry e where e.tenant_id = mine and e.contact_id = any(who) and e.proof_id = p.id)
    and not exists (select from consent_entry e where e.tenant_id = mine and e.contact_id <> all(who) and e.proof_id = p.id);
  delete from consent_entry where tenant_id = mine and contact_id = any(who);
  update event e set detail = '{}' from message m
    where m.tenant_id = mine and m.contact_id = any(who) and e.tenant_id = mine and e.run_id = m.run_id and e.n = m.n
      and e.detail <> '{}';
  delete from sandbox_mail where tenant_id = mine and recipient_key = any(addresses);
  update audit_entry set subject_name = '', detail = '{}'
    where tenant_id = mine and subject_kind = 'contact' and subject_id = any(who::text[]);
end
$$;
revoke all on function erase_traces(uuid[], text[]) from public;
grant execute on function erase_traces(uuid[], text[]) to carillon_app;
