-- SPEC 3.1: lists. Totals are kept by the statements that change members, never counted on a page.

create table list (
  tenant_id uuid not null constraint list_tenant references tenant,
  id uuid not null,
  name text not null,
  name_key text not null,
  description text not null,
  kind text not null constraint list_kind check (kind in ('static')),
  total bigint not null default 0 constraint list_total check (total >= active),
  active bigint not null default 0 constraint list_active check (active >= 0),
  created_at timestamptz not null,
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
  constraint list_member_pk primary key (tenant_id, list_id, contact_id),
  constraint list_member_list foreign key (tenant_id, list_id) references list,
  constraint list_member_contact foreign key (tenant_id, contact_id) references contact
);
create index list_member_by_contact on list_member (tenant_id, contact_id);
select secure_tenant_table('list_member');
