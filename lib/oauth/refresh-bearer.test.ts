import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { permissions, START } from '#db/contract/token-fixture.ts'
import { createMemberStore } from '#db/member-store.ts'
import { changeWrite } from '#db/writes.ts'
import type { BearerAnswer } from '#lib/oauth/bearer-answer.ts'
import { REFRESH_LIFETIME_SECONDS, RETRY_WINDOW_SECONDS } from '#lib/oauth/refresh-token.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const sidOf = ({ access_token }: BearerAnswer): unknown => decodeJwt(access_token)['sid']
const audited = async (type: string) =>
  (await auditOf(world.connection, 'acme')).filter((line) => line.startsWith(type)).length

const started = async (asked: Parameters<OAuthWorld['client']>[1] = {}, sent = {}) => {
  const client = await world.client('mia', asked)
  const first = await world.ask(client.credentials(sent))
  const refresh = (text: string, more = {}) => world.ask(client.refresh(text, more))
  return { ...client, first, refresh, refreshForm: client.refresh }
}

const refused = { code: 'oauth.invalid_grant' }

describe('refreshing', () => {
  it('gives a new bearer and a new refresh token of the same family', async () => {
    const { first, refresh } = await started()
    const second = await refresh(first.refresh_token)
    const third = await refresh(second.refresh_token)
    expect(new Set([first, second, third].map(({ refresh_token }) => refresh_token)).size).toBe(3)
    expect(new Set([first, second, third].map(sidOf)).size).toBe(1)
    for (const answer of [first, second, third]) await expect(world.asBearer(answer)).resolves.toBeDefined()
    expect(await audited('token.exchanged')).toBe(3)
  })

  it('tells what the token may do now, not what it could at first', async () => {
    const { first, refresh } = await started()
    const { changeMemberRoles } = membersUseCases({
      ...world.ports,
      memberStore: createMemberStore(world.connection),
      settings: { url: 'https://id.example' },
      mailer: { send: async () => undefined },
    })
    await changeMemberRoles(await world.as('olga'), { userId: 'mia', roleKeys: ['read_only'] })
    const claims = decodeJwt((await refresh(first.refresh_token)).access_token)
    expect(claims['roles']).toEqual(['read_only'])
    expect(claims['permissions']).not.toContain('projects:write')
  })

  it('keeps the scope of its family, which a request may narrow for itself and never widen', async () => {
    const { first, refresh } = await started({}, { scope: 'projects:read records:read' })
    const narrow = await refresh(first.refresh_token, { scope: 'projects:read' })
    expect(narrow.scope).toBe('projects:read')
    await expect(refresh(narrow.refresh_token, { scope: 'records:write' })).rejects.toMatchObject({
      code: 'oauth.invalid_scope',
    })
    expect((await refresh(narrow.refresh_token)).scope).toBe('projects:read records:read')
  })

  it('signs no scope of what was taken away since, and signs it again once it is given back', async () => {
    const both = permissions('projects:read', 'records:read')
    const { token, first, refresh } = await started({ grant: both }, { scope: 'projects:read records:read' })
    const mia = await world.as('mia')
    await world.tokens.edit(mia, token.id, { grant: permissions('projects:read') })
    const less = await refresh(first.refresh_token)
    expect([less.scope, decodeJwt(less.access_token)['scope']]).toEqual(['projects:read', 'projects:read'])
    const gone = { code: 'oauth.invalid_scope' }
    await expect(refresh(less.refresh_token, { scope: 'records:read' })).rejects.toMatchObject(gone)
    await world.tokens.edit(mia, token.id, { grant: permissions('records:write') })
    await expect(refresh(less.refresh_token)).rejects.toMatchObject(gone)
    await world.tokens.edit(mia, token.id, { grant: both })
    expect((await refresh(less.refresh_token)).scope).toBe('projects:read records:read')
  })

  it('is over once its audience is none of the environment’s any more', async () => {
    const { first, refresh } = await started()
    const { atomically, schema } = world.connection
    const audiences = JSON.stringify(['https://other.example'])
    await atomically((tx) => [
      { label: 'audiences', rows: tx.update(schema.environment).set({ audiences }).returning(), expect: 1 },
      changeWrite(tx, schema, { kind: 'environment', key: 'environment', at: START }),
    ])
    await world.settled()
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(refused)
  })

  it('keeps the audience of its family', async () => {
    const { first, refresh } = await started()
    await expect(refresh(first.refresh_token, { resource: 'https://elsewhere.example' })).rejects.toMatchObject({
      code: 'oauth.invalid_target',
    })
    await expect(refresh(first.refresh_token, { resource: 'https://id.example' })).resolves.toBeDefined()
  })

  it.each([
    ['without its secret', { client_secret: 'lks_wrong' }, 'oauth.invalid_client'],
    ['with no secret', { client_secret: '' }, 'oauth.invalid_client'],
  ])('is refused %s, and uses nothing up', async (_, sent, code) => {
    const { first, refresh } = await started()
    await expect(refresh(first.refresh_token, sent)).rejects.toMatchObject({ code })
    await expect(refresh(first.refresh_token)).resolves.toBeDefined()
  })

  it('ends with the token', async () => {
    const { token, first, refresh } = await started()
    await world.tokens.pause(await world.as('mia'), token.id)
    await expect(refresh(first.refresh_token)).rejects.toMatchObject({ code: 'oauth.invalid_client' })
    await world.tokens.resume(await world.as('mia'), token.id)
    await expect(refresh(first.refresh_token)).resolves.toBeDefined()
  })
})

