-- SPEC 4: templates. A saved text is never changed: each save is a new version, and campaigns pin one.

create table template (
  tenant_id uuid not null constraint template_tenant references tenant,
  id uuid not null,
  name text not null,
  name_key text not null,
  slug text not null,
  description text not null default '',
  channel text not null constraint template_channel
    check (channel in ('email', 'sms', 'whatsapp', 'voice', 'rvm', 'social')),
  category text not null default 'marketing' constraint template_category
    check (category in ('marketing', 'transactional', 'notification')),
  version int not null,
  -- How many campaigns were started with it.
  used bigint not null default 0,
  -- Archived ones cannot be chosen any more; what pinned them keeps them.
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint template_pk primary key (tenant_id, id),
  constraint template_name_unique unique (tenant_id, name_key),
  constraint template_slug_unique unique (tenant_id, slug)
);
select secure_tenant_table('template');

create table template_version (
  tenant_id uuid not null,
  template_id uuid not null,
  version int not null,
  subject text not null,
  preheader text not null default '',
  -- `html` holds what was written, HTML or MJML; of blocks, what was made of them.
  format text not null default 'html' constraint template_version_format check (format in ('html', 'mjml', 'blocks')),
  html text not null,
  plain text not null,
  blocks jsonb,
  created_at timestamptz not null,
  created_by uuid,
  constraint template_version_pk primary key (tenant_id, template_id, version),
  constraint template_version_template foreign key (tenant_id, template_id) references template,
  constraint template_version_blocks check ((format = 'blocks') = (blocks is not null))
);
select secure_tenant_table('template_version', 'select, insert');

-- What somebody is writing in the block editor and has not saved as a version.
create table template_draft (
  tenant_id uuid not null,
  template_id uuid not null,
  user_id uuid not null,
  -- The version that it was begun with.
  version int not null,
  document jsonb not null,
  saved_at timestamptz not null,
  constraint template_draft_pk primary key (tenant_id, template_id, user_id),
  constraint template_draft_template foreign key (tenant_id, template_id) references template
);
select secure_tenant_table('template_draft');
