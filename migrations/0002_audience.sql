-- SPEC 2: contacts, consent, suppression.
-- Addresses are normalised when they come in and kept beside what was typed (email_key): under row-level security
-- an index serves only leakproof comparisons, and lower() is not one.

create table contact (
  tenant_id uuid not null constraint contact_tenant references tenant,
  id uuid not null,
  email text,
  email_key text,
  phone_key text,
  first_name text not null,
  last_name text not null,
  business_name text not null,
  time_zone text,
  custom jsonb not null,
  do_not_contact boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint contact_pk primary key (tenant_id, id),
  constraint contact_email_unique unique (tenant_id, email_key),
  constraint contact_phone_unique unique (tenant_id, phone_key),
  constraint contact_reachable check (email_key is not null or phone_key is not null),
  constraint contact_email_key check ((email is null) = (email_key is null)),
  constraint contact_custom check (jsonb_typeof(custom) = 'object')
);
select secure_tenant_table('contact');

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
  evidence text not null,
  address text,
  constraint consent_entry_pk primary key (tenant_id, contact_id, id),
  constraint consent_entry_contact foreign key (tenant_id, contact_id) references contact
);
select secure_tenant_table('consent_entry', 'select, insert');

-- The state in force: what the newest entry says. Written together with the entry, never alone.
create table consent (
  tenant_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  purpose text not null,
  state text not null,
  since timestamptz not null,
  constraint consent_pk primary key (tenant_id, contact_id, channel, purpose),
  constraint consent_contact foreign key (tenant_id, contact_id) references contact
);
select secure_tenant_table('consent');

create table suppression (
  tenant_id uuid not null constraint suppression_tenant references tenant,
  channel text not null constraint suppression_channel
    check (channel in ('email', 'sms', 'whatsapp', 'voice', 'rvm', 'social')),
  address_key text not null,
  reason text not null constraint suppression_reason check (reason in
    ('hard_bounce', 'complaint', 'unsubscribe', 'stop', 'manual', 'invalid', 'do_not_call')),
  source text not null,
  at timestamptz not null,
  constraint suppression_pk primary key (tenant_id, channel, address_key)
);
select secure_tenant_table('suppression');
