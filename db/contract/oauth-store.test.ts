import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { explainPlan } from '#db/contract/explain-plan.ts'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { ownKey, ownKeyClient } from '#db/contract/own-key-client.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { exchangeEvent, freshRefresh, refreshRowsOf, type Started, startFamily } from '#db/contract/refresh-rows.ts'
import { ENGINE } from '#db/contract/temporary-database.ts'
import { personal, START } from '#db/contract/token-fixture.ts'
import { oldRefreshTokens } from '#db/oauth-store.ts'
import { endedOf } from '#db/oauth-writes.ts'
import { createSqliteTransaction } from '#db/sqlite-statements.ts'
import { createStandingStore } from '#db/standing-store.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import { BEARER_LIFETIME_SECONDS_MAX } from '#lib/keys/key-times.ts'
import type { DecidedToken } from '#lib/oauth/oauth-store.ts'
import { ACTIVE_REFRESH_TOKENS_MAX } from '#lib/oauth/refresh-token.ts'

let world: OAuthWorld
beforeEach(async () => {
  world = await oauthWorld()
})
afterEach(() => world.remove())

const event = (token: DecidedToken, at = START) => exchangeEvent(token, at)
const rowsOf = () => refreshRowsOf(world)
const start = (...started: Started) => startFamily(world, ...started)

describe('a client', () => {
  it('is found by its id whatever the tenant, with every secret of its token', async () => {
    const { token } = await world.client('mia')
    await world.tokens.rotate(await world.as('mia'), token.id, { overlapSeconds: 60 })
    const found = await world.oauthStore.findClient(token.id)
    expect(found).toMatchObject({ tenantId: 'acme', tokenId: token.id })
    expect(new Set(found.secrets.map(({ endsAt }) => endsAt))).toEqual(new Set([START + 60, null]))
    expect((await world.oauthStore.findClient((await world.client('gus')).token.id)).tenantId).toBe('globex')
  })

  it('that is unknown or an access token has no secrets', async () => {
    const { token } = await world.tokens.issue(await world.as('mia'), personal())
    expect((await world.oauthStore.findClient(token.id)).secrets).toEqual([])
    expect((await world.oauthStore.findClient('')).secrets).toEqual([])
  })

  it('with keys of its own has them and no secret; what is good stands before what has ended', async () => {
    const { token } = await ownKeyClient(world)
    const mia = await world.as('mia')
    const rotate = async (overlapSeconds: number) => {
      const publicJwks: Record<string, unknown> = { ...(await ownKey()).publicJwk }
      await world.tokens.rotate(mia, token.id, { overlapSeconds, publicJwks })
    }
    await rotate(0)
    await rotate(60)
    const { secrets, keySets } = await world.oauthStore.findClient(token.id)
    expect(secrets).toEqual([])
    expect(keySets.map(({ endsAt }) => endsAt)).toEqual([null, START + 60, START])
    for (const { keySet } of keySets) expect(keySet.keys).toMatchObject([{ kty: 'EC', alg: 'ES256' }])
  })
})

describe('an exchange that adds no refresh token', () => {
  it('is recorded, and nothing else', async () => {
    const { token } = await world.client()
    await world.oauthStore.recordExchange(token, event(token))
    expect(await rowsOf()).toEqual([])
    expect(await auditOf(world.connection, 'acme')).toContain(`token.exchanged ${token.id}`)
    expect(await changesOf(world.connection)).toEqual([])
  })

  it('is stale when the token changed, was revoked or paused, or is another tenant’s, and then not recorded', async () => {
    const mia = await world.as('mia')
    const { token } = await world.client()
    const record = (decided: DecidedToken) => world.oauthStore.recordExchange(decided, event(decided))
    await world.tokens.edit(mia, token.id, { name: 'weekly' })
    await expect(record(token)).rejects.toBeInstanceOf(StaleDecision)
    const paused = await world.tokens.pause(mia, token.id)
    await expect(record(paused)).rejects.toBeInstanceOf(StaleDecision)
    const revoked = await world.tokens.revoke(mia, token.id)
    await expect(record(revoked)).rejects.toBeInstanceOf(StaleDecision)
    const { token: live } = await world.client()
    await expect(record({ ...live, tenantId: 'globex' })).rejects.toBeInstanceOf(StaleDecision)
    for (const tenant of ['acme', 'globex'])
      expect((await auditOf(world.connection, tenant)).filter((line) => line.startsWith('token.exchanged'))).toEqual([])
  })
})

