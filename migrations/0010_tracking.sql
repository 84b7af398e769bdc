-- SPEC 10, 14.1: what came back from messages, and what reports count of it.

-- One row a message from which anything came back: who opened and followed links first, people and machines apart.
-- `opened_by` and `clicked_by` are the events that people are counted for: each person once, whoever writes it. `place` is
-- where the contact was then ("US/NJ"), by which it is counted. Partitioned as the messages are.
create table engagement (
  tenant_id uuid not null,
  run_id uuid not null,
  n int not null,
  opened_at timestamptz,
  opened_by uuid,
  clicked_at timestamptz,
  clicked_by uuid,
  machine_opened_at timestamptz,
  machine_clicked_at timestamptz,
  unsubscribed_at timestamptz,
  place text not null default '',
  constraint engagement_pk primary key (tenant_id, run_id, n)
) partition by range (run_id);
create table engagement_other partition of engagement default with (fillfactor = 60);
select secure_tenant_table('engagement', 'select, insert, update');

-- Events an hour, by kind, written with the events in the same transaction. Hours are those of UTC.
create table run_hour (
  tenant_id uuid not null,
  run_id uuid not null,
  kind text not null,
  hour timestamptz not null,
  count bigint not null,
  constraint run_hour_pk primary key (tenant_id, run_id, kind, hour)
) with (fillfactor = 50);
select secure_tenant_table('run_hour', 'select, insert, update');

-- Whether a person or a machine did something may show itself a moment later.
grant update (kind, detail) on event to carillon_app;

-- Lists that are made of a campaign's recipients and have not got everybody yet: `after` is how far they have come.
create table list_filling (
  tenant_id uuid not null,
  list_id uuid not null,
  run_id uuid not null,
  filter jsonb not null,
  after int not null,
  constraint list_filling_pk primary key (tenant_id, list_id),
  constraint list_filling_list foreign key (tenant_id, list_id) references list on delete cascade
);
select secure_tenant_table('list_filling');

-- Which tenants have such lists. A question that a worker asks without a tenant.
create function tenants_with_fillings()
returns setof uuid language sql stable security definer set search_path = public as $$
  select distinct tenant_id from list_filling
$$;
revoke all on function tenants_with_fillings() from public;
grant execute on function tenants_with_fillings() to carillon_app;
