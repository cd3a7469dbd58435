import { setTimeout as delay } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, type PersonId, personal, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { ListRequest } from '#lib/tokens/list-tokens.ts'

let world: TokenFixture
const list = async (who: PersonId, request: ListRequest) => world.tokens.list(await world.as(who), request)
const names = async (who: PersonId, request: ListRequest) =>
  (await list(who, request)).rows.map(({ token }) => token.name).sort()
const issue = async (who: PersonId, request: Parameters<typeof world.tokens.issue>[1]) =>
  (await world.tokens.issue(await world.as(who), request)).token

/** Every name of a list, page by page, in its order. */
const walk = async (who: PersonId, request: ListRequest): Promise<readonly string[]> => {
  const page = await list(who, request)
  const here = page.rows.map(({ token }) => token.name)
  return page.nextCursor === null ? here : [...here, ...(await walk(who, { ...request, cursor: page.nextCursor }))]
}

describe('a list of tokens that are about to expire', () => {
  beforeAll(async () => {
    world = await tokenFixture()
    const expiry = (seconds: number) => ({ kind: 'after', seconds }) as const
    await issue('mia', personal({ name: 'a week', expiry: expiry(7 * DAY_SECONDS) }))
    await issue('mia', personal({ name: 'a week and a second', expiry: expiry(7 * DAY_SECONDS + 1) }))
  })
  afterAll(() => world.remove())

  it('begins at seven days, to the second, where each row begins to say so', async () => {
    for (const [state, name] of [
      ['expiring', 'a week'],
      ['active', 'a week and a second'],
    ] as const) {
      const { rows } = await list('mia', { context: 'user', states: [state] })
      expect(rows.map((row) => [row.token.name, row.state])).toEqual([[name, state]])
    }
  })
})

describe('what a list shows', () => {
  beforeAll(async () => {
    world = await tokenFixture()
    const soon = { kind: 'after', seconds: 7 * DAY_SECONDS } as const
    const later = { kind: 'after', seconds: 7 * DAY_SECONDS + 1 } as const
    await issue('mia', personal({ name: 'active', expiry: later, description: 'Ünïcode 50% of_all \\o/' }))
    await issue('mia', personal({ name: 'endless', type: 'client_credentials' }))
    await issue('mia', personal({ name: 'expiring', expiry: soon }))
    await issue('mia', personal({ name: 'expired', expiry: { kind: 'after', seconds: 1 } }))
    const paused = await issue('mia', personal({ name: 'paused' }))
    const revoked = await issue('mia', personal({ name: 'revoked' }))
    const both = await issue('mia', personal({ name: 'paused and expired', expiry: { kind: 'after', seconds: 1 } }))
    await issue('max', personal({ name: 'of max' }))
    await issue('adam', account({ name: 'of acme' }))
    await issue('gus', account({ name: 'of globex' }))
    const mia = await world.as('mia')
    await world.tokens.pause(mia, paused.id)
    await world.tokens.pause(mia, both.id)
    await world.tokens.revoke(mia, revoked.id)
    world.advance(1)
  })
  afterAll(() => world.remove())

  it('are one’s own personal tokens that work or may work again', async () => {
    expect(await names('mia', { context: 'user' })).toEqual(['active', 'endless', 'expiring', 'paused'])
    expect(await names('adam', { context: 'user' })).toEqual([])
  })

  it.each([
    ['active', ['endless']],
    ['expiring', ['active', 'expiring']],
    ['expired', ['expired', 'paused and expired']],
    ['paused', ['paused']],
    ['revoked', ['revoked']],
  ] as const)('are those of the state %s, which each row tells as well', async (state, expected) => {
    expect(await names('mia', { context: 'user', states: [state] })).toEqual(expected)
    const { rows } = await list('mia', { context: 'user', states: [state] })
    expect(new Set(rows.map((row) => row.state))).toEqual(new Set([state]))
  })

  it('are all of them when no state is named, or several', async () => {
    expect(await names('mia', { context: 'user', states: [] })).toHaveLength(7)
    expect(await names('mia', { context: 'user', states: ['revoked', 'paused'] })).toEqual(['paused', 'revoked'])
  })

  it('are those of a type', async () => {
    expect(await names('mia', { context: 'user', type: 'client_credentials' })).toEqual(['endless'])
  })

  it('are those of the account, and everyone’s, for who manages tokens', async () => {
    expect(await names('olga', { context: 'tenant' })).toEqual(['of acme'])
    expect(await names('gus', { context: 'tenant' })).toEqual(['of globex'])
    const everyone = await list('adam', { context: 'user', owner: 'everyone' })
    expect(new Set(everyone.rows.map(({ ownerName }) => ownerName))).toEqual(new Set(['mia', 'max']))
    for (const request of [{ context: 'tenant' }, { context: 'user', owner: 'everyone' }] as const)
      await expect(list('mia', request)).rejects.toMatchObject({ code: 'access.denied' })
  })

  it.each([
    ['ACTIVE', ['active']],
    ['  active ', ['active']],
    ['ünïCODE', ['active']],
    ['50% of', ['active']],
    ['%', ['active']],
    ['_', ['active']],
    ['\\', ['active']],
    ['\\o/', ['active']],
    ['a%e', []],
    ['e_dless', []],
    ["' or '1'='1", []],
    ['exp', ['expired', 'expiring', 'paused and expired']],
  ])('are those in which %j is found', async (search, expected) => {
    expect(await names('mia', { context: 'user', states: [], search })).toEqual(expected)
  })

  it.each<readonly [Partial<ListRequest>, string]>([
    [{ limit: 0 }, 'request.invalid'],
    [{ limit: 201 }, 'request.invalid'],
    [{ limit: 1.5 }, 'request.invalid'],
    [{ search: 'a\0' }, 'request.invalid'],
    [{ search: 'x'.repeat(101) }, 'request.invalid'],
    [{ cursor: '' }, 'request.malformed'],
    [{ cursor: 'bm90IG91cnM' }, 'request.malformed'],
    [{ cursor: '§' }, 'request.malformed'],
  ])('are none for %j', async (request, code) => {
    await expect(list('mia', { context: 'user', ...request })).rejects.toMatchObject({ code })
  })

  it('come with what who asks may choose from, as it is asked for by itself', async () => {
    const adam = await world.as('adam')
    const request = { context: 'tenant' } as const
    const { options, ...page } = await world.tokens.listWithOptions(adam, request)
    expect(page).toEqual(await world.tokens.list(adam, request))
    expect(options).toEqual(await world.tokens.options(adam))
    await expect(world.tokens.listWithOptions(await world.as('mia'), request)).rejects.toMatchObject({
      code: 'access.denied',
    })
  })

  it.each([
    ['name and type', { search: 'active', type: 'access_token' }, ['active'], []],
    ['name and another type', { search: 'active', type: 'client_credentials' }, [], []],
    ['states, one of them twice', { states: ['paused', 'active', 'paused'] }, ['endless', 'paused'], ['of max']],
    ['the same in another order', { states: ['active', 'paused'] }, ['endless', 'paused'], ['of max']],
  ] as const)('are found by %s, whatever was asked before', async (_, request, ofMia, ofMax) => {
    const asked = { context: 'user', ...request, states: 'states' in request ? [...request.states] : [] } as const
    expect(await names('mia', asked)).toEqual(ofMia)
    expect(await names('max', asked)).toEqual(ofMax)
  })

  it('tells what each may do now', async () => {
    const { rows } = await list('adam', { context: 'tenant' })
    expect([...(rows[0]?.effective ?? [])]).toEqual(['projects:read'])
  })
})

