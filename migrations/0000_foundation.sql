-- The role that requests and jobs run as, and the one way to make a table that belongs to a tenant.
-- Plain SQL, for psql in name order as much as for the program. The role that applies it owns everything.

do $$
begin
  if not exists (select from pg_roles where rolname = 'carillon_app') then
    create role carillon_app nologin noinherit;
  end if;
exception when duplicate_object or unique_violation then
  null; -- two databases of one cluster were made at the same moment
end
$$;
grant carillon_app to current_user;
grant usage on schema public to carillon_app;

-- Locks a table to its tenant: rows are seen and written only where tenant_id is the transaction's tenant
-- (`set local carillon.tenant`), and nowhere when none is set. `rights` is what carillon_app may do. What is written is
-- checked row by row: the sub-select makes the setting be read once a statement.
create function secure_tenant_table(name regclass, rights text default 'select, insert, update, delete')
returns void language plpgsql set search_path = public as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format($policy$
    create policy tenant_only on %s to carillon_app
      using (tenant_id = nullif(current_setting('carillon.tenant', true), '')::uuid)
      with check (tenant_id = (select nullif(current_setting('carillon.tenant', true), '')::uuid))
  $policy$, name);
  execute format('grant %s on %s to carillon_app', rights, name);
end
$$;
revoke all on function secure_tenant_table(regclass, text) from public;
