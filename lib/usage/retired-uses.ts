import { LRUCache } from 'lru-cache'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import { retiredUseId } from '#lib/tokens/retired-use.ts'
import type { TokenUse } from '#lib/tokens/usage-counter.ts'

/** Uses of credentials after their end that have to be told: the first of a day each, however many there are. */
export type RetiredUses = {
  /** Remembers a use to be told; nothing for any other use, and for one told today. Costs a look into a map. */
  note(use: TokenUse): void
  /** Takes what is to be told. */
  take(): readonly AuditEvent[]
  /** Takes back what could not be told. */
  putBack(events: readonly AuditEvent[]): void
}

const TOLD_MAX = 10_000
const WAITING_MAX = 10_000

const eventOf = (use: TokenUse, { endedAt, tokenName }: NonNullable<TokenUse['retired']>, id: string): AuditEvent => {
  const token = { kind: 'token', id: use.tokenId, name: tokenName } as const
  return {
    tenantId: use.tenantId,
    id,
    at: use.at,
    type: 'credential.retired_used',
    actor: token,
    target: token,
    requestId: use.requestId ?? 'usage',
    address: use.address,
    details: { credentialId: use.credentialId, endedAt, address: use.address ?? null, agent: use.agent ?? null },
  }
}

/** Nothing told and nothing to tell. What this process forgot it tells again: the database knows better. */
export const createRetiredUses = (): RetiredUses => {
  const told = new LRUCache<string, true>({ max: TOLD_MAX })
  let waiting = new Map<string, AuditEvent>()
  return {
    note: (use) => {
      if (!use.retired) return
      const id = retiredUseId(use.credentialId, use.at)
      if (told.has(id) || waiting.size >= WAITING_MAX) return
      told.set(id, true)
      waiting.set(id, eventOf(use, use.retired, id))
    },
    take: () => {
      const events = [...waiting.values()]
      waiting = new Map()
      return events
    },
    putBack: (events) => {
      for (const event of events) waiting.set(event.id, event)
    },
  }
}
