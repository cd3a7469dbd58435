import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Replaced } from '#lib/tokens/overlap.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { LastUse, TokenChange } from '#lib/tokens/token-store.ts'

/** A credential that gets another end: what was read, and what it shall be. */
export type MovedEnd = {
  readonly credentialId: string
  readonly was: number | null
  readonly endsAt: number | null
}

/** A step of a rotation: ends that move, and the token with what changes of it. */
export type RotationStep = {
  /** With its hint and end as they shall be, and the version that was read. */
  readonly token: Token
  readonly ends: readonly MovedEnd[]
}

/** A rotation that ends by itself, and what makes that right. */
export type SilentRotation = {
  readonly token: Token
  readonly current: { readonly id: string }
  readonly former: { readonly id: string; readonly endsAt: number }
  /** The former one was not used since, the new one was. */
  readonly silentSince: number
}

/** A token with two good credentials. */
export type OverlapPlace = { readonly tenantId: string; readonly tokenId: string; readonly credentialId: string }

/** The first use of a credential on a day on which it had ended. */
export type RetiredUse = LastUse & { readonly credentialId: string; readonly endedAt: number }

/** A signing key that was declared compromised, and when. */
export type LostKey = { readonly kid: string; readonly at: number }

/** A credential that no longer works, and since when. */
export type EndedCredential = { readonly id: string; readonly endedAt: number }

/**
 * What rotations are read from and changed in, beside TokenStore. Every method but `overlaps` is confined to one tenant;
 * changes are all or nothing with their audit event and their row in the change feed.
 */
export type RotationStore = {
  /** When and from where each credential of a token was last accepted; those never used are not in it. */
  uses(tenantId: string, tokenId: string): Promise<ReadonlyMap<string, LastUse>>
  /** What the rotation that made this credential replaced; undefined where the record does not say. */
  replaced(tenantId: string, credentialId: string): Promise<Replaced | undefined>
  /** The newest recorded use of one of these credentials after its end, within the last 30 days. */
  retiredUse(tenantId: string, ended: readonly EndedCredential[], now: number): Promise<RetiredUse | undefined>
  /** The compromised key that signed this credential; undefined where none did. */
  lostKey(tenantId: string, tokenId: string, credentialId: string): Promise<LostKey | undefined>
  /** Moves ends; throws StaleDecision if rights, the token or one of the ends changed since the decision. */
  move(step: RotationStep, change: TokenChange): Promise<void>
  /**
   * Ends the former credential; false, and nothing done, if the token changed, the former one was used since
   * `silentSince`, or the new one was not.
   */
  finishSilent(rotation: SilentRotation, event: AuditEvent): Promise<boolean>
  /**
   * Former credentials, of any tenant, whose overlap is on and that were not accepted since `silentSince`; in the order of
   * their place, continued after one. For the chore alone.
   */
  overlaps(
    asked: { readonly now: number; readonly silentSince: number; readonly limit: number },
    after: OverlapPlace | undefined,
  ): Promise<readonly OverlapPlace[]>
  /** The UTC days, by their first second, on which a token was accepted from `since` until `until`; oldest first. */
  usedDays(tenantId: string, tokenId: string, since: number, until: number): Promise<readonly number[]>
  /** Whether somebody resumed the token at or after this moment. */
  wasResumed(tenantId: string, tokenId: string, since: number): Promise<boolean>
}