describe('starting a family', () => {
  it('takes the next sequence and records it', async () => {
    const { token } = await world.client()
    expect((await start(token, 'a')).sequence).toBe(1)
    expect(await start(token, 'b', { scope: 'a:b' })).toMatchObject({
      sequence: 2,
      tokenId: token.id,
      scope: 'a:b',
      usedAt: null,
      endedAt: null,
    })
    expect(await auditOf(world.connection, 'acme')).toContain(`token.exchanged ${token.id}`)
  })

  it('is stale when the token changed, was revoked or paused, and then nothing is written', async () => {
    const mia = await world.as('mia')
    const { token } = await world.client()
    await world.tokens.edit(mia, token.id, { name: 'weekly' })
    await expect(start(token, 'a')).rejects.toBeInstanceOf(StaleDecision)
    const paused = await world.tokens.pause(mia, token.id)
    await expect(start(paused, 'b')).rejects.toBeInstanceOf(StaleDecision)
    const revoked = await world.tokens.revoke(mia, token.id)
    await expect(start(revoked, 'c')).rejects.toBeInstanceOf(StaleDecision)
    expect(await rowsOf()).toEqual([])
    expect(await auditOf(world.connection, 'acme')).not.toContain(`token.exchanged ${token.id}`)
  })
})

describe('a refresh token', () => {
  it('is found by its digest within its tenant, and does not exist in another', async () => {
    const { token } = await world.client()
    await start(token, 'a')
    expect(await world.oauthStore.findRefresh('acme', ['x', 'a'])).toMatchObject({
      tokenId: token.id,
      sequence: 1,
    })
    expect(await world.oauthStore.findRefresh('globex', ['x', 'a'])).toBeUndefined()
    expect(await world.oauthStore.findRefresh('acme', ['x'])).toBeUndefined()
  })
})

describe('rotating', () => {
  it('uses the one up and adds its one successor', async () => {
    const { token } = await world.client()
    const used = await start(token, 'a')
    const successor = freshRefresh('b', { familyId: used.familyId, salt: 'salt' })
    const stored = await world.oauthStore.rotate(token, used, successor, event(token, START + 5))
    expect(stored).toMatchObject({ sequence: 2, salt: 'salt', usedAt: null })
    expect(await world.oauthStore.findRefresh('acme', [successor.digest])).toMatchObject({ ...stored })
    expect(await world.oauthStore.findRefresh('acme', ['x', 'a'])).toMatchObject({ usedAt: START + 5 })
    expect(await world.oauthStore.findSuccessor(used)).toMatchObject({ sequence: 2, salt: 'salt', usedAt: null })
  })

  it('happens once, from however many processes it is tried at once', async () => {
    const { token } = await world.client()
    const used = await start(token, 'a')
    const other = await world.otherProcess()
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => {
        const { oauthStore } = index % 2 === 0 ? world : other
        return oauthStore.rotate(token, used, freshRefresh(`b${index}`, { salt: `${index}` }), event(token))
      }),
    )
    expect(outcomes.filter((rotated) => rotated)).toHaveLength(1)
    expect(await rowsOf()).toHaveLength(2)
    const { tokens } = world.connection.schema
    const [row] = await world.connection.queries.select({ refreshSeq: tokens.refreshSeq }).from(tokens)
    expect(row?.refreshSeq).toBe(2)
  })

  it('is stale when the token changed', async () => {
    const { token } = await world.client()
    const used = await start(token, 'a')
    await world.tokens.revoke(await world.as('mia'), token.id)
    await expect(world.oauthStore.rotate(token, used, freshRefresh('b'), event(token))).rejects.toBeInstanceOf(
      StaleDecision,
    )
    expect(await world.oauthStore.findRefresh('acme', ['a'])).toMatchObject({ usedAt: null })
  })
})

