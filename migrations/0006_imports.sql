-- SPEC 3.3: imports. The file lies in pieces in the database, so that any process can go on with it.

create table import (
  tenant_id uuid not null constraint import_tenant references tenant,
  id uuid not null,
  -- The file's name, as it was sent.
  file text not null,
  format text not null constraint import_format check (format in ('csv', 'xlsx')),
  bytes bigint not null,
  sha256 bytea not null,
  status text not null constraint import_status check (status in
    ('uploading', 'uploaded', 'checking', 'checked', 'queued', 'running', 'stopping', 'stopped', 'completed', 'failed', 'undoing', 'undone')),
  -- What was found in the file: character set, delimiter, header, a sample.
  found jsonb not null,
  -- What was chosen: columns, list, basis, wording, what becomes of duplicates.
  mapping jsonb,
  list_id uuid,
  -- Where to go on: rows and bytes that are behind us.
  rows_total bigint not null default 0,
  rows_done bigint not null default 0,
  position bigint not null default 0,
  -- The last row behind us, as a spreadsheet counts: blank ones count there.
  row_at bigint not null default 0,
  -- Rows a second lately.
  pace double precision,
  created_count bigint not null default 0,
  updated_count bigint not null default 0,
  unchanged_count bigint not null default 0,
  rejected_count bigint not null default 0,
  warned_count bigint not null default 0,
  -- How far an undo has come, and whom it left because they were changed since.
  undo_after uuid,
  kept_count bigint not null default 0,
  fault text,
  created_by uuid,
  created_by_name text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  -- Who is at it, as with chunks.
  token bigint not null default 0,
  worker text,
  leased_until timestamptz,
  constraint import_pk primary key (tenant_id, id)
);
create index import_open on import (tenant_id, id)
  where status in ('uploading', 'checking', 'queued', 'running', 'stopping', 'undoing');
select secure_tenant_table('import');

create table import_piece (
  tenant_id uuid not null,
  import_id uuid not null,
  n int not null,
  body bytea not null,
  constraint import_piece_pk primary key (tenant_id, import_id, n),
  constraint import_piece_import foreign key (tenant_id, import_id) references import on delete cascade
);
alter table import_piece alter column body set storage external;
select secure_tenant_table('import_piece', 'select, insert, delete');

-- Rows that were left out, or taken with a warning: `row` counts as a spreadsheet does, the header being 1.
create table import_reject (
  tenant_id uuid not null,
  import_id uuid not null,
  row bigint not null,
  col smallint not null,
  column_name text not null,
  value text not null,
  code text not null,
  reason text not null,
  warning boolean not null,
  constraint import_reject_pk primary key (tenant_id, import_id, row, col, code),
  constraint import_reject_import foreign key (tenant_id, import_id) references import on delete cascade
);
select secure_tenant_table('import_reject');

-- What an import changed of contacts that were there before, for undoing it: how one was (nothing where its fields
-- stayed), and whether it joined the list. Those that the import made bear its id.
create table import_change (
  tenant_id uuid not null,
  import_id uuid not null,
  contact_id uuid not null,
  was jsonb,
  joined boolean not null default false,
  constraint import_change_pk primary key (tenant_id, import_id, contact_id),
  constraint import_change_import foreign key (tenant_id, import_id) references import on delete cascade
);
select secure_tenant_table('import_change');

-- Which tenants have an import to work on. A question that a worker asks without a tenant.
create function tenants_with_imports()
returns setof uuid language sql stable security definer set search_path = public as $$
  select distinct tenant_id from import where status in ('uploading', 'checking', 'queued', 'running', 'stopping', 'undoing')
$$;
revoke all on function tenants_with_imports() from public;
grant execute on function tenants_with_imports() to carillon_app;

-- Takes the entries of an import out of the ledger of consent, together with the people whom it made: the one case in
-- which entries go. The ledger of people who were there before is only added to.
create function forget_imported_consent(import uuid, people uuid[])
returns void language sql security definer set search_path = public as $$
  delete from consent_entry e
  where e.tenant_id = nullif(current_setting('carillon.tenant', true), '')::uuid and e.contact_id = any(people)
    and e.import_id = import
    and exists (select from contact c where c.tenant_id = e.tenant_id and c.id = e.contact_id and c.import_id = import)
$$;
revoke all on function forget_imported_consent(uuid, uuid[]) from public;
grant execute on function forget_imported_consent(uuid, uuid[]) to carillon_app;
