import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { migratePostgres } from '#db/migrate-postgres.ts'
import { openClient } from '#db/postgres-client.ts'

/** How whoever looks on from beside the product names itself. */
export const BESIDE = { application_name: 'beside' } as const

const BASE = 'template_base'
const TEMPLATE_LOCK = 7

/** A database of its own on the server of the tests; `release` leaves it to the next test of this worker. */
export type PostgresDatabase = { readonly url: string; release(): Promise<void> }

const urlOf = (server: string, database: string): string => {
  const url = new URL(server)
  url.pathname = database
  return url.href
}

// One for each worker, for as long as it lives.
let administrator: Promise<Client> | undefined

const administer = async (server: string): Promise<Client> => {
  administrator ??= openClient(server)
  return administrator
}

const copy = (client: Client, name: string, template: string) =>
  client.query(`create database ${name} template ${template} strategy file_copy`)

/** Makes the empty, migrated database of which all others are copies. */
export const makeBaseTemplate = async (server: string): Promise<void> => {
  const client = await openClient(server)
  await client.query(`create database ${BASE}`)
  await client.end()
  await migratePostgres(urlOf(server, BASE))
}

// Emptied and filled from its own copy of the template's rows: a tenth of the time of making another. What a test added
// beside rows (triggers, settings) goes as well.
const KEEP = `
  create schema kept;
  do $$ declare name text; filled boolean; begin
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('select exists (select from public.%I)', name) into filled;
      if filled then execute format('create table kept.%I as table public.%I', name, name); end if;
    end loop;
  end $$`

const RESTORE = `
  set session_replication_role = replica;
  drop schema if exists saboteur cascade;
  do $$ declare name text; filled boolean; names text[] := '{}'; begin
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('select exists (select from public.%I)', name) into filled;
      if filled then names := names || format('public.%I', name); end if;
    end loop;
    if cardinality(names) > 0 then execute 'truncate ' || array_to_string(names, ', ') || ' restart identity cascade'; end if;
    for name in select tablename from pg_tables where schemaname = 'kept' loop
      execute format('insert into public.%I overriding system value table kept.%I', name, name);
    end loop;
    perform setval('changes_seq_seq', greatest((select max(seq) from changes), 1), exists (select from changes));
  end $$;
  reset session_replication_role`

type Kept = { readonly url: string; readonly owner: Client }

// Those of this worker that no test uses at the moment, by template.
const idle = new Map<string, Kept[]>()

const make = async (server: string, template: string): Promise<Kept> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await copy(await administer(server), name, template)
  const url = urlOf(server, name)
  const owner = await openClient(url, BESIDE)
  await owner.query(KEEP)
  return { url, owner }
}

/** An empty, migrated database, or one that holds what a template of `templateOf` does. */
export const takeDatabase = async (server: string, template = BASE): Promise<PostgresDatabase> => {
  const kept = idle.get(template)?.pop() ?? (await make(server, template))
  return {
    url: kept.url,
    release: async () => {
      await kept.owner.query(RESTORE)
      idle.set(template, [...(idle.get(template) ?? []), kept])
    },
  }
}

/** The name of a template that is filled once in a run, by whichever worker needs it first. */
export const templateOf = async (server: string, name: string, fill: (url: string) => Promise<void>) => {
  const template = `template_${name}`
  const client = await administer(server)
  await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template])
    if (rowCount === 0) {
      const draft = `${template}_draft`
      await client.query(`drop database if exists ${draft} with (force)`)
      await copy(client, draft, BASE)
      await fill(urlOf(server, draft))
      await client.query(`alter database ${draft} rename to ${template}`)
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  }
  return template
}
