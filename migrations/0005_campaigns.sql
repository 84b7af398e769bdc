-- SPEC 5: campaigns, their runs, and the ledger of messages (DESIGN 2 and 3).

create table campaign (
  tenant_id uuid not null constraint campaign_tenant references tenant,
  id uuid not null,
  name text not null,
  code text not null,
  description text not null default '',
  goal text not null default '',
  kind text not null constraint campaign_kind check (kind in ('bulk', 'scheduled')),
  channels text[] not null,
  status text not null constraint campaign_status check (status in
    ('draft', 'pending_approval', 'approved', 'scheduled', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  status_reason text,
  sender_id uuid,
  audience jsonb not null,
  rate_per_second int constraint campaign_rate check (rate_per_second between 1 and 10000),
  -- When it starts by itself, by whose clocks that was chosen, and how late it still does.
  starts_at timestamptz,
  time_zone text,
  late_minutes int not null default 60 constraint campaign_late check (late_minutes between 0 and 10080),
  not_after timestamptz,
  -- Guards that an admin has turned off for it.
  switches jsonb not null default '{}',
  owner_id uuid,
  run_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  archived_at timestamptz,
  -- What was typed into a step of the builder and cannot be saved as it is, by the step's word.
  unsaved jsonb not null default '{}',
  constraint campaign_pk primary key (tenant_id, id),
  constraint campaign_code_unique unique (tenant_id, code),
  constraint campaign_scheduled check (status <> 'scheduled' or starts_at is not null)
);
create index campaign_to_start on campaign (tenant_id, starts_at) where status = 'scheduled';
-- What Home tells of: what is on or held, what did not start, what ended last.
create index campaign_by_status on campaign (tenant_id, status, id);
create index campaign_not_started on campaign (tenant_id, id) where status = 'draft' and status_reason is not null;
create index campaign_ended on campaign (tenant_id, finished_at) where finished_at is not null;
select secure_tenant_table('campaign');

-- Why a person may not be written to, the first reason in the order of domain's guard; null for who may. The statements
-- that count an audience and that plan a run ask here, so that they cannot differ.
create function skip_reason(is_gone boolean, do_not_contact boolean, has_address boolean, consent text, is_suppressed boolean)
returns text language sql immutable as $$
  select case when is_gone then 'gone'
              when do_not_contact then 'do_not_contact'
              when not has_address then 'no_address'
              when consent is distinct from 'granted' then 'no_consent'
              when is_suppressed then 'suppressed' end
$$;
revoke all on function skip_reason(boolean, boolean, boolean, text, boolean) from public;
grant execute on function skip_reason(boolean, boolean, boolean, text, boolean) to carillon_app;

-- Whether one of these fields, by their paths, is empty or has more than one value: a text that needs it is not sent.
create function lacks_value(known jsonb, fields text[]) returns boolean language sql immutable as $$
  select exists (
    select from unnest(fields) as field, lateral (select known #> string_to_array(field, '.') as value) as found
    where value is null or jsonb_typeof(value) in ('null', 'array', 'object') or value #>> '{}' !~ '[^[:space:]]')
$$;
revoke all on function lacks_value(jsonb, text[]) from public;
grant execute on function lacks_value(jsonb, text[]) to carillon_app;

-- What a campaign says on a channel: a pinned template version, or a text of its own.
create table campaign_content (
  tenant_id uuid not null,
  campaign_id uuid not null,
  channel text not null,
  template_id uuid,
  template_version int,
  subject text not null,
  html text not null,
  plain text not null,
  constraint campaign_content_pk primary key (tenant_id, campaign_id, channel),
  constraint campaign_content_campaign foreign key (tenant_id, campaign_id) references campaign on delete cascade,
  constraint campaign_content_template foreign key (tenant_id, template_id, template_version) references template_version
);
select secure_tenant_table('campaign_content');

-- One occurrence of a campaign. What it needs to send is frozen with it (subject, text, sender, provider), so that
-- later changes elsewhere do not touch it. `planned_after` is how far planning has come, in order of contact id.
create table run (
  tenant_id uuid not null constraint run_tenant references tenant,
  id uuid not null,
  campaign_id uuid not null,
  status text not null constraint run_status check (status in ('running', 'paused', 'completed', 'failed', 'cancelled')),
  audience jsonb not null,
  content jsonb not null,
  sender jsonb not null,
  provider_id uuid not null,
  rate_per_second int,
  switches jsonb not null default '{}',
  begin_at timestamptz not null,
  expires_at timestamptz,
  planned_after uuid,
  planned boolean not null default false,
  next_n int not null default 1,
  created_at timestamptz not null,
  finished_at timestamptz,
  constraint run_pk primary key (tenant_id, id),
  constraint run_campaign foreign key (tenant_id, campaign_id) references campaign
);
create index run_open on run (tenant_id, id) where finished_at is null;
create index run_finished on run (tenant_id, finished_at) where finished_at is not null;
select secure_tenant_table('run');

-- A range of at most 500 messages of one run: what a worker leases. Messages up to `noted` may have been handed over;
-- up to `settled` it is known how that ended. What lies between when a lease runs out is in doubt.
create table chunk (
  tenant_id uuid not null,
  run_id uuid not null,
  first int not null,
  last int not null,
  noted int not null,
  settled int not null,
  token bigint not null default 0,
  worker text,
  leased_until timestamptz,
  done boolean not null default false,
  constraint chunk_pk primary key (tenant_id, run_id, first),
  constraint chunk_run foreign key (tenant_id, run_id) references run,
  constraint chunk_range check (first <= last and settled <= noted and first - 1 <= settled and noted <= last)
) with (fillfactor = 70);
create index chunk_open on chunk (tenant_id, run_id, first) where not done;
select secure_tenant_table('chunk');

-- The ledger: one row a run, step, contact and channel; the queue, the record and the proof. No foreign keys (one
-- triples the time to plan a million), no index that names the state (none but HOT updates), room left in each page. The
-- last guard against writing to somebody twice (`message_once`) begins with the contact, so that it also finds what a
-- contact was sent.
-- Partitioned by run id, which is a UUIDv7 and so a time: old runs are dropped, not deleted.
-- `due_at` is null for messages of a chunk; set for what waits for its own moment (a retry). `noted_at` with `due_at`
-- means handed over on its own, with an answer expected before then; `handed` counts how often that was so, and tells
-- which handing-over an answer belongs to.
create table message (
  tenant_id uuid not null,
  run_id uuid not null,
  n int not null,
  step_no smallint not null default 0,
  contact_id uuid not null,
  channel text not null,
  address text,
  state text not null,
  attempts smallint not null default 0,
  handed smallint not null default 0,
  at timestamptz not null,
  reason text,
  detail text,
  provider_ref text,
  accepted_at timestamptz,
  due_at timestamptz,
  noted_at timestamptz,
  constraint message_pk primary key (tenant_id, run_id, n),
  constraint message_once unique (tenant_id, contact_id, run_id, step_no, channel),
  constraint message_state check (state in ('planned', 'accepted', 'delivered', 'bounced', 'undelivered', 'complained',
    'skipped', 'cancelled', 'failed', 'in_doubt')),
  constraint message_reason check (state not in ('skipped', 'failed') or reason is not null)
) partition by range (run_id);
create index message_due on message (tenant_id, run_id, due_at) where due_at is not null;
create index message_reason_index on message (tenant_id, run_id, reason, n) where reason is not null;
create table message_other partition of message default with (fillfactor = 60);
select secure_tenant_table('message');

-- What a message of a run became, by part and reason: written with the messages, in the same transaction, once a batch.
create table run_counter (
  tenant_id uuid not null,
  run_id uuid not null,
  kind text not null,
  code text not null default '',
  detail text not null default '',
  count bigint not null,
  constraint run_counter_pk primary key (tenant_id, run_id, kind, code)
) with (fillfactor = 50);
-- Runs that ever had somebody in doubt. Not by count: an index on it would cost each counting its HOT update.
create index run_counter_in_doubt on run_counter (tenant_id, run_id) where kind = 'in_doubt';
select secure_tenant_table('run_counter');

-- What was used of limits: messages noted in the present hour, by channel; what those of the present month cost, of all
-- channels, in millionths. Written in the transaction of the note, only where there is such a limit (`most`). Hours are
-- those of UTC, months those of the workspace's clocks.
create table sending_usage (
  tenant_id uuid not null constraint sending_usage_tenant references tenant,
  span text not null constraint sending_usage_span check (span in ('hour', 'month')),
  channel text not null,
  begins timestamp not null,
  amount bigint not null,
  most bigint not null,
  constraint sending_usage_pk primary key (tenant_id, span, channel)
) with (fillfactor = 50);
select secure_tenant_table('sending_usage');

-- What happened, for as long as it is kept; partitioned as the messages are.
create table event (
  tenant_id uuid not null,
  run_id uuid not null,
  n int not null,
  at timestamptz not null,
  kind text not null,
  detail jsonb not null default '{}',
  id uuid not null,
  constraint event_pk primary key (tenant_id, run_id, n, id)
) partition by range (run_id);
create table event_other partition of event default;
select secure_tenant_table('event', 'select, insert');

-- What others want to hear of: rows are written only where somebody has subscribed to the topic, in the transaction
-- that made it true, and deleted by whoever takes them. There is no cursor over ids: they do not commit in order.
create table outbox_subscription (
  tenant_id uuid not null constraint outbox_subscription_tenant references tenant,
  topic text not null,
  subscriber text not null,
  constraint outbox_subscription_pk primary key (tenant_id, topic, subscriber)
);
select secure_tenant_table('outbox_subscription');

create table outbox (
  tenant_id uuid not null,
  id uuid not null,
  subscriber text not null,
  topic text not null,
  body jsonb not null,
  at timestamptz not null,
  constraint outbox_pk primary key (tenant_id, subscriber, id)
);
select secure_tenant_table('outbox');

-- What providers report, as it came: stored, answered, and applied later in batches. `workspace_id` and `provider_id` say
-- through whose account it came; without them only reading it tells whose it is.
-- `id` is a UUIDv7 and so when it is to be applied; old partitions are dropped.
create table receipt_raw (
  id uuid not null,
  source text not null,
  workspace_id uuid,
  provider_id uuid,
  body bytea not null,
  received_at timestamptz not null,
  fault text,
  constraint receipt_raw_pk primary key (id)
) partition by range (id);
create index receipt_raw_by_provider on receipt_raw (provider_id, id) where provider_id is not null;
create table receipt_raw_other partition of receipt_raw default;
grant select, insert, update on receipt_raw to carillon_app;

-- Which of them wait to be applied. Narrow, and apart: to mark a report in its own row would write it once more, body and
-- all. Rows come at one end and go at the other, so what is dead is swept often.
create table receipt_queue (
  id uuid not null,
  constraint receipt_queue_pk primary key (id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
grant select, insert, update, delete on receipt_queue to carillon_app;

-- The least UUIDv7 of a moment.
create function uuid_at(moment timestamptz) returns uuid language sql immutable strict set search_path = public as $$
  select rpad(lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

revoke all on function uuid_at(timestamptz) from public;

-- Makes the partitions of the month that `now` is in and of the one after, where they are missing. What was written
-- to the default partition before stays there: such a month gets none.
create function make_partitions(now timestamptz) returns int language plpgsql
set search_path = public set timezone = 'UTC' as $$
declare
  parent text;
  name text;
  month timestamptz;
  made int := 0;
begin
  foreach parent in array array['message', 'event', 'engagement', 'receipt_raw'] loop
    for month in select generate_series(date_trunc('month', now, 'UTC'), now + interval '1 month', interval '1 month') loop
      name := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
      if to_regclass(name) is null then
        begin
          execute format('create table %I partition of %I for values from (%L) to (%L) %s', name, parent, uuid_at(month),
            uuid_at(month + interval '1 month'), case when parent in ('message', 'engagement') then 'with (fillfactor = 60)' else '' end);
          made := made + 1;
        exception when check_violation then
          raise notice 'the default partition of % holds rows of %', parent, name;
        end;
      end if;
    end loop;
  end loop;
  return made;
end
$$;
revoke all on function make_partitions(timestamptz) from public;

-- Drops what providers reported in the months before that of `before`: it has been applied long ago, and holds addresses.
create function drop_old_reports(before timestamptz) returns int language plpgsql
set search_path = public set timezone = 'UTC' as $$
declare
  name text;
  dropped int := 0;
begin
  for name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'receipt_raw'::regclass and c.relname ~ '^receipt_raw_[0-9]{4}_[0-9]{2}$'
      and right(c.relname, 7) < to_char(before, 'YYYY_MM')
  loop
    execute format('drop table %I', name);
    dropped := dropped + 1;
  end loop;
  delete from receipt_queue where id < uuid_at(date_trunc('month', before, 'UTC'))
    and not exists (select from receipt_raw r where r.id = receipt_queue.id);
  return dropped;
end
$$;
revoke all on function drop_old_reports(timestamptz) from public;

-- Which tenants have something to do now: runs to plan or send, stopped ones of which something may still be handed
-- over, and finished ones in which somebody is sent to again. A question that a worker asks without a tenant.
create function tenants_with_work(now timestamptz)
returns setof uuid language sql stable security definer set search_path = public as $$
  select distinct tenant_id from run
  where finished_at is null and status in ('running', 'completed', 'cancelled') and begin_at <= now
$$;
revoke all on function tenants_with_work(timestamptz) from public;
grant execute on function tenants_with_work(timestamptz) to carillon_app;

-- Which tenants have campaigns that wait for their moment, and when the next one's is. Asked without a tenant.
create function tenants_to_start()
returns table (tenant_id uuid, next_at timestamptz) language sql stable security definer set search_path = public as $$
  select tenant_id, min(starts_at) from campaign where status = 'scheduled' group by tenant_id
$$;
revoke all on function tenants_to_start() from public;
grant execute on function tenants_to_start() to carillon_app;

-- Which tenants want messages that stay in doubt sent again by themselves, and have any in doubt. Asked without a
-- tenant, each minute.
create function tenants_with_doubt()
returns setof uuid language sql stable security definer set search_path = public as $$
  select t.id from tenant t
  where t.doubt_policy = 'send_again'
    and exists (select from run_counter c where c.tenant_id = t.id and c.kind = 'in_doubt' and c.count > 0)
$$;
revoke all on function tenants_with_doubt() from public;
grant execute on function tenants_with_doubt() to carillon_app;
