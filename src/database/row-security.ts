import type { EntityManager } from '@mikro-orm/postgresql';

/** What the hub's connections become: a role that owns no table, so that the policies bind it. */
export const APP_ROLE = 'hub_app';
/** Tables to which rows are only ever added. */
const APPEND_ONLY = ['audit_contact', 'audit_entry', 'audit_link'];

/** The database's user may not do what the migration needs, once for the whole server. */
export class AppRoleMissingError extends Error {
  constructor(cause: unknown) {
    super(
      `The database's user could not create the role ${APP_ROLE}, as which the hub works. Let an administrator run: create role ${APP_ROLE} nologin; grant ${APP_ROLE} to the user of DATABASE_URL; then migrate again.`,
      { cause },
    );
    this.name = 'AppRoleMissingError';
  }
}

/** Needs a user who may create roles, or one that has been made a member of `hub_app`. Roles are of the whole server, not of one database. */
const CREATE_ROLE = `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${APP_ROLE}') then
      begin
        create role ${APP_ROLE} nologin;
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
    if not (select rolsuper from pg_roles where rolname = current_user) and not pg_has_role(current_user, '${APP_ROLE}', 'member') then
      grant ${APP_ROLE} to current_user;
    end if;
  end $$`;

/**
 * Every table of a facility shows and takes only rows of the facilities in scope (`app.facility_ids`: `*`, or ids with commas), to its owner
 * too. Unset is none. The first test is of a constant: it is free where everything is in scope.
 */
const PROTECT = `
  do $$
  declare
    found record;
    rule text;
  begin
    for found in
      select c.relname as name, a.attname as key
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
        and a.attname = case when c.relname = 'facility' then 'id' else 'facility_id' end
      where c.relkind in ('r', 'p') and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'facility_scope')
    loop
      rule := format(
        '(current_setting(''app.facility_ids'', true) = ''*'' or %I::text = any (string_to_array(current_setting(''app.facility_ids'', true), '','')))',
        found.key);
      execute format('create policy facility_scope on public.%I using %s with check %s', found.name, rule, rule);
      execute format('alter table public.%I enable row level security', found.name);
      execute format('alter table public.%I force row level security', found.name);
    end loop;
  end $$`;

const GRANT = `
  grant usage on schema public, pgboss to ${APP_ROLE};
  grant select, insert, update, delete on all tables in schema public to ${APP_ROLE};
  grant select, insert, update, delete on all tables in schema pgboss to ${APP_ROLE};
  grant usage, select on all sequences in schema public, pgboss to ${APP_ROLE}`;

/** After each migration: new tables, too, are the facilities' own, and the hub's role may use them. */
export async function secureRows(em: EntityManager): Promise<void> {
  await em.execute(CREATE_ROLE).catch((cause: unknown) => {
    throw new AppRoleMissingError(cause);
  });
  await em.execute(PROTECT);
  await em.execute(GRANT);
  for (const table of APPEND_ONLY) await em.execute(`revoke update, delete, truncate on ${table} from ${APP_ROLE}`);
}

/** Whether this connection sees no more than its scope: false for an owner or superuser that has not become `hub_app`. */
export async function areRowsSecured(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ secured: boolean }[]>(`select row_security_active('facility') as secured`);
  return row?.secured === true;
}
