-- SPEC 3.1: lists. Totals are kept by the statements that change members, never counted on a page.

create table list (
  tenant_id uuid not null constraint list_tenant references tenant,
  id uuid not null,
  name text not null,
  name_key text not null,
  description text not null,
  kind text not null constraint list_kind check (kind in ('static', 'imported')),
  -- Everybody ever on it; those who are none of the three below were taken off.
  total bigint not null default 0 constraint list_total check (total >= active + bounced + unsubscribed),
  active bigint not null default 0 constraint list_active check (active >= 0),
  bounced bigint not null default 0 constraint list_bounced check (bounced >= 0),
  unsubscribed bigint not null default 0 constraint list_unsubscribed check (unsubscribed >= 0),
  created_at timestamptz not null,
  -- The import that made it, for imported ones.
  import_id uuid,
  constraint list_pk primary key (tenant_id, id),
  constraint list_name_unique unique (tenant_id, name_key)
);
select secure_tenant_table('list');

create table list_member (
  tenant_id uuid not null,
  list_id uuid not null,
  contact_id uuid not null,
  status text not null constraint list_member_status check (status in ('active', 'removed', 'bounced', 'unsubscribed')),
  added_by text not null constraint list_member_added_by check (added_by in ('manual', 'import', 'api', 'automation')),
  added_at timestamptz not null,
  changed_at timestamptz,
  constraint list_member_pk primary key (tenant_id, list_id, contact_id),
  constraint list_member_list foreign key (tenant_id, list_id) references list,
  constraint list_member_contact foreign key (tenant_id, contact_id) references contact
);
create index list_member_by_contact on list_member (tenant_id, contact_id);
-- The few who are not active any more.
create index list_member_by_status on list_member (tenant_id, list_id, status, contact_id) where status <> 'active';
select secure_tenant_table('list_member');
