import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  account,
  type PersonId,
  permissions,
  personal,
  roles,
  type TokenFixture,
  tokenFixture,
} from '#db/contract/token-fixture.ts'
import { STARTING_ROLES } from '#lib/access/starting-catalog.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

const issue = async (who: PersonId, request: IssueRequest) => world.tokens.issue(await world.as(who), request)
const tokenCount = async () => {
  const { connection } = world
  return (await connection.read(connection.queries.select().from(connection.schema.tokens))).length
}

describe('rule 2: nobody grants what they do not hold', () => {
  const memberKeys = STARTING_ROLES.find(({ key }) => key === 'member')?.permissions ?? []

  it.each<readonly [string, PersonId, IssueRequest, string]>([
    [
      'a permission of a stronger role',
      'mia',
      personal({ grant: permissions('projects:delete') }),
      'access.exceeds_own',
    ],
    ['one of two', 'rita', personal({ grant: permissions('projects:read', 'records:write') }), 'access.exceeds_own'],
    ['what only the owner holds', 'adam', account({ grant: permissions('subscription:write') }), 'access.exceeds_own'],
    ['a permission that does not exist', 'olga', account({ grant: permissions('moon:walk') }), 'access.exceeds_own'],
    ['a portal permission', 'mia', personal({ grant: permissions('tenant.tokens:manage') }), 'access.exceeds_own'],
    ['a portal permission held', 'olga', personal({ grant: permissions('tenant.tokens:manage') }), 'token.policy'],
    ['a stronger role', 'adam', account({ grant: roles('owner') }), 'access.exceeds_own'],
    ['a stronger role among weaker', 'mia', personal({ grant: roles('read_only', 'admin') }), 'access.exceeds_own'],
    ['a role that does not exist', 'olga', account({ grant: roles('nobody') }), 'request.invalid'],
    ['everything, for the account', 'olga', account({ grant: { mode: 'owner' } }), 'request.invalid'],
    ['an account token as a member', 'mia', account(), 'access.denied'],
    ['an account token as read-only', 'rita', account(), 'access.denied'],
  ])('refuses %s', async (_, who, request, code) => {
    await expect(issue(who, request)).rejects.toMatchObject({ code })
    expect(await tokenCount()).toBe(0)
  })

  it('says beside the field what stands against it', async () => {
    await expect(
      issue('mia', personal({ grant: permissions('projects:delete', 'projects:read') })),
    ).rejects.toMatchObject({ fields: { grant: ['You do not hold projects:delete.'] } })
  })

  it('grants all one holds, singly or by role', async () => {
    const singly = await issue(
      'mia',
      personal({ grant: permissions(...memberKeys.filter((key) => !key.startsWith('tenant.'))) }),
    )
    const byRole = await issue('adam', account({ grant: roles('admin', 'read_only') }))
    expect(singly.token.grant.mode).toBe('permissions')
    expect(byRole.token.grant).toEqual(roles('admin', 'read_only'))
  })

  it('lets the account’s tokens manage the portal when the granter may', async () => {
    const { token } = await issue('adam', account({ grant: permissions('tenant.members:read') }))
    const { effective } = await world.tokens.describe(await world.as('adam'), token.id)
    expect([...effective]).toEqual(['tenant.members:read'])
  })

  it('lets personal tokens manage the portal where the policy says so, and only named singly', async () => {
    await world.rights.setPolicy({ portalPermissionsInPersonalTokens: true })
    const admin = await world.as('adam')
    const named = await issue('adam', personal({ grant: permissions('tenant.tokens:manage') }))
    const byRole = await issue('adam', personal({ grant: roles('admin') }))
    const following = await issue('adam', personal())
    const effectiveOf = async (id: string) => (await world.tokens.describe(admin, id)).effective
    expect([...(await effectiveOf(named.token.id))]).toEqual(['tenant.tokens:manage'])
    for (const { token } of [byRole, following]) {
      const effective = await effectiveOf(token.id)
      expect(effective.has('projects:delete')).toBe(true)
      expect([...effective].filter((key) => key.startsWith('tenant.'))).toEqual([])
    }
  })

  it('refuses a weaker role that allows more than its giver holds', async () => {
    await world.rights.makeRole('auditor', 40, ['invoices:read', 'projects:read'])
    await expect(issue('mia', personal({ grant: roles('auditor') }))).rejects.toMatchObject({
      code: 'access.exceeds_own',
    })
    await expect(issue('adam', account({ grant: roles('auditor') }))).resolves.toBeDefined()
  })

  it('refuses a stronger role even if it allows less than its giver holds', async () => {
    await world.rights.makeRole('figurehead', 5, ['projects:read'])
    await expect(issue('adam', account({ grant: roles('figurehead') }))).rejects.toMatchObject({
      code: 'access.exceeds_own',
      fields: { grant: ['figurehead is stronger than your role.'] },
    })
    await expect(issue('olga', account({ grant: roles('figurehead') }))).resolves.toBeDefined()
  })

  it('knows no role of another tenant', async () => {
    await world.rights.makeRole('astronaut', 40, ['projects:read'], 'globex')
    await expect(issue('olga', account({ grant: roles('astronaut') }))).rejects.toMatchObject({
      code: 'request.invalid',
    })
  })

  it('lets an owner give the role of an owner while one of its permissions is withdrawn', async () => {
    await world.rights.withdraw('exports:read')
    await expect(issue('olga', account({ grant: roles('owner') }))).resolves.toBeDefined()
    await expect(issue('adam', account({ grant: roles('owner') }))).rejects.toMatchObject({
      code: 'access.exceeds_own',
    })
  })

  it('ends at the ceiling and at the catalog', async () => {
    await world.rights.setCeiling(['projects:read'])
    await expect(issue('olga', account({ grant: permissions('records:read') }))).rejects.toMatchObject({
      code: 'access.exceeds_own',
    })
    await world.rights.withdraw('projects:read')
    await expect(issue('olga', account())).rejects.toMatchObject({ code: 'access.exceeds_own' })
  })
})
