import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { account } from '#db/contract/token-fixture.ts'
import { openClient } from '#db/postgres-client.ts'

// What is done with each request must not read a table from end to end. PostgreSQL counts when it does; a connection that
// ends has told all it did.

const ROWS = 8_000
const LARGE = ['tokens', 'token_grants', 'credentials', 'token_directory', 'refresh_tokens', 'audit_events', 'changes']
const NEW_IDS = new Set(['id', 'token_id', 'client_id', 'digest', 'credential_id', 'family_id'])

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

/** Runs statements over a connection of their own. */
const beside = async <Row extends object>(
  work: (query: (text: string) => Promise<readonly Row[]>) => Promise<void>,
) => {
  const client = await openClient(world.url)
  try {
    await work(async (text) => (await client.query<Row>(text)).rows)
  } finally {
    await client.end()
  }
}

type Column = { readonly column_name: string }

// A tenth of them of the same account, the others of a hundred more.
const valueOf = (name: string): string => {
  if (NEW_IDS.has(name)) return 'gen_random_uuid()::text'
  return name === 'tenant_id' ? `case when n % 10 = 0 then one.tenant_id else 'tenant-' || n % 100 end` : `one.${name}`
}

const copyRows = () =>
  beside<Column>(async (query) => {
    await query('set session_replication_role = replica')
    for (const table of LARGE) {
      const columns = await query(`
        select column_name from information_schema.columns where table_schema = 'public' and table_name = '${table}'`)
      const names = columns.map((column) => column.column_name).filter((name) => name !== 'seq')
      const values = names.map(valueOf)
      await query(`
        insert into ${table} (${names.join(', ')}) select ${values.join(', ')}
        from (select * from ${table} limit 1) one, generate_series(1, ${ROWS}) n`)
    }
    await query('analyze')
    const counted = await query(
      `select 1 from pg_class where relname in ('${LARGE.join("', '")}') and reltuples > ${ROWS}`,
    )
    expect(counted).toHaveLength(LARGE.length)
  })

type Scans = { readonly name: string; readonly scans: number }

const OTHERS = `
  select pid from pg_stat_activity
  where datname = current_database() and application_name = 'latchkey' and pid <> pg_backend_pid()`

/** The large tables that were read from end to end meanwhile. */
const readWhole = async (work: () => Promise<void>): Promise<readonly string[]> => {
  const count = async (): Promise<ReadonlyMap<string, number>> => {
    const found: Scans[] = []
    await beside<Scans>(async (query) => {
      while ((await query(OTHERS)).length > 0) await delay(10)
      found.push(
        ...(await query(`
        select relname as name, seq_scan as scans from pg_stat_user_tables where schemaname = 'public'`)),
      )
    })
    return new Map(found.map(({ name, scans }) => [name, scans]))
  }
  // What it has counted while there was little to read must not come now.
  await world.connection.close()
  const before = await count()
  await work()
  const after = await count()
  return LARGE.filter((name) => after.get(name) !== before.get(name))
}

/** A client with a refresh token and an account's token, among many others. */
const scene = async () => {
  const client = await world.client()
  const { refresh_token: refresh } = await world.ask(client.credentials())
  const adam = await world.as('adam')
  const { token } = await world.tokens.issue(adam, account())
  await world.tokens.pause(adam, token.id)
  await world.tokens.resume(adam, token.id)
  await copyRows()
  return { client, refresh, adam, token }
}

describe('no table is read from end to end', () => {
  it('by a validation, an exchange, a refresh, an introspection or a revocation', async () => {
    const { client, refresh } = await scene()
    const whole = await readWhole(async () => {
      const other = await world.otherProcess()
      const answer = await other.ask(client.credentials())
      const next = await other.ask(client.refresh(refresh))
      await other.asBearer(answer)
      await other.introspect(client.about(next.access_token))
      await other.revoke(client.about(next.refresh_token))
      await other.connection.close()
    })
    expect(whole).toEqual([])
  })

  it('by an issue, a rotation, a list of tokens, a look at one, or its end', async () => {
    const { adam, token } = await scene()
    const whole = await readWhole(async () => {
      const { tokens, connection } = await world.elsewhere()
      await tokens.issue(adam, account())
      await tokens.list(adam, { context: 'tenant' })
      await tokens.describe(adam, token.id)
      await tokens.rotate(adam, token.id)
      await tokens.revoke(adam, token.id)
      await connection.close()
    })
    expect(whole).toEqual([])
  })

  it('would be seen (saboteur)', async () => {
    await scene()
    const whole = await readWhole(() =>
      beside(async (query) => {
        await query(`select count(*) from tokens where name = 'nobody calls it so'`)
      }),
    )
    expect(whole).toEqual(['tokens'])
  })
})
