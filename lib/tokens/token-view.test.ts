import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  account,
  type PersonId,
  permissions,
  personal,
  type TokenFixture,
  tokenFixture,
} from '#db/contract/token-fixture.ts'
import type { Principal } from '#lib/access/principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { decideTouch } from '#lib/tokens/token-view.ts'

let world: TokenFixture
/** Ids of tokens by what they are. */
const ids = new Map<string, string>()
const idOf = (name: string): string => ids.get(name) ?? name

beforeAll(async () => {
  world = await tokenFixture()
  await world.rights.makeRole('biller', 25, ['subscription:write'])
  await world.rights.giveRoles('max', ['member', 'biller'])
  const make = async (name: string, who: PersonId, request: Parameters<typeof world.tokens.issue>[1]) =>
    ids.set(name, (await world.tokens.issue(await world.as(who), request)).token.id)
  await make('of olga', 'olga', personal())
  await make('of adam', 'adam', personal())
  await make('of mia', 'mia', personal())
  await make('of max', 'max', personal())
  await make('of max, small', 'max', personal({ grant: permissions('projects:read') }))
  await make('of acme by olga', 'olga', account())
  await make('of acme by adam', 'adam', account())
  await make('of acme, beyond admins', 'olga', account({ grant: permissions('subscription:write') }))
  await make('of globex', 'gus', account())
  await make('of gus', 'gus', personal())
})
afterAll(() => world.remove())

type Door = (principal: Principal, id: string) => Promise<unknown>
const doors: Readonly<Record<string, Door>> = {
  describe: (principal, id) => world.tokens.describe(principal, id),
  edit: (principal, id) => world.tokens.edit(principal, id, { description: 'touched' }),
  pause: (principal, id) => world.tokens.pause(principal, id),
  resume: (principal, id) => world.tokens.resume(principal, id),
  rotate: (principal, id) => world.tokens.rotate(principal, id),
  revoke: (principal, id) => world.tokens.revoke(principal, id),
}

describe('rule 4: what one may not see does not exist', () => {
  const unseen: readonly (readonly [PersonId, string])[] = [
    ['olga', 'of globex'],
    ['olga', 'of gus'],
    ['gus', 'of olga'],
    ['gus', 'of acme by olga'],
    ['mia', 'of max'],
    ['mia', 'of olga'],
    ['mia', 'of acme by adam'],
    ['rita', 'of mia'],
    ['olga', '00000000-0000-4000-8000-000000000000'],
    ['olga', ''],
    ['olga', "' or 1=1 --"],
    ['olga', 'a\0b'],
  ]

  describe.each(Object.keys(doors))('%s', (door) => {
    it.each(unseen)('answers %s the same for the token %j', async (who, name) => {
      const answered = await doors[door]?.(await world.as(who), idOf(name)).catch((thrown: unknown) => thrown)
      if (!isPortalError(answered)) throw new Error('nothing was refused')
      const { code, detail, fields, internal, subject } = answered
      expect({ code, detail, fields, internal, subject }).toEqual({ code: 'resource.not_found' })
    })
  })

  it('leaves them as they were', async () => {
    for (const [tenant, name] of [
      ['acme', 'of olga'],
      ['globex', 'of globex'],
    ] as const) {
      const token = await world.ports.tokenStore.find(tenant, idOf(name))
      expect(token).toMatchObject({ description: '', paused: null, revoked: null, version: 0 })
    }
  })
})

describe('rule 2: touching asks for the granter’s rank and all the token may do', () => {
  it.each<readonly [PersonId, string, string]>([
    ['mia', 'of mia', 'allowed'],
    ['olga', 'of adam', 'allowed'],
    ['adam', 'of mia', 'allowed'],
    ['adam', 'of olga', 'access.too_strong'],
    ['anna', 'of adam', 'allowed'],
    ['adam', 'of max', 'access.exceeds_own'],
    ['olga', 'of max', 'allowed'],
    ['adam', 'of max, small', 'allowed'],
    ['olga', 'of acme by adam', 'allowed'],
    ['anna', 'of acme by adam', 'allowed'],
    ['adam', 'of acme by olga', 'access.too_strong'],
    ['adam', 'of acme, beyond admins', 'access.too_strong'],
  ])('%s and the token %s: %s', async (who, name, expected) => {
    const principal = await world.as(who)
    const { touch } = await world.tokens.describe(principal, idOf(name))
    expect(touch.allowed ? 'allowed' : touch.code).toBe(expected)
    const [edited] = await Promise.allSettled([world.tokens.edit(principal, idOf(name), { description: `by ${who}` })])
    expect(edited.status === 'fulfilled' ? 'allowed' : edited.reason.code).toBe(expected)
  })

  it('takes the owner’s level of now, and that of a granter from then', async () => {
    await world.rights.giveRoles('anna', ['owner'])
    const adam = await world.as('adam')
    const mine = await world.tokens.issue(await world.as('anna'), personal())
    const ours = await world.tokens.issue(await world.as('anna'), account())
    await world.rights.giveRoles('anna', ['member'])
    await expect(world.tokens.pause(adam, mine.token.id)).resolves.toBeDefined()
    await expect(world.tokens.pause(adam, ours.token.id)).rejects.toMatchObject({ code: 'access.too_strong' })
  })

  it('lets the token of a person who has gone be tidied away', async () => {
    const { token } = await world.tokens.issue(await world.as('olga'), personal())
    await world.rights.disable('olga')
    const described = await world.tokens.describe(await world.as('adam'), token.id)
    expect(described).toMatchObject({ owner: undefined, touch: { allowed: true } })
    expect(described.effective.size).toBe(0)
  })
})

describe('a touch by somebody who may not even see the token', () => {
  const rights = (userId: string, ...keys: readonly string[]): Parameters<typeof decideTouch>[0] => ({
    rights: {
      member: { userId, name: userId, email: `${userId}@example.com`, roleKeys: [] },
      roles: [],
      level: 0,
      permissions: new Set(keys),
    },
  })

  it.each([
    [rights('eve'), 'access.denied'],
    [rights('eve', 'tenant.tokens:manage'), 'allowed'],
    [rights('olga'), 'allowed'],
  ] as const)('is refused all the same: %#', async (acting, expected) => {
    const token = await world.ports.tokenStore.find('acme', idOf('of olga'))
    if (!token) throw new Error('the token was issued')
    const touch = decideTouch(acting, { token, owner: undefined, effective: new Set(), missing: new Map() })
    expect(touch.allowed ? 'allowed' : touch.code).toBe(expected)
  })
})
