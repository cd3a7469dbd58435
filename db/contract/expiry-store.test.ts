import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW } from '#db/contract/acme.ts'
import { amend } from '#db/contract/amend.ts'
import { explainPlan } from '#db/contract/explain-plan.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { ENGINE } from '#db/contract/temporary-database.ts'
import { endingQuery } from '#db/notices/expiry-store.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { EndingToken, Warning } from '#lib/notices/expiry-store.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
  await seedTokens(room.connection, [
    { tenantId: 'acme', id: 'late', expiresAt: NOW + 3 * DAY_SECONDS },
    { tenantId: 'acme', id: 'soon', expiresAt: NOW + DAY_SECONDS, pausedAt: NOW },
    { tenantId: 'acme', id: 'revoked', expiresAt: NOW + DAY_SECONDS, revokedAt: NOW },
    { tenantId: 'globex', id: 'soon', expiresAt: NOW + DAY_SECONDS },
    { tenantId: 'globex', id: 'past', expiresAt: NOW },
  ])
})
afterEach(() => room.remove())

const RANGE = { after: NOW, until: NOW + 3 * DAY_SECONDS, limit: 10 }
const keysOf = (tokens: readonly EndingToken[]) => tokens.map(({ tenantId, id }) => `${tenantId} ${id}`)

const warningOf = (token: EndingToken | undefined, id = 'warning'): Warning => {
  if (!token) throw new Error('there is no token')
  const target = { kind: 'token', id: token.id, name: token.name }
  const actor = { kind: 'system', id: 'expiry', name: 'Latchkey' } as const
  const event = { tenantId: token.tenantId, id, at: NOW, type: 'token.expiring' as const, actor, target }
  return { token, event: { ...event, requestId: 'r', address: undefined, details: {} } }
}

describe('tokens that end', () => {
  it('are found in every tenant, soonest first, without those that were revoked', async () => {
    const found = await room.ports.expiryStore.ending(RANGE)
    expect(keysOf(found)).toEqual(['acme soon', 'globex soon', 'acme late'])
    expect(found.map(({ isPaused }) => isPaused)).toEqual([true, false, false])
  })

  it('are told apart by whether they were ever used', async () => {
    const { credentialUse } = room.connection.schema
    const use = { tenantId: 'globex', tokenId: 'soon', credentialId: 'c', lastUsedAt: NOW }
    await amend(room.connection, (tx) => tx.insert(credentialUse).values(use).returning())
    const found = await room.ports.expiryStore.ending(RANGE)
    expect(found.map(({ wasUsed }) => wasUsed)).toEqual([false, true, false])
  })

  it('come in pages without a gap or a repeat', async () => {
    const keys: string[] = []
    let behind: EndingToken | undefined
    do {
      const page = await room.ports.expiryStore.ending({ ...RANGE, limit: 1, ...(behind && { behind }) })
      keys.push(...keysOf(page))
      behind = page.at(-1)
    } while (behind)
    expect(keys).toEqual(['acme soon', 'globex soon', 'acme late'])
  })

  it.runIf(ENGINE === 'sqlite')('are found by their end, whatever else there is', () => {
    const behind = { expiresAt: NOW, tenantId: 'acme', id: 'soon' }
    for (const query of [RANGE, { ...RANGE, behind }]) {
      const plan = explainPlan(room.file, endingQuery(room.connection, query))
      expect(plan).toMatch(
        /^SEARCH tokens USING (COVERING )?INDEX tokens_by_expiry \(expires_at>\? AND expires_at<\?\)$/,
      )
    }
  })
})

describe('warnings', () => {
  it('are recorded, and known from then on', async () => {
    const [token] = await room.ports.expiryStore.ending(RANGE)
    const { event } = warningOf(token)
    expect(await room.ports.expiryStore.recorded([event])).toEqual(new Set())
    await room.ports.expiryStore.warn([warningOf(token)])
    expect(await room.ports.expiryStore.recorded([event])).toEqual(new Set(['warning']))
    expect(await auditOf(room.connection, 'acme')).toEqual(['token.expiring soon'])
  })

  it.each([
    ['revoked', { revokedAt: NOW }],
    ['moved', { expiresAt: NOW + 90 * DAY_SECONDS }],
  ])('are none at all once one of the tokens was %s', async (_, change) => {
    const found = await room.ports.expiryStore.ending(RANGE)
    const { tokens } = room.connection.schema
    await amend(room.connection, (tx) => tx.update(tokens).set(change).where(eq(tokens.id, 'late')).returning())
    const warnings = found.map((token) => warningOf(token, `warning of ${token.tenantId} ${token.id}`))
    await expect(room.ports.expiryStore.warn(warnings)).rejects.toThrow(StaleDecision)
    expect(await auditOf(room.connection, 'acme')).toEqual([])
  })

  it('are not recorded twice', async () => {
    const [token] = await room.ports.expiryStore.ending(RANGE)
    await room.ports.expiryStore.warn([warningOf(token)])
    await expect(room.ports.expiryStore.warn([warningOf(token)])).rejects.toThrow(StaleDecision)
    expect(await auditOf(room.connection, 'acme')).toEqual(['token.expiring soon'])
  })
})
