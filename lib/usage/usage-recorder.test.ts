import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { TokenUse } from '#lib/tokens/usage-counter.ts'
import { createUsageRecorder } from '#lib/usage/usage-recorder.ts'
import type { UsageBatch } from '#lib/usage/usage-store.ts'

const DAY = 20_000 * DAY_SECONDS

const use = (change: Partial<TokenUse> = {}): TokenUse => ({
  tenantId: 'acme',
  tokenId: 'token-1',
  credentialId: 'jwt-1',
  outcome: 'accepted',
  at: DAY + 5,
  address: '192.0.2.1',
  agent: 'curl/8',
  ...change,
})

const room = () => {
  const written: UsageBatch[] = []
  const told: string[] = []
  const alerts: AuditEvent[] = []
  const store = { refusals: 0 }
  const recorder = createUsageRecorder({
    log: { error: (text) => told.push(text) },
    usageStore: {
      add: async (batch) => {
        await Promise.resolve()
        if (store.refusals > 0) {
          store.refusals -= 1
          throw new PortalError('store.unavailable')
        }
        written.push(batch)
      },
      tellOnce: async (events) => {
        await Promise.resolve()
        if (store.refusals > 0) {
          store.refusals -= 1
          throw new PortalError('store.unavailable')
        }
        alerts.push(...events)
      },
    },
  })
  const days = () => written.flatMap((batch) => batch.days)
  const credentials = () => written.flatMap((batch) => batch.credentials)
  return { recorder, store, written, told, alerts, days, credentials }
}

describe('counting', () => {
  it('adds up per token, UTC day and outcome', async () => {
    const { recorder, days } = room()
    for (const at of [DAY, DAY + DAY_SECONDS - 1, DAY + DAY_SECONDS]) recorder.count(use({ at }))
    recorder.count(use({ outcome: 'refused' }))
    recorder.count(use({ tenantId: 'globex' }))
    await recorder.flush()
    const place = { tenantId: 'acme', tokenId: 'token-1', permission: '', outcome: 'accepted', asked: 0 }
    expect(days()).toEqual([
      { ...place, day: DAY, count: 2 },
      { ...place, day: DAY + DAY_SECONDS, count: 1 },
      { ...place, day: DAY, outcome: 'refused', count: 1 },
      { ...place, tenantId: 'globex', day: DAY, count: 1 },
    ])
  })

  it('adds up per permission that was asked for, and each use once in all', async () => {
    const { recorder, days } = room()
    const both = ['projects:read', 'reports:read']
    for (const permissions of [both, both, ['reports:read'], both.toReversed(), [], undefined, both])
      recorder.count(use({ permissions }))
    recorder.count(use({ permissions: both, outcome: 'refused' }))
    // Of another token with a credential of the same id.
    recorder.count(use({ permissions: ['reports:read'], tokenId: 'token-2' }))
    await recorder.flush()
    const seen = days().map(({ tokenId, permission, outcome, count, asked }) =>
      [tokenId, permission, outcome, count, asked].join(' '),
    )
    expect(seen.toSorted()).toEqual([
      'token-1  accepted 2 0',
      'token-1 projects:read accepted 3 4',
      'token-1 projects:read refused 1 1',
      'token-1 reports:read accepted 2 5',
      'token-1 reports:read refused 0 1',
      'token-2 reports:read accepted 1 1',
    ])
    expect(days().reduce((sum, { count }) => sum + count, 0)).toBe(9)
  })

  it('keeps the latest accepted use of each credential, whatever the order', async () => {
    const { recorder, credentials } = room()
    recorder.count(use({ at: DAY + 9, address: undefined, agent: undefined }))
    recorder.count(use({ at: DAY + 8 }))
    recorder.count(use({ at: DAY + 10, outcome: 'refused' }))
    await recorder.flush()
    const place = { tenantId: 'acme', tokenId: 'token-1', credentialId: 'jwt-1' }
    expect(credentials()).toEqual([{ ...place, lastUsedAt: DAY + 9, address: null, agent: null }])
  })
})

