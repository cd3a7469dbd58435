import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  account,
  type PersonId,
  permissions,
  personal,
  START,
  type TokenFixture,
  tokenFixture,
} from '#db/contract/token-fixture.ts'
import { FORM_GRACE_SECONDS, FRESH_SIGN_IN_SECONDS } from '#lib/access/fresh-sign-in.ts'
import type { EditRequest, IssueRequest } from '#lib/tokens/token-request.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

const issued = async (who: PersonId, request: IssueRequest) =>
  (await world.tokens.issue(await world.as(who), request)).token
const edit = async (who: PersonId, id: string, request: EditRequest) =>
  world.tokens.edit(await world.as(who), id, request)
const auditTypes = async () => {
  const { read, queries, schema } = world.connection
  const events = await read(queries.select().from(schema.auditEvents))
  return events.filter(({ tenantId }) => tenantId === 'acme').map(({ type, details }) => [type, JSON.parse(details)])
}

describe('editing', () => {
  it('changes what is named and nothing else', async () => {
    const token = await issued('mia', personal({ description: 'before', metadata: { a: 1 }, ipAllowlist: ['::1'] }))
    const edited = await edit('mia', token.id, { name: ' later ' })
    expect(edited).toEqual({ ...token, name: 'later', version: 1 })
    expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(edited)
  })

  it('records what changed, from what to what, and nothing when nothing did', async () => {
    const token = await issued('adam', account())
    const same = {
      name: token.name,
      grant: permissions('projects:read'),
      metadata: {},
      ipAllowlist: [],
      description: '',
    }
    expect(await edit('olga', token.id, same)).toEqual(token)
    await edit('adam', token.id, { ...same, name: 'other', grant: permissions('projects:read', 'records:read') })
    const [, event, ...more] = await auditTypes()
    expect(event).toEqual([
      'token.edited',
      {
        context: 'tenant',
        type: 'access_token',
        fields: ['name', 'grant'],
        from: { name: token.name, grant: permissions('projects:read') },
        to: { name: 'other', grant: permissions('projects:read', 'records:read') },
      },
    ])
    expect(more).toEqual([])
  })

  it('undoes nothing that somebody else changed since it was looked at (a form that was open meanwhile)', async () => {
    const token = await issued('adam', account())
    const form = { name: token.name, grant: permissions('projects:read'), ipAllowlist: [], description: '' }
    await edit('adam', token.id, { ipAllowlist: ['10.0.0.0/8'] })
    const save = async (request: EditRequest, version: number) =>
      world.tokens.edit(await world.as('olga'), token.id, request, { version })
    await expect(save({ ...form, description: 'nightly' }, token.version)).rejects.toMatchObject({
      code: 'request.stale',
    })
    const now = await world.ports.tokenStore.find('acme', token.id)
    expect(now).toMatchObject({ ipAllowlist: ['10.0.0.0/8'], description: '' })
    // The same form once more, whose answer was lost, changes nothing and is no mistake.
    const restricted = { ...form, ipAllowlist: ['10.0.0.0/8'] }
    expect(await save(restricted, token.version)).toEqual(now)
    expect(await save({ ...restricted, description: 'nightly' }, token.version + 1)).toMatchObject({
      description: 'nightly',
    })
  })

  it('sets a limit, changes it and takes it away, each on record', async () => {
    const token = await issued('mia', personal({ requestsPerMinute: 600 }))
    expect(token.requestsPerMinute).toBe(600)
    const found = async () => (await world.ports.tokenStore.find('acme', token.id))?.requestsPerMinute
    expect((await edit('mia', token.id, { name: 'same limit' })).requestsPerMinute).toBe(600)
    await edit('mia', token.id, { requestsPerMinute: 600 })
    await edit('adam', token.id, { requestsPerMinute: 60 })
    expect(await found()).toBe(60)
    await edit('mia', token.id, { requestsPerMinute: null })
    expect(await found()).toBeNull()
    const fields = (await auditTypes()).map(([, details]) => details.fields)
    expect(fields).toEqual([undefined, ['name'], ['requestsPerMinute'], ['requestsPerMinute']])
  })

  it('takes no limit that is none', async () => {
    const token = await issued('mia', personal())
    for (const requestsPerMinute of [0, -1, 1.5, 1_000_001, Number.NaN])
      await expect(edit('mia', token.id, { requestsPerMinute })).rejects.toMatchObject({
        fields: { requestsPerMinute: ['Use a whole number from 1 to 1,000,000.'] },
      })
  })

  it('replaces permissions by permissions, and one mode by another', async () => {
    const token = await issued('mia', personal({ grant: permissions('projects:read', 'records:read') }))
    await edit('mia', token.id, { grant: permissions('records:read', 'events:read') })
    expect((await world.ports.tokenStore.find('acme', token.id))?.grant).toEqual(
      permissions('events:read', 'records:read'),
    )
    await edit('mia', token.id, { grant: { mode: 'owner' } })
    expect((await world.ports.tokenStore.find('acme', token.id))?.grant).toEqual({ mode: 'owner' })
  })

  it('makes whoever changed the grant its granter, and nobody else', async () => {
    const token = await issued('adam', account())
    expect((await edit('olga', token.id, { name: 'renamed' })).granter.userId).toBe('adam')
    const regranted = await edit('olga', token.id, { grant: permissions('subscription:write') })
    expect(regranted.granter).toEqual({ userId: 'olga', name: 'olga', level: 0 })
    await expect(edit('adam', token.id, { name: 'mine again' })).rejects.toMatchObject({ code: 'access.too_strong' })
  })

  it.each<readonly [string, PersonId, IssueRequest, PersonId, IssueRequest['grant'], string]>([
    ['what the editor does not hold', 'mia', personal(), 'mia', permissions('projects:delete'), 'access.exceeds_own'],
    ['portal permissions', 'adam', personal(), 'adam', permissions('tenant.members:read'), 'token.policy'],
    [
      'all of somebody else',
      'mia',
      personal({ grant: permissions('projects:read') }),
      'adam',
      { mode: 'owner' },
      'access.exceeds_own',
    ],
    ['an owner to the account', 'adam', account(), 'adam', { mode: 'owner' }, 'request.invalid'],
    ['a stronger role', 'adam', account(), 'adam', { mode: 'roles', roles: ['owner'] }, 'access.exceeds_own'],
  ])('never grants %s', async (_, owner, request, editor, grant, code) => {
    const token = await issued(owner, request)
    await expect(edit(editor, token.id, { name: 'changed', grant })).rejects.toMatchObject({ code })
    expect(await world.ports.tokenStore.find('acme', token.id)).toEqual(token)
  })

  it('keeps what was granted by a stronger hand when only the name changes', async () => {
    const token = await issued('olga', personal({ grant: permissions('subscription:write') }))
    await world.rights.giveRoles('olga', ['member'])
    const edited = await edit('olga', token.id, { name: 'renamed', grant: permissions('subscription:write') })
    expect(edited).toMatchObject({ name: 'renamed', grant: token.grant, granter: { level: 0 } })
    await expect(edit('olga', token.id, { grant: permissions('invoices:read') })).rejects.toMatchObject({
      code: 'access.exceeds_own',
    })
  })

  it('that gives a token of the account more asks for a fresh sign-in, for less it does not', async () => {
    const token = await issued('adam', account())
    const own = await issued('adam', personal())
    world.advance(FRESH_SIGN_IN_SECONDS + FORM_GRACE_SECONDS + 1)
    const more = { grant: permissions('projects:read', 'records:read') }
    const adam = { ...(await world.as('adam')), signedInAt: START }
    await expect(world.tokens.edit(adam, token.id, more)).rejects.toMatchObject({ code: 'session.stale' })
    await world.tokens.edit(adam, token.id, { ipAllowlist: ['10.0.0.0/8'], description: 'nightly' })
    await world.tokens.edit(adam, own.id, more)
    await world.tokens.edit({ ...adam, signedInAt: world.clock.now() }, token.id, more)
    expect((await world.ports.tokenStore.find('acme', token.id))?.grant).toEqual(more.grant)
  })

  it('is for tokens that live', async () => {
    const token = await issued('mia', personal({ expiry: { kind: 'after', seconds: 60 } }))
    const revoked = await issued('mia', personal())
    await world.tokens.revoke(await world.as('mia'), revoked.id)
    world.advance(60)
    for (const id of [token.id, revoked.id])
      await expect(edit('mia', id, { name: 'later' })).rejects.toMatchObject({ code: 'token.not_active' })
  })
})