describe('pages', () => {
  const COUNT = 1000
  beforeAll(async () => {
    world = await tokenFixture()
    const { connection } = world
    const { tokens } = connection.schema
    const one = await issue('mia', personal({ name: '0000' }))
    const [row] = await connection.queries.select().from(tokens).where(eq(tokens.id, one.id))
    if (!row) throw new Error('the token was issued')
    const name = (n: number) => String(n).padStart(4, '0')
    // Ten of each second, as a script makes them: only the id tells them apart.
    const rows = Array.from({ length: COUNT - 1 }, (_, index) => ({
      ...row,
      id: `${String(((index + 1) * 7919) % COUNT).padStart(4, '0')}-0000-4000-8000-000000000000`,
      name: name(index + 1),
      searchText: name(index + 1),
      createdAt: row.createdAt + Math.floor((index + 1) / 10),
    }))
    const starts = Array.from({ length: 10 }, (_, index) => index * 100)
    await connection.atomically((tx) =>
      starts.map((start) => {
        const some = rows.slice(start, start + 100)
        return { label: 'tokens', rows: tx.insert(tokens).values(some).returning(), expect: some.length }
      }),
    )
  })
  afterAll(() => world.remove())

  it.each([1, 7, 25, 200])('of %i hold each token once, newest first', async (limit) => {
    const search = limit === 1 ? '01' : ''
    const walked = await walk('mia', { context: 'user', limit, search })
    const expected = limit === 1 ? walked.length : COUNT
    expect(new Set(walked).size).toBe(expected)
    expect(walked).toHaveLength(expected)
    const seconds = walked.map((name) => Math.floor(Number(name) / 10))
    expect(seconds).toEqual(seconds.toSorted((a, b) => b - a))
    expect(walked).toEqual(await walk('mia', { context: 'user', limit: 200, search }))
  })

  it('go on where they were although newer tokens came and the last one seen has gone', async () => {
    const first = await list('mia', { context: 'user', limit: 5 })
    const rest = await list('mia', { context: 'user', limit: 5, cursor: first.nextCursor ?? '' })
    const last = first.rows.at(-1)?.token.id ?? ''
    await world.tokens.revoke(await world.as('mia'), last)
    world.advance(1000)
    await issue('mia', personal({ name: 'newest' }))
    expect(await list('mia', { context: 'user', limit: 5, cursor: first.nextCursor ?? '' })).toEqual(rest)
  })

  it('have no next one when they are exactly full', async () => {
    const { rows, nextCursor } = await list('mia', { context: 'user', search: '0007', limit: 1 })
    expect(rows).toHaveLength(1)
    expect(nextCursor).toBeNull()
  })
})

describe('the tokens of one second', () => {
  beforeAll(async () => {
    world = await tokenFixture()
  })
  afterAll(() => world.remove())

  it('are listed newest first', async () => {
    const made = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']
    for (const name of made) {
      await issue('mia', personal({ name }))
      await delay(2)
    }
    expect(await walk('mia', { context: 'user' })).toEqual(made.toReversed())
  })
})