describe('flushing', () => {
  it('writes nothing twice, and nothing when nothing was counted', async () => {
    const { recorder, written, days } = room()
    await recorder.flush()
    expect(written).toEqual([])
    recorder.count(use())
    await Promise.all([recorder.flush(), recorder.flush()])
    expect(days()).toHaveLength(1)
  })

  it('writes at most 500 rows at once', async () => {
    const { recorder, written, days } = room()
    for (let index = 0; index < 1201; index += 1) recorder.count(use({ tokenId: `token-${index}` }))
    await recorder.flush()
    expect(Math.max(...written.map((batch) => batch.days.length + batch.credentials.length))).toBe(500)
    expect(new Set(days().map(({ tokenId }) => tokenId)).size).toBe(1201)
  })

  it('loses nothing when the store is away, uses counted meanwhile included', async () => {
    const { recorder, store, days, credentials } = room()
    for (let index = 0; index < 700; index += 1) recorder.count(use({ tokenId: `token-${index}` }))
    store.refusals = 1
    const failed = recorder.flush()
    recorder.count(use({ tokenId: 'token-3', at: DAY + 60 }))
    await expect(failed).rejects.toMatchObject({ code: 'store.unavailable' })
    await recorder.flush()
    expect(days().reduce((sum, { count }) => sum + count, 0)).toBe(701)
    expect(days().find(({ tokenId }) => tokenId === 'token-3')?.count).toBe(2)
    expect(credentials().find(({ tokenId }) => tokenId === 'token-3')?.lastUsedAt).toBe(DAY + 60)
  })

  it('bounds what waits, and says so', async () => {
    const { recorder, told, days } = room()
    for (let index = 0; index < 50_010; index += 1) recorder.count(use({ tokenId: `token-${index}` }))
    recorder.count(use({ tokenId: 'token-0' }))
    await recorder.flush()
    expect(days()).toHaveLength(50_000)
    expect(days().find(({ tokenId }) => tokenId === 'token-0')?.count).toBe(2)
    expect(told).toEqual(['usage: 10 uses were not counted, too many waited to be written'])
  })
})

describe('telling of retired credentials', () => {
  const late = { outcome: 'refused', retired: { endedAt: DAY - 60, tokenName: 'nightly' } } as const

  it('happens once a day for each credential, however often it is used', async () => {
    const { recorder, alerts } = room()
    for (let index = 0; index < 50; index += 1)
      recorder.count(use({ ...late, at: DAY + index, address: `192.0.2.${index}` }))
    await recorder.flush()
    recorder.count(use({ ...late, at: DAY + 60 }))
    recorder.count(use({ ...late, credentialId: 'jwt-2' }))
    recorder.count(use({ ...late, at: DAY + DAY_SECONDS }))
    await recorder.flush()
    expect(alerts.map(({ at, details }) => [at, details['credentialId']])).toEqual([
      [DAY, 'jwt-1'],
      [DAY + 5, 'jwt-2'],
      [DAY + DAY_SECONDS, 'jwt-1'],
    ])
  })

  it('says what, when, from where and since when it had ended', async () => {
    const { recorder, alerts } = room()
    recorder.count(use({ ...late, requestId: 'req-5' }))
    await recorder.flush()
    const token = { kind: 'token', id: 'token-1', name: 'nightly' }
    expect(alerts).toEqual([
      {
        tenantId: 'acme',
        id: `retired-use:jwt-1:${new Date(DAY * 1000).toISOString().slice(0, 10)}`,
        at: DAY + 5,
        type: 'credential.retired_used',
        actor: token,
        target: token,
        requestId: 'req-5',
        address: '192.0.2.1',
        details: { credentialId: 'jwt-1', endedAt: DAY - 60, address: '192.0.2.1', agent: 'curl/8' },
      },
    ])
  })

  it('happens for no other use', async () => {
    const { recorder, alerts } = room()
    recorder.count(use())
    recorder.count(use({ outcome: 'refused' }))
    await recorder.flush()
    expect(alerts).toEqual([])
  })

  it('is made up for when the store was away', async () => {
    const { recorder, store, alerts, days } = room()
    recorder.count(use(late))
    store.refusals = 2
    await expect(recorder.flush()).rejects.toMatchObject({ code: 'store.unavailable' })
    await expect(recorder.flush()).rejects.toMatchObject({ code: 'store.unavailable' })
    expect(alerts).toEqual([])
    await recorder.flush()
    await recorder.flush()
    expect([alerts.length, days().length]).toEqual([1, 1])
  })
})
