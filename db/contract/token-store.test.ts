import type Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explainPlan } from '#db/contract/explain-plan.ts'
import { ENGINE } from '#db/contract/temporary-database.ts'
import { account, permissions, personal, roles, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { edgeQuery, type ListShape, listQuery, tokenLister } from '#db/tokens/token-list.ts'
import { openWitness } from '#db/witness/witness.ts'
import { witnessBeside } from '#db/witness/witness-folder.ts'
import { createWriterOver } from '#db/writer/writer-here.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Token } from '#lib/tokens/token.ts'

let world: TokenFixture
let adam: Principal
let token: Token
// The driver behind the writer: a disk can be neither filled nor made read-only for one test alone.
let writerClient: Database.Database
const overWatchedWriter = async (url: string) =>
  openSqlite(url.slice('file:'.length), (file) => {
    writerClient = openSqliteWriter(file)
    return createWriterOver(writerClient, openWitness(witnessBeside(file)))
  })
beforeEach(async () => {
  world = await tokenFixture(ENGINE === 'sqlite' ? overWatchedWriter : undefined)
  adam = await world.as('adam')
  token = (await world.tokens.issue(adam, account())).token
})
afterEach(() => world.remove())

const rowsOf = (table: string) => world.raw.rows(`select * from ${table}`)
const TABLES = [
  'tokens',
  'token_grants',
  'credentials',
  'token_directory',
  'issue_requests',
  'audit_events',
  'changes',
] as const
const everything = () => Promise.all(TABLES.map(async (table) => [table, await rowsOf(table)]))
const newest = async (table: string) => (await rowsOf(table)).at(-1)

const changes = {
  issue: () => world.tokens.issue(adam, account({ idempotencyKey: 'form-1' })),
  edit: () => world.tokens.edit(adam, token.id, { grant: permissions('records:read') }),
  pause: () => world.tokens.pause(adam, token.id),
  resume: () => world.tokens.resume(adam, token.id),
  rotate: () => world.tokens.rotate(adam, token.id, { idempotencyKey: 'form-1' }),
  revoke: () => world.tokens.revoke(adam, token.id),
} as const
type ChangeName = keyof typeof changes
const NAMES = Object.keys(changes) as ChangeName[]

/** What has to be so before a change changes anything. */
const prepare = async (name: ChangeName) => {
  if (name === 'resume') await world.tokens.pause(adam, token.id)
}

describe('rule 5: a change, its record and its place in the feed', () => {
  it.each(NAMES)('%s is recorded with who, what, where, and no secret', async (name) => {
    await prepare(name)
    const before = (await rowsOf('audit_events')).length
    const answer = JSON.stringify(await changes[name]())
    expect(await rowsOf('audit_events')).toHaveLength(before + 1)
    const event = await newest('audit_events')
    const past = {
      issue: 'issued',
      edit: 'edited',
      pause: 'paused',
      resume: 'resumed',
      rotate: 'rotated',
      revoke: 'revoked',
    }
    expect(event).toMatchObject({
      tenant_id: 'acme',
      type: `token.${past[name]}`,
      actor_kind: 'user',
      actor_id: 'adam',
      target_kind: 'token',
      request_id: 'req-1',
      address: '192.0.2.1',
    })
    const secret = /"(?:clientSecret|accessToken)":"([^"]+)"/.exec(answer)?.[1]
    expect(secret !== undefined).toBe(name === 'issue' || name === 'rotate')
    expect(JSON.stringify(await everything())).not.toContain(secret ?? 'no secret was answered')
  })

  it.each(NAMES.filter((name) => name !== 'issue'))('%s is told to every cache', async (name) => {
    await prepare(name)
    const before = (await rowsOf('changes')).length
    await changes[name]()
    expect(await rowsOf('changes')).toHaveLength(before + 1)
    expect(await newest('changes')).toMatchObject({ kind: 'token', key: `acme/${token.id}` })
  })

  const parts: Readonly<Record<ChangeName, readonly (typeof TABLES)[number][]>> = {
    issue: ['tokens', 'token_grants', 'credentials', 'token_directory', 'issue_requests', 'audit_events'],
    edit: ['token_grants', 'audit_events', 'changes'],
    pause: ['audit_events', 'changes'],
    resume: ['audit_events', 'changes'],
    rotate: ['credentials', 'issue_requests', 'audit_events', 'changes'],
    revoke: ['audit_events', 'changes'],
  }
  const sabotages = NAMES.flatMap((name) => parts[name].map((table) => [name, table] as const))

  it.each(sabotages)('%s leaves nothing behind when its row in %s cannot be written', async (name, table) => {
    await prepare(name)
    const mend = await world.raw.breakTable(table)
    const before = await everything()
    await expect(changes[name]()).rejects.toMatchObject({ code: 'server.internal' })
    expect(await everything()).toEqual(before)
    await mend()
    await changes[name]()
    expect(await everything()).not.toEqual(before)
  })

  const troubles = {
    'read-only': () => writerClient.pragma('query_only = on'),
    full: () => {
      writerClient.pragma(`max_page_count = ${String(writerClient.pragma('page_count', { simple: true }))}`)
      // More than fits the room that the last page has left.
      adam = { ...adam, request: { ...adam.request, requestId: 'r'.repeat(20_000) } }
    },
  } as const

  const onDisks = NAMES.flatMap((name) => (['read-only', 'full'] as const).map((trouble) => [name, trouble] as const))

  it.runIf(ENGINE === 'sqlite').each(onDisks)(
    '%s answers that the store is unavailable on a disk that is %s',
    async (name, trouble) => {
      await prepare(name)
      troubles[trouble]()
      const before = await everything()
      await expect(changes[name]()).rejects.toMatchObject({ code: 'store.unavailable' })
      expect(await everything()).toEqual(before)
    },
  )
})

