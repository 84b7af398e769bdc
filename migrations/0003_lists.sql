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
  constraint list_member_pk primary key (tenant_id, list_id, contact_id)
);
create index list_member_by_contact on list_member (tenant_id, contact_id);
-- The few who are not active any more.
create index list_member_by_status on list_member (tenant_id, list_id, status, contact_id) where status <> 'active';
select secure_tenant_table('list_member');

-- Members are held by triggers as consents are (0002): they come by the thousand.

-- Refuses members of lists that are not there, and holds on to the lists until the transaction ends.
create function refuse_without_list() returns trigger language plpgsql as $$
declare
  wanted bigint;
  there bigint;
begin
  select count(distinct (tenant_id, list_id)) into wanted from fresh;
  perform from (select distinct tenant_id, list_id from fresh) f cross join lateral (
    select from list l where l.tenant_id = f.tenant_id and l.id = f.list_id for key share
  ) l;
  get diagnostics there = row_count;
  if there < wanted then
    raise foreign_key_violation using constraint = 'list_member_list', table = tg_table_name,
      message = 'a member of a list that is not there';
  end if;
  return null;
end
$$;
revoke all on function refuse_without_list() from public;

-- Refuses to delete contacts that consents or members name.
create function refuse_named_contact() returns trigger language plpgsql as $$
begin
  if exists (select from gone g cross join lateral (
       select from consent s where s.tenant_id = g.tenant_id and s.contact_id = g.id limit 1) s) then
    raise foreign_key_violation using constraint = 'consent_contact', table = 'consent',
      message = 'a consent names the contact';
  end if;
  if exists (select from gone g cross join lateral (
       select from list_member m where m.tenant_id = g.tenant_id and m.contact_id = g.id limit 1) m) then
    raise foreign_key_violation using constraint = 'list_member_contact', table = 'list_member',
      message = 'a member of a list names the contact';
  end if;
  return null;
end
$$;
revoke all on function refuse_named_contact() from public;

-- Refuses to delete lists that have members.
create function refuse_list_with_members() returns trigger language plpgsql as $$
begin
  if exists (select from gone g cross join lateral (
       select from list_member m where m.tenant_id = g.tenant_id and m.list_id = g.id limit 1) m) then
    raise foreign_key_violation using constraint = 'list_member_list', table = 'list_member',
      message = 'the list has members';
  end if;
  return null;
end
$$;
revoke all on function refuse_list_with_members() from public;

create trigger list_member_list after insert on list_member referencing new table as fresh
  for each statement execute function refuse_without_list();
create trigger list_member_contact after insert on list_member referencing new table as fresh
  for each statement execute function refuse_without_contact('list_member_contact');
create trigger list_member_key after update of tenant_id, list_id, contact_id on list_member for each row
  when ((old.tenant_id, old.list_id, old.contact_id) is distinct from (new.tenant_id, new.list_id, new.contact_id))
  execute function refuse_new_key();
create trigger list_key after update of tenant_id, id on list for each row
  when ((old.tenant_id, old.id) is distinct from (new.tenant_id, new.id)) execute function refuse_new_key();
create trigger list_named after delete on list referencing old table as gone
  for each statement execute function refuse_list_with_members();
create trigger contact_named after delete on contact referencing old table as gone
  for each statement execute function refuse_named_contact();
