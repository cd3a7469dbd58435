import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { account, permissions, personal, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import type { RaceReport, RaceTask } from '#db/contract/token-race-fixture.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { TokenStore } from '#lib/tokens/token-store.ts'
import { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

type Meanwhile = () => Promise<unknown>

/** A store before each of whose writes something else happens: what another process does between reading and writing. */
const interrupted = (store: TokenStore, meanwhile: Meanwhile): TokenStore => ({
  ...store,
  issue: async (...asked) => (await meanwhile(), store.issue(...asked)),
  save: async (...asked) => (await meanwhile(), store.save(...asked)),
  addCredential: async (...asked) => (await meanwhile(), store.addCredential(...asked)),
})

const once = (run: Meanwhile): Meanwhile => {
  let done = false
  return async () => {
    if (done) return
    done = true
    await run()
  }
}

const tokensInterruptedBy = (meanwhile: Meanwhile) =>
  tokensUseCases({ ...world.ports, tokenStore: interrupted(world.ports.tokenStore, meanwhile) })

const count = async () => {
  const { read, queries, schema } = world.connection
  return (await read(queries.select().from(schema.tokens))).length
}

describe('rule 11: rights that change between a decision and its write', () => {
  let adam: Principal
  let token: Token
  let demote: Meanwhile
  beforeEach(async () => {
    const { rights } = await world.elsewhere()
    adam = await world.as('adam')
    token = (await world.tokens.issue(adam, account())).token
    demote = () => rights.giveRoles('adam', ['read_only'])
  })

  const attempts = {
    issue: (tokens) => tokens.issue(adam, account()),
    'issue for oneself': (tokens) => tokens.issue(adam, personal({ grant: permissions('projects:delete') })),
    edit: (tokens) => tokens.edit(adam, token.id, { grant: permissions('records:read') }),
    pause: (tokens) => tokens.pause(adam, token.id),
    rotate: (tokens) => tokens.rotate(adam, token.id),
    revoke: (tokens) => tokens.revoke(adam, token.id),
  } satisfies Record<string, (tokens: TokenFixture['tokens']) => Promise<unknown>>
  const cases = Object.entries(attempts)

  it.each(cases)(
    'are asked for again: %s after a demotion is refused, and nothing was written',
    async (name, attempt) => {
      const tokens = tokensInterruptedBy(once(demote))
      const code =
        name === 'issue' ? 'access.denied' : name === 'issue for oneself' ? 'access.exceeds_own' : 'resource.not_found'
      await expect(attempt(tokens)).rejects.toMatchObject({ code })
      expect(await count()).toBe(1)
      expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(token)
    },
  )

  it.each(cases)('would slip by a store that does not look again: %s', async (_, attempt) => {
    const unguarded: TokenStore = interrupted(world.ports.tokenStore, async () => undefined)
    const versionsNow = async () => (await world.as('olga')).versions
    const careless = tokensUseCases({
      ...world.ports,
      tokenStore: {
        ...unguarded,
        issue: async (asked, change) => (
          await demote(), unguarded.issue(asked, { ...change, versions: await versionsNow() })
        ),
        save: async (asked, change) => (
          await demote(), unguarded.save(asked, { ...change, versions: await versionsNow() })
        ),
        addCredential: async (asked, change) => (
          await demote(), unguarded.addCredential(asked, { ...change, versions: await versionsNow() })
        ),
      },
    })
    await expect(attempt(careless)).resolves.toBeDefined()
  })

  it.each(cases)('let %s through when they still suffice', async (_, attempt) => {
    const { rights } = await world.elsewhere()
    const tokens = tokensInterruptedBy(once(() => rights.giveRoles('adam', ['owner'])))
    await expect(attempt(tokens)).resolves.toBeDefined()
  })

  it('are given up on after three runs', async () => {
    const { rights } = await world.elsewhere()
    let runs = 0
    const tokens = tokensInterruptedBy(async () => {
      runs += 1
      await rights.giveRoles('max', ['member'])
    })
    await expect(tokens.issue(adam, account())).rejects.toMatchObject({ code: 'request.stale' })
    expect([runs, await count()]).toEqual([3, 1])
  })

  it('include the catalog and the policy', async () => {
    const { rights } = await world.elsewhere()
    const withdrawn = tokensInterruptedBy(once(() => rights.withdraw('projects:read')))
    await expect(withdrawn.issue(adam, account())).rejects.toMatchObject({ code: 'access.exceeds_own' })
    const forbidden = tokensInterruptedBy(once(() => rights.setPolicy({ personalTokens: false })))
    await expect(forbidden.issue(adam, personal())).rejects.toMatchObject({ code: 'token.policy' })
  })
})

describe('two changes of one token at once', () => {
  it('both last, as each is decided on what the other left', async () => {
    const mia = await world.as('mia')
    const other = await world.elsewhere()
    const { token } = await world.tokens.issue(mia, personal())
    const tokens = tokensInterruptedBy(once(() => other.tokens.edit(mia, token.id, { description: 'theirs' })))
    await tokens.edit(mia, token.id, { name: 'ours' })
    expect(await world.ports.tokenStore.find('acme', token.id)).toMatchObject({
      name: 'ours',
      description: 'theirs',
      version: 2,
    })
  })

  it.each<readonly [string, (tokens: TokenFixture['tokens'], mia: Principal, id: string) => Promise<unknown>]>([
    ['edit', (tokens, mia, id) => tokens.edit(mia, id, { name: 'later' })],
    ['pause', (tokens, mia, id) => tokens.pause(mia, id)],
    ['rotate', (tokens, mia, id) => tokens.rotate(mia, id)],
  ])('never bring a revoked one back: %s', async (_, attempt) => {
    const mia = await world.as('mia')
    const other = await world.elsewhere()
    const { token } = await world.tokens.issue(mia, personal())
    const tokens = tokensInterruptedBy(once(() => other.tokens.revoke(mia, token.id)))
    await expect(attempt(tokens, mia, token.id)).rejects.toMatchObject({ code: 'token.not_active' })
    expect((await world.ports.tokenStore.find('acme', token.id))?.revoked).not.toBeNull()
    expect(await world.ports.tokenStore.credentials('acme', token.id)).toHaveLength(1)
  })
})

/** Lets several threads, each with a connection of its own, do the same at once; answers what each met. */
const race = async (task: Omit<RaceTask, 'url'>): Promise<readonly string[]> => {
  const runners = Array.from({ length: Math.max(2, Math.min(3, availableParallelism())) }, async () => {
    const worker = new Worker(new URL('token-race-fixture.ts', import.meta.url), {
      workerData: { ...task, url: world.url } satisfies RaceTask,
    })
    return new Promise<RaceReport>((done, fail) => {
      worker.once('message', done)
      worker.once('error', fail)
    })
  })
  return (await Promise.all(runners)).flat()
}

describe('processes that issue at once', () => {
  const TRIES = 12

  it('make one token for each idempotency key', async () => {
    const keys = Array.from({ length: TRIES }, (_, index) => `form-${index}`)
    const met = await race({ requests: keys.map((idempotencyKey) => personal({ idempotencyKey })) })
    expect(met.filter((outcome) => outcome === 'issued')).toHaveLength(TRIES)
    expect(new Set(met)).toEqual(new Set(['issued', 'token.already_issued']))
    expect(await count()).toBe(TRIES)
  })

  it('never pass the limit', async () => {
    await world.rights.setPolicy({ tokensMax: TRIES })
    const met = await race({ requests: Array.from({ length: TRIES }, () => personal()) })
    expect(met.filter((outcome) => outcome === 'issued')).toHaveLength(TRIES)
    expect(new Set(met)).toEqual(new Set(['issued', 'token.limit']))
    expect(await count()).toBe(TRIES)
  })
})
