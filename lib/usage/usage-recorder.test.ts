import { describe, expect, it } from 'vitest'
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
    },
  })
  const days = () => written.flatMap((batch) => batch.days)
  const credentials = () => written.flatMap((batch) => batch.credentials)
  return { recorder, store, written, told, days, credentials }
}

describe('counting', () => {
  it('adds up per token, UTC day and outcome', async () => {
    const { recorder, days } = room()
    for (const at of [DAY, DAY + DAY_SECONDS - 1, DAY + DAY_SECONDS]) recorder.count(use({ at }))
    recorder.count(use({ outcome: 'refused' }))
    recorder.count(use({ tenantId: 'globex' }))
    await recorder.flush()
    const place = { tenantId: 'acme', tokenId: 'token-1', outcome: 'accepted' }
    expect(days()).toEqual([
      { ...place, day: DAY, count: 2 },
      { ...place, day: DAY + DAY_SECONDS, count: 1 },
      { ...place, day: DAY, outcome: 'refused', count: 1 },
      { ...place, tenantId: 'globex', day: DAY, count: 1 },
    ])
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