describe('what is kept of a token', () => {
  it('comes back as it was, in each mode of its grant', async () => {
    const mia = await world.as('mia')
    for (const grant of [
      { mode: 'owner' as const },
      permissions('projects:read', 'records:read'),
      roles('member', 'read_only'),
    ]) {
      const made = await world.tokens.issue(
        mia,
        personal({ grant, metadata: { a: ['ü', 1, null] }, ipAllowlist: ['::/0'] }),
      )
      expect(await world.ports.tokenStore.find('acme', made.token.id)).toEqual(made.token)
    }
  })

  it('is of one tenant: no other finds it, its credentials or its use', async () => {
    const { tokenStore } = world.ports
    expect(await tokenStore.find('globex', token.id)).toBeUndefined()
    expect(await tokenStore.credentials('globex', token.id)).toEqual([])
    expect(await tokenStore.lastUse('globex', token.id)).toBeUndefined()
    expect(await tokenStore.dailyUse('globex', token.id, 0)).toEqual([])
    expect(await tokenStore.permissionUse('globex', token.id, 0)).toEqual([])
  })

  it('can be changed under no other tenant’s name', async () => {
    const gus = await world.as('gus')
    const event = { ...(await eventOf(gus)), tenantId: 'globex' }
    const stolen = { ...token, tenantId: 'globex', name: 'stolen' }
    await expect(world.ports.tokenStore.save(stolen, { versions: gus.versions, event })).rejects.toThrow(
      'rights changed',
    )
    expect((await rowsOf('tokens')).map(({ name }) => name)).toEqual(['nightly'])
  })
})

const eventOf = async (principal: Principal) => ({
  id: 'event-1',
  at: 1,
  type: 'token.edited' as const,
  actor: { kind: 'user' as const, id: principal.userId, name: principal.name },
  target: { kind: 'token', id: token.id, name: token.name },
  requestId: 'req-1',
  address: undefined,
  details: {},
})

describe.runIf(ENGINE === 'sqlite')('lists', () => {
  const shapeOf = ({ states = [], owned = false, continued = false }: Partial<ListShape>) => ({
    states,
    owned,
    continued,
    typed: false,
    searched: false,
    bounded: true,
  })

  it.each<readonly [string, Partial<ListShape>, string]>([
    ['the living', { states: ['active', 'expiring', 'paused'] }, 'tokens_live_newest'],
    ['the living, further on', { states: ['active', 'expiring', 'paused'], continued: true }, 'tokens_live_newest'],
    ['all', {}, 'tokens_newest'],
    ['one’s own', { owned: true, continued: true }, 'tokens_by_owner'],
  ])('of %s walk an index in its order and sort nothing', (_, shape, index) => {
    const { queries, schema } = world.connection
    for (const query of [listQuery, edgeQuery]) {
      const plan = explainPlan(world.file, query(queries, schema, shapeOf(shape)))
      expect(plan).toMatch(new RegExp(`USING (?:COVERING )?INDEX ${index}`))
      expect(plan).not.toContain('TEMP B-TREE')
      expect(plan).not.toMatch(/SCAN tokens/)
    }
  })
})

describe('a list of what hardly any token is', () => {
  const TOKENS = 7
  const living = { tenantId: 'acme', context: 'tenant', states: ['active', 'expiring', 'paused'], now: 0 } as const
  beforeEach(async () => {
    for (let number = 1; number < TOKENS; number += 1) await world.tokens.issue(adam, account({ name: `no-${number}` }))
  })
  const named = async (search: string, stepRows: number, limit = TOKENS) => {
    const listed = await tokenLister(world.connection, stepRows)({ ...living, search, limit })
    return listed.map((each) => each.token.name)
  }

  it.each([1, 2, 3, 7, 8])('is the same by steps of %s rows as by one', async (stepRows) => {
    for (const search of ['', 'no-', 'no-4', 'none of them'])
      for (const limit of [1, 2, 6, 7, 8])
        expect(await named(search, stepRows, limit)).toEqual(await named(search, 1000, limit))
    expect(await named('', stepRows)).toHaveLength(TOKENS)
  })

  const turnsOf = async (work: () => Promise<unknown>): Promise<number> => {
    let turns = 0
    const each = () => {
      turns += 1
      ticking = setImmediate(each)
    }
    let ticking = setImmediate(each)
    await work()
    clearImmediate(ticking)
    return turns
  }

  it('lets others have a turn after each step', async () => {
    const turns = await turnsOf(async () => expect(await named('none of them', 1)).toEqual([]))
    expect(turns).toBeGreaterThanOrEqual(TOKENS - 1)
  })

  it('lets them as well where all of one’s own have ended', async () => {
    const mia = await world.as('mia')
    for (let number = 0; number < TOKENS; number += 1) {
      const own = await world.tokens.issue(mia, personal())
      await world.tokens.revoke(mia, own.token.id)
    }
    const own = { ...living, context: 'user', ownerUserId: mia.userId, search: '', limit: 5 } as const
    const turns = await turnsOf(async () => expect(await tokenLister(world.connection, 1)(own)).toEqual([]))
    expect(turns).toBeGreaterThanOrEqual(TOKENS - 1)
  })
})
