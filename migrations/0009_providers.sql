-- SPEC 9: provider accounts and sender identities. Secrets are sealed by the program before they get here.

create table provider (
  tenant_id uuid not null constraint provider_tenant references tenant,
  id uuid not null,
  channel text not null,
  kind text not null constraint provider_kind check (kind in ('smtp', 'ses', 'sandbox')),
  name text not null,
  name_key text not null,
  rate_per_second int constraint provider_rate check (rate_per_second between 1 and 10000),
  config jsonb not null,
  secret bytea,
  -- Counts the changes, so that whoever keeps connections open knows when they are of another account.
  version int not null default 1,
  created_at timestamptz not null,
  constraint provider_pk primary key (tenant_id, id),
  constraint provider_name_unique unique (tenant_id, name_key)
);
select secure_tenant_table('provider');

create table sender (
  tenant_id uuid not null constraint sender_tenant references tenant,
  id uuid not null,
  email text not null,
  email_key text not null,
  name text not null,
  provider_id uuid not null,
  created_at timestamptz not null,
  -- Since when it is known that who uses the address can read its mail; and the code that asks, hashed.
  verified_at timestamptz,
  code_hash bytea,
  code_until timestamptz,
  code_tries int not null default 0,
  -- The selector of the key that its mail server signs with; and what the DNS said of its domain, when it was asked last.
  dkim_selector text not null default '',
  dns jsonb,
  dns_checked_at timestamptz,
  constraint sender_pk primary key (tenant_id, id),
  constraint sender_email_unique unique (tenant_id, email_key),
  constraint sender_provider foreign key (tenant_id, provider_id) references provider
);
select secure_tenant_table('sender');

-- What the sandbox took: its outbox.
create table sandbox_mail (
  tenant_id uuid not null constraint sandbox_mail_tenant references tenant,
  id uuid not null,
  message text not null,
  sender text not null,
  recipient text not null,
  recipient_key text not null,
  subject text not null,
  raw bytea not null,
  at timestamptz not null,
  constraint sandbox_mail_pk primary key (tenant_id, id)
);
create index sandbox_mail_recipient on sandbox_mail (tenant_id, recipient_key, id);
select secure_tenant_table('sandbox_mail', 'select, insert');