describe('ending a family', () => {
  it('ends all of it and nothing else, and tells the feed; a second time does nothing', async () => {
    const { token } = await world.client()
    const used = await start(token, 'a')
    await world.oauthStore.rotate(token, used, freshRefresh('b', { familyId: used.familyId }), event(token))
    await start(token, 'other')
    await world.oauthStore.endFamily(used, 'theft', { ...event(token), type: 'refresh_token.theft' })
    await world.oauthStore.endFamily(used, 'theft', { ...event(token), type: 'refresh_token.theft' })
    expect((await rowsOf()).map(({ digest, usedAt, endedReason }) => [digest, usedAt, endedReason])).toEqual([
      ['a', START, null],
      ['b', null, 'theft'],
      ['other', null, null],
    ])
    expect(await changesOf(world.connection)).toEqual([`family acme/${token.id}/${used.familyId}`])
    const thefts = (await auditOf(world.connection, 'acme')).filter((line) => line.startsWith('refresh_token.theft'))
    expect(thefts).toHaveLength(1)
  })

  it('does nothing a second time though it is remembered no more that it ended', async () => {
    const { token } = await world.client()
    const used = await start(token, 'a')
    await world.oauthStore.rotate(token, used, freshRefresh('b', { familyId: used.familyId }), event(token))
    await world.oauthStore.endFamily(used, 'revoked', { ...event(token), type: 'refresh_token.revoked' })
    const { endedFamilies } = world.connection.schema
    await amend(world.connection, (tx) => tx.delete(endedFamilies).returning())
    const told = await changesOf(world.connection)
    const thief = { ...event(token, START + 9), type: 'refresh_token.theft' } as const
    await world.oauthStore.endFamily(used, 'theft', thief)
    expect(await world.oauthStore.findRefresh('acme', ['b'])).toMatchObject({ endedAt: START, endedReason: 'revoked' })
    expect(await changesOf(world.connection)).toEqual(told)
    expect((await auditOf(world.connection, 'acme')).filter((line) => line.includes('theft'))).toEqual([])
  })

  it.runIf(ENGINE === 'sqlite')('is found by the newest of it, however many were used', () => {
    const { queries, schema } = world.connection
    const plan = explainPlan(
      world.file,
      queries
        .select()
        .from(schema.refreshTokens)
        .where(endedOf(schema, { tenantId: 'acme', familyId: 'f' })),
    )
    expect(plan).toContain('refresh_tokens_newest_of_family')
  })

  it.runIf(ENGINE === 'sqlite')('is found among those to be forgotten by where its digest stands', () => {
    const expired = { createdUntil: START, digestsBelow: 'x' }
    const old = oldRefreshTokens(createSqliteTransaction(), world.connection.schema, expired, 9)
    expect(explainPlan(world.file, old)).toBe('SEARCH refresh_tokens USING INDEX refresh_tokens_by_digest (digest<?)')
  })

  it('says of an evicted one as well how it ended', async () => {
    const { token } = await world.client()
    const first = await start(token, 'first')
    for (let index = 0; index < ACTIVE_REFRESH_TOKENS_MAX; index += 1) await start(token, `d${index}`)
    expect(await world.oauthStore.findRefresh('acme', ['first'])).toMatchObject({ endedReason: 'evicted' })
    await world.oauthStore.endFamily(first, 'revoked', { ...event(token, START + 5), type: 'refresh_token.revoked' })
    const ended = (await rowsOf()).filter(({ endedAt }) => endedAt !== null)
    expect(ended).toMatchObject([{ digest: 'first', endedAt: START + 5, endedReason: 'revoked' }])
  })

  it('forgets families of this token whose bearer JWTs have all expired, a few at a time', async () => {
    const [mine, other] = [await world.client(), await world.client('max')]
    const end = async ({ token }: typeof mine, digest: string, at: number) => {
      const refresh = await start(token, digest)
      await world.oauthStore.endFamily(refresh, 'revoked', { ...event(token, at), type: 'refresh_token.revoked' })
    }
    const remembered = async () =>
      (await createStandingStore(world.connection).find('acme', mine.token.id))?.endedFamilies.size
    for (let index = 0; index < 12; index += 1) await end(mine, `d${index}`, START)
    await end(mine, 'just before', START + BEARER_LIFETIME_SECONDS_MAX - 1)
    await end(other, 'other', START + BEARER_LIFETIME_SECONDS_MAX)
    expect(await remembered()).toBe(13)
    await end(mine, 'later', START + BEARER_LIFETIME_SECONDS_MAX)
    expect(await remembered()).toBe(4)
    await end(mine, 'again', START + BEARER_LIFETIME_SECONDS_MAX)
    expect(await remembered()).toBe(3)
  })
})

describe('a revocation that cannot be written', () => {
  const given = async () => {
    const client = await world.client()
    const answer = await world.ask(client.credentials())
    return { answer, revoke: () => world.revoke(client.about(answer.refresh_token)) }
  }
  const nothingWasDone = async () => {
    expect((await rowsOf()).map(({ endedAt }) => endedAt)).toEqual([null])
    expect(await changesOf(world.connection)).toEqual([])
    expect(await world.connection.queries.select().from(world.connection.schema.endedFamilies)).toEqual([])
  }

  it.each(['refresh_tokens', 'changes', 'audit_events'])('for want of %s is undone whole, and said', async (table) => {
    const { answer, revoke } = await given()
    const verb = table === 'refresh_tokens' ? 'update' : 'insert'
    const mend = await world.raw.breakTable(table, { verb })
    await expect(revoke()).rejects.toMatchObject({ code: 'server.internal' })
    await nothingWasDone()
    await expect(world.asBearer(answer)).resolves.toBeDefined()
    await mend()
    await revoke()
    await expect(world.asBearer(answer)).rejects.toMatchObject({ code: 'token.revoked' })
  })

  it('while another holds the database is `store.unavailable`', async () => {
    const { answer, revoke } = await given()
    const letGo = await world.raw.hold()
    await expect(revoke()).rejects.toMatchObject({ code: 'store.unavailable' })
    await letGo()
    await nothingWasDone()
    await expect(world.asBearer(answer)).resolves.toBeDefined()
  }, 15_000)
})
