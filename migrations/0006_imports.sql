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
    ('uploaded', 'checking', 'checked', 'queued', 'running', 'stopping', 'stopped', 'completed', 'failed', 'undoing', 'undone')),
  -- What was found in the file: character set, delimiter, header, a sample.
  found jsonb not null,
  -- What was chosen: columns, list, basis, wording, what becomes of duplicates.
  mapping jsonb,
  list_id uuid,
  -- Where to go on: rows and bytes that are behind us.
  rows_total bigint,
  rows_done bigint not null default 0,
  position bigint not null default 0,
  created_count bigint not null default 0,
  updated_count bigint not null default 0,
  unchanged_count bigint not null default 0,
  rejected_count bigint not null default 0,
  warned_count bigint not null default 0,
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
  where status in ('checking', 'queued', 'running', 'stopping', 'undoing');
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

-- What an import changed, for undoing it: a contact as it was before, or nothing where the import made it.
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
