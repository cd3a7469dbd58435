import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderUntil } from '#db/contract/next-migration.ts'
import { migrateSqlite } from '#db/migrate-sqlite.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-upgrade-'))
  file = join(folder, 'latchkey.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rowsOf = (sql: string): readonly unknown[] => {
  const client = new Database(file)
  try {
    return client.prepare(sql).all()
  } finally {
    client.close()
  }
}

const startWith = (migrations: number, statements: readonly string[]) => {
  const older = folderUntil(migrations)
  migrateSqlite(file, { folder: older })
  rmSync(older, { recursive: true, force: true })
  const client = new Database(file)
  for (const statement of statements) client.exec(statement)
  client.close()
}

const ACME = `insert into tenants (id, slug, name, policy, created_at) values ('acme', 'acme', 'Acme', '{}', 1)`
const TOKEN = `insert into tokens (tenant_id, id, context, type, granter_user_id, granter_name, granter_level, name,
  description, search_text, grant_mode, created_at, hint) values ('acme', 't1', 'tenant', 'access_token', 'mia', 'Mia', 20, 'CI',
  '', 'ci', 'permissions', 1, 'abcd')`
const CREDENTIAL = `insert into credentials (tenant_id, token_id, id, kind, kid, created_at)
  values ('acme', 't1', 'c1', 'access_jwt', 'key-1', 1)`

describe('a database of the first version', () => {
  it('keeps its credentials as they are: none is given keys that nobody registered', () => {
    startWith(1, [ACME, TOKEN, CREDENTIAL])
    migrateSqlite(file)
    expect(rowsOf('select * from credentials')).toEqual([
      {
        tenant_id: 'acme',
        token_id: 't1',
        id: 'c1',
        kind: 'access_jwt',
        digest: null,
        secret_id: null,
        kid: 'key-1',
        public_jwks: null,
        created_at: 1,
        ends_at: null,
      },
    ])
  })

  it('has tokens without a limit of their own', () => {
    startWith(3, [ACME, TOKEN])
    migrateSqlite(file)
    expect(rowsOf('select id, requests_per_minute from tokens')).toEqual([{ id: 't1', requests_per_minute: null }])
  })

  it('has the use of its tokens as before, which asked for nothing that anybody counted', () => {
    startWith(8, [
      ACME,
      TOKEN,
      `insert into token_use (tenant_id, token_id, day, outcome, count) values ('acme', 't1', 86400, 'accepted', 7)`,
    ])
    migrateSqlite(file)
    expect(rowsOf('select * from token_use')).toEqual([
      { tenant_id: 'acme', token_id: 't1', day: 86_400, permission: '', outcome: 'accepted', count: 7, asked: 0 },
    ])
  })

  it('has no life that a witness could know', () => {
    startWith(4, [
      `insert into environment (id, issuer, audiences, bearer_lifetime_seconds, created_at) values ('environment', 'i', '[]', 900, 1)`,
    ])
    migrateSqlite(file)
    expect(rowsOf('select id, incarnation from environment')).toEqual([{ id: 'environment', incarnation: null }])
  })

  it('has tokens that get refresh tokens as before, and are bound to no key', () => {
    startWith(1, [ACME, TOKEN])
    migrateSqlite(file)
    expect(rowsOf('select refresh_mode, dpop_required_at from tokens')).toEqual([
      { refresh_mode: 'default', dpop_required_at: null },
    ])
  })
})
