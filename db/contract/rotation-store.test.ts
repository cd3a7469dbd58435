import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formMessage, type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { personal } from '#db/contract/token-fixture.ts'
import { createUsageStore } from '#db/usage-store.ts'
import type { Principal } from '#lib/access/principal.ts'
import { answerTokenRequest } from '#lib/oauth/answer-token-request.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { RotationStore } from '#lib/tokens/rotation-store.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { TokenStore } from '#lib/tokens/token-store.ts'
import { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'
import { createUsageRecorder } from '#lib/usage/usage-recorder.ts'

let world: OAuthWorld
let mia: Principal
let token: Token
beforeEach(async () => {
  world = await oauthWorld()
  mia = await world.as('mia')
  token = (await world.tokens.issue(mia, personal({ type: 'client_credentials' }))).token
  world.advance(10)
})
afterEach(() => world.remove())

const rowsOf = (table: string) => world.raw.rows(`select * from ${table}`)
const everything = () =>
  Promise.all(['tokens', 'credentials', 'audit_events', 'changes'].map(async (table) => [table, await rowsOf(table)]))
const good = async (id = token.id) => {
  const credentials = await world.ports.tokenStore.credentials('acme', id)
  return credentials.filter(({ endsAt }) => endsAt === null || endsAt > world.clock.now())
}

const steps = {
  finish: (tokens = world.tokens) => tokens.finishRotation(mia, token.id),
  extend: (tokens = world.tokens) => tokens.extendRotation(mia, token.id, { kind: 'after', seconds: 5 * DAY_SECONDS }),
  cancel: (tokens = world.tokens) => tokens.cancelRotation(mia, token.id),
} as const
const NAMES = Object.keys(steps) as (keyof typeof steps)[]

describe('rule 5: a step of a rotation, its record and its place in the feed', () => {
  it.each(NAMES)('%s is one event and one change, and holds no secret', async (name) => {
    const { secret } = await world.tokens.rotate(mia, token.id)
    const before = [(await rowsOf('audit_events')).length, (await rowsOf('changes')).length]
    await steps[name]()
    expect([(await rowsOf('audit_events')).length, (await rowsOf('changes')).length]).toEqual(
      before.map((count) => count + 1),
    )
    expect((await rowsOf('audit_events')).at(-1)).toMatchObject({
      tenant_id: 'acme',
      actor_id: 'mia',
      target_id: token.id,
    })
    if (secret.type !== 'client_credentials') throw new TypeError('these are client credentials')
    expect(JSON.stringify(await everything())).not.toContain(secret.clientSecret)
  })

  it.each(NAMES.flatMap((name) => ['audit_events', 'changes'].map((table) => [name, table] as const)))(
    '%s leaves nothing behind when its row in %s cannot be written',
    async (name, table) => {
      await world.tokens.rotate(mia, token.id)
      const mend = await world.raw.breakTable(table)
      const before = await everything()
      await expect(steps[name]()).rejects.toMatchObject({ code: 'server.internal' })
      expect(await everything()).toEqual(before)
      await mend()
      await steps[name]()
      expect(await everything()).not.toEqual(before)
    },
  )
})

describe('what is read of rotations', () => {
  it('is of one tenant alone', async () => {
    await world.tokens.rotate(mia, token.id, { overlapSeconds: 0 })
    const [current, former] = await world.ports.tokenStore.credentials('acme', token.id)
    const { rotationStore } = world.ports
    const ids = { tenantId: 'acme', tokenId: token.id, credentialId: former?.id ?? '' }
    const at = world.clock.now()
    const usageStore = createUsageStore(world.connection)
    await usageStore.add({
      // Two permissions of one day, which is still one day.
      days: ['projects:read', 'projects:write'].map((permission) => ({
        ...ids,
        day: 0,
        permission,
        outcome: 'accepted',
        count: 1,
        asked: 1,
      })),
      credentials: [{ ...ids, lastUsedAt: at, address: null, agent: null }],
    })
    const recorder = createUsageRecorder({ usageStore, log: { error: () => undefined } })
    const retired = { endedAt: at, tokenName: 'nightly' }
    recorder.count({ ...ids, outcome: 'refused', at, address: undefined, agent: undefined, retired })
    await recorder.flush()
    await world.tokens.pause(mia, token.id)
    await world.tokens.resume(mia, token.id)
    const ended = [{ id: former?.id ?? '', endedAt: at }]
    const seenBy = async (tenantId: string) => [
      (await rotationStore.uses(tenantId, token.id)).size,
      await rotationStore.replaced(tenantId, current?.id ?? ''),
      (await rotationStore.retiredUse(tenantId, ended, at))?.at,
      await rotationStore.usedDays(tenantId, token.id, 0, 10),
      await rotationStore.wasResumed(tenantId, token.id, 0),
    ]
    const replaced = { hint: token.hint, expiresAt: null }
    expect(await seenBy('acme')).toEqual([1, replaced, at, [0], true])
    expect(await seenBy('globex')).toEqual([0, undefined, undefined, [], false])
  })
})

/** Use-cases before each of whose writes something else happens, once: what another process does meanwhile. */
const interruptedBy = (meanwhile: () => Promise<unknown>) => {
  let isDone = false
  const before = async () => {
    if (isDone) return
    isDone = true
    await meanwhile()
  }
  const { rotationStore, tokenStore } = world.ports
  return tokensUseCases({
    ...world.ports,
    rotationStore: { ...rotationStore, move: async (...asked) => (await before(), rotationStore.move(...asked)) },
    tokenStore: {
      ...tokenStore,
      addCredential: async (...asked) => (await before(), tokenStore.addCredential(...asked)),
    } satisfies TokenStore,
  })
}

describe('rotations that change while one decides', () => {
  it.each(NAMES)(
    '%s never ends or spares a credential of a rotation that came after the one it meant',
    async (name) => {
      await world.tokens.rotate(mia, token.id)
      const other = await world.otherProcess()
      const tokens = interruptedBy(() => other.tokens.rotate(mia, token.id))
      await expect(steps[name](tokens)).rejects.toMatchObject({ code: 'token.no_rotation' })
      const [newest, second] = await good()
      expect([newest?.endsAt, second?.endsAt]).toEqual([null, world.clock.now() + DAY_SECONDS])
    },
  )

  it('a rotation that meets a finish is decided on what that left', async () => {
    await world.tokens.rotate(mia, token.id)
    const tokens = interruptedBy(() => world.tokens.finishRotation(mia, token.id))
    await tokens.rotate(mia, token.id)
    expect(await good()).toHaveLength(2)
    expect(await world.ports.tokenStore.credentials('acme', token.id)).toHaveLength(3)
  })

  it('a finish and a cancel: one of them happens, and one credential stays good', async () => {
    for (const [first, second] of [
      ['finish', 'cancel'],
      ['cancel', 'finish'],
    ] as const) {
      await world.tokens.rotate(mia, token.id)
      const tokens = interruptedBy(() => steps[first]())
      await expect(steps[second](tokens)).rejects.toMatchObject({ code: 'token.no_rotation' })
      expect((await good()).map(({ endsAt }) => endsAt)).toEqual([null])
      world.advance(5)
    }
  })

  it.each(NAMES)('%s after a demotion is refused', async (name) => {
    await world.tokens.rotate(mia, token.id)
    const other = await world.elsewhere()
    const adam = await world.as('adam')
    const ours = await world.tokens.issue(
      adam,
      personal({ context: 'tenant', grant: { mode: 'roles', roles: ['member'] } }),
    )
    await world.tokens.rotate(adam, ours.token.id)
    const tokens = interruptedBy(() => other.rights.giveRoles('adam', ['read_only']))
    const attempts = {
      finish: () => tokens.finishRotation(adam, ours.token.id),
      extend: () => tokens.extendRotation(adam, ours.token.id, { kind: 'after', seconds: 5 * DAY_SECONDS }),
      cancel: () => tokens.cancelRotation(adam, ours.token.id),
    }
    await expect(attempts[name]()).rejects.toMatchObject({ code: 'resource.not_found' })
    expect(await good(ours.token.id)).toHaveLength(2)
  })

  it('would be mixed up by a store that does not look again', async () => {
    await world.tokens.rotate(mia, token.id)
    const other = await world.otherProcess()
    const { rotationStore } = world.ports
    // Read-then-write without the version and the end that were read: the saboteur.
    const careless: RotationStore = {
      ...rotationStore,
      move: async ({ ends }) => {
        await other.tokens.rotate(mia, token.id)
        for (const { credentialId, endsAt } of ends)
          await world.raw.run(`update credentials set ends_at = ${endsAt} where id = '${credentialId}'`)
      },
    }
    await steps.cancel(tokensUseCases({ ...world.ports, rotationStore: careless }))
    expect(await good()).toHaveLength(2)
    expect((await good()).map(({ endsAt }) => endsAt)).toEqual([null, null])
  })
})

describe('an exchange in the same moment', () => {
  const secretOf = async (run: Promise<Awaited<ReturnType<typeof world.tokens.rotate>>>) => {
    const { secret } = await run
    if (secret.type !== 'client_credentials') throw new TypeError('these are client credentials')
    return { grant_type: 'client_credentials', client_id: secret.clientId, client_secret: secret.clientSecret }
  }

  it('with the new secret of a rotation that is cancelled gets nothing', async () => {
    const form = await secretOf(world.tokens.rotate(mia, token.id))
    const other = await world.otherProcess()
    const { oauthStore } = world
    let isDone = false
    const startFamily: typeof oauthStore.startFamily = async (...asked) => {
      if (!isDone) {
        await other.tokens.cancelRotation(mia, token.id)
        await world.settled()
      }
      isDone = true
      return oauthStore.startFamily(...asked)
    }
    const answer = answerTokenRequest({ ...world.oauthPorts, oauthStore: { ...oauthStore, startFamily } })
    const asker = { requestId: 'r', address: undefined, agent: undefined }
    await expect(answer(formMessage(form), asker)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    expect(isDone).toBe(true)
  })

  it('is refused in every process from the first request after a finish or a cancel', async () => {
    const { token: ours, credentials } = await world.client('mia')
    const other = await world.otherProcess()
    const fresh = await secretOf(world.tokens.rotate(mia, ours.id))
    await expect(other.ask(credentials())).resolves.toBeDefined()
    await expect(other.ask(fresh)).resolves.toBeDefined()
    await world.tokens.cancelRotation(mia, ours.id)
    await world.settled()
    await expect(other.ask(fresh)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    await expect(other.ask(credentials())).resolves.toBeDefined()
    world.advance(1)
    const again = await secretOf(world.tokens.rotate(mia, ours.id))
    await world.tokens.finishRotation(mia, ours.id)
    await world.settled()
    await expect(other.ask(credentials())).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    await expect(other.ask(again)).resolves.toBeDefined()
  })
})

describe('telling of a retired credential', () => {
  it('is once a day for all processes, each of which found out by itself', async () => {
    const other = await world.otherProcess()
    const use = {
      tenantId: 'acme',
      tokenId: token.id,
      credentialId: 'former',
      outcome: 'refused',
      at: world.clock.now(),
      address: '192.0.2.1',
      agent: 'cron',
      retired: { endedAt: world.clock.now() - 5, tokenName: 'nightly' },
    } as const
    const recorders = [world, other].map(({ connection }) =>
      createUsageRecorder({ usageStore: createUsageStore(connection), log: { error: () => undefined } }),
    )
    for (const recorder of recorders) for (let index = 0; index < 20; index += 1) recorder.count(use)
    await Promise.all(recorders.map((recorder) => recorder.flush()))
    const told = async () => (await rowsOf('audit_events')).filter(({ type }) => type === 'credential.retired_used')
    expect(await told()).toHaveLength(1)
    for (const recorder of recorders) {
      recorder.count({ ...use, at: use.at + DAY_SECONDS })
      await recorder.flush()
    }
    expect(await told()).toHaveLength(2)
  })

  it('records a batch whole or not at all', async () => {
    const store = createUsageStore(world.connection)
    const event = (id: string) => ({
      tenantId: 'acme',
      id,
      at: 1,
      type: 'credential.retired_used' as const,
      actor: { kind: 'token' as const, id: 't', name: 't' },
      target: { kind: 'token', id: 't', name: 't' },
      requestId: 'r',
      address: undefined,
      details: {},
    })
    await world.raw.breakTable('audit_events', { id: 'bad' })
    const before = await everything()
    await expect(store.tellOnce([event('one'), event('bad')])).rejects.toMatchObject({ code: 'server.internal' })
    expect(await everything()).toEqual(before)
    await store.tellOnce([])
    await store.tellOnce([event('one'), event('two')])
    await store.tellOnce([event('two'), event('three')])
    expect((await rowsOf('audit_events')).filter(({ target_id }) => target_id === 't')).toHaveLength(3)
  })
})
