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

-- Who names a topic of SNS: asked for each of its messages.
create index provider_topic on provider ((config ->> 'topic_arn')) where config ->> 'topic_arn' is not null;

-- Where a provider reports to: an address with a secret in it, kept as its HMAC to be found by and sealed to be shown.
-- `confirmed_topic` is the topic whose subscription was confirmed last; `ended_at` says since when it does not send here.
create table webhook (
  tenant_id uuid not null,
  provider_id uuid not null,
  key_hash bytea not null,
  key bytea not null,
  made_at timestamptz not null,
  confirmed_topic text,
  confirmed_at timestamptz,
  ended_at timestamptz,
  constraint webhook_pk primary key (tenant_id, provider_id),
  constraint webhook_provider foreign key (tenant_id, provider_id) references provider on delete cascade
);
create index webhook_key on webhook (key_hash);
select secure_tenant_table('webhook');

-- What was turned away at a provider's address: how often on a day (UTC), why, and when last.
create table webhook_refusal (
  tenant_id uuid not null,
  provider_id uuid not null,
  day date not null,
  why text not null,
  count bigint not null,
  last_at timestamptz not null,
  constraint webhook_refusal_pk primary key (tenant_id, provider_id, day, why),
  constraint webhook_refusal_provider foreign key (tenant_id, provider_id) references provider on delete cascade
);
select secure_tenant_table('webhook_refusal');

-- Whose address has this secret. Asked before a tenant is known, as is the next.
create function webhook_by_key(hash bytea)
returns table (tenant_id uuid, provider_id uuid, kind text, topic_arn text, confirmed boolean)
language sql stable security definer set search_path = public as $$
  select p.tenant_id, p.id, p.kind, p.config ->> 'topic_arn', coalesce(w.confirmed_topic = p.config ->> 'topic_arn', false)
  from webhook w join provider p on p.tenant_id = w.tenant_id and p.id = w.provider_id where w.key_hash = hash
$$;
revoke all on function webhook_by_key(bytea) from public;
grant execute on function webhook_by_key(bytea) to carillon_app;

-- The accounts that name a topic, and whether it was them who wanted it when its subscription was confirmed.
create function webhooks_by_topic(topic text)
returns table (tenant_id uuid, provider_id uuid, kind text, topic_arn text, confirmed boolean)
language sql stable security definer set search_path = public as $$
  select p.tenant_id, p.id, p.kind, p.config ->> 'topic_arn', coalesce(w.confirmed_topic = topic, false)
  from provider p left join webhook w on w.tenant_id = p.tenant_id and w.provider_id = p.id
  where p.config ->> 'topic_arn' = topic order by p.id
$$;
revoke all on function webhooks_by_topic(text) from public;
grant execute on function webhooks_by_topic(text) to carillon_app;

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