describe('a refresh token that is not good', () => {
  it.each(['', 'lkr_', 'x'.repeat(9000), 'a\0b'])('is none at all: %#', async (text) => {
    const { refresh } = await started()
    const code = text === '' ? 'request.malformed' : 'oauth.invalid_grant'
    await expect(refresh(text)).rejects.toMatchObject({ code })
  })

  it('is a client secret, or one changed in a character', async () => {
    const { first, secret, refresh } = await started()
    const { refresh_token: text } = first
    const changed = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
    for (const wrong of [secret.clientSecret, changed]) await expect(refresh(wrong)).rejects.toMatchObject(refused)
  })

  it('belongs to another client: refused, and its owner notices nothing', async () => {
    const mine = await started()
    const other = await world.client('max')
    await expect(world.ask(other.refresh(mine.first.refresh_token))).rejects.toMatchObject(refused)
    const second = await mine.refresh(mine.first.refresh_token)
    await mine.refresh(second.refresh_token)
    await expect(world.ask(other.refresh(mine.first.refresh_token))).rejects.toMatchObject(refused)
    await expect(world.asBearer(second)).resolves.toBeDefined()
    expect(await audited('refresh_token.theft')).toBe(0)
  })

  it('expired: refused, and never theft', async () => {
    const { first, refresh } = await started()
    await refresh(first.refresh_token)
    world.advance(REFRESH_LIFETIME_SECONDS)
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(refused)
    expect(await audited('refresh_token')).toBe(0)
  })
})

describe('the same refresh token again', () => {
  it('gets the same successor for 60 seconds, while that is unused', async () => {
    const { first, refresh } = await started()
    const once = await refresh(first.refresh_token)
    world.advance(RETRY_WINDOW_SECONDS)
    const again = await refresh(first.refresh_token)
    expect(again.refresh_token).toBe(once.refresh_token)
    expect(again.access_token).not.toBe(once.access_token)
    for (const answer of [once, again]) await expect(world.asBearer(answer)).resolves.toBeDefined()
  })

  it('gets nothing later, and it is recorded, but the family lives', async () => {
    const { first, refresh } = await started()
    const once = await refresh(first.refresh_token)
    world.advance(RETRY_WINDOW_SECONDS + 1)
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(refused)
    expect(await audited('refresh_token.retry_refused')).toBe(1)
    await expect(world.asBearer(once)).resolves.toBeDefined()
    await expect(refresh(once.refresh_token)).resolves.toBeDefined()
  })

  it('is theft once the successor was used: family and bearers end, other families live', async () => {
    const { first, refresh, credentials, token } = await started()
    const other = await world.ask(credentials())
    const second = await refresh(first.refresh_token)
    const third = await refresh(second.refresh_token)
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(refused)
    for (const { refresh_token } of [first, second, third])
      await expect(refresh(refresh_token)).rejects.toMatchObject(refused)
    for (const answer of [first, second, third])
      await expect(world.asBearer(answer)).rejects.toMatchObject({ code: 'token.revoked' })
    await expect(world.asBearer(other)).resolves.toBeDefined()
    await expect(refresh(other.refresh_token)).resolves.toBeDefined()
    expect(await audited(`refresh_token.theft ${token.id}`)).toBe(1)
    expect(await changesOf(world.connection)).toEqual([`family acme/${token.id}/${String(sidOf(first))}`])
  })
})

describe('many at once', () => {
  it('sixteen refreshes from two processes make one successor', async () => {
    const { first, refreshForm } = await started()
    const other = await world.otherProcess()
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_value, index) =>
        (index % 2 === 0 ? world : other).ask(refreshForm(first.refresh_token)),
      ),
    )
    expect(new Set(answers.map(({ refresh_token }) => refresh_token)).size).toBe(1)
    const rows = await world.connection.queries.select().from(world.connection.schema.refreshTokens)
    expect(rows).toHaveLength(2)
    expect(await audited('refresh_token')).toBe(0)
  })

  it('exchanges from two processes each get a family of their own', async () => {
    const client = await world.client()
    const other = await world.otherProcess()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_value, index) => (index % 2 === 0 ? world : other).ask(client.credentials())),
    )
    expect(new Set(answers.map(sidOf)).size).toBe(12)
    const rows = await world.connection.queries.select().from(world.connection.schema.refreshTokens)
    expect(rows.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('a thief and the owner, from two processes, end with nothing', async () => {
    const { first, refreshForm } = await started()
    const other = await world.otherProcess()
    const second = await world.ask(refreshForm(first.refresh_token))
    const third = await world.ask(refreshForm(second.refresh_token))
    await Promise.allSettled([
      world.ask(refreshForm(third.refresh_token)),
      other.ask(refreshForm(first.refresh_token)),
      other.ask(refreshForm(third.refresh_token)),
      world.ask(refreshForm(first.refresh_token)),
    ])
    const { refreshTokens } = world.connection.schema
    const rows = await world.connection.queries.select().from(refreshTokens)
    expect(rows.filter(({ usedAt, endedAt }) => usedAt === null && endedAt === null)).toEqual([])
    expect(await audited('refresh_token.theft')).toBe(1)
    await world.settled()
    await expect(other.asBearer(third)).rejects.toMatchObject({ code: 'token.revoked' })
  })
})
