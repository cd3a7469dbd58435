import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { KeyPurpose, SigningAlgorithm, StoredSigningKey } from '#lib/keys/signing-key.ts'

/** What the environment says about its keys. */
export type KeySettings = {
  /** What the next key of each purpose signs with. */
  readonly algorithms: Readonly<Record<KeyPurpose, SigningAlgorithm>>
  /** For how long a key signs; 0: until somebody rotates it. */
  readonly rotationSeconds: number
}

/** One step of a key's life, with its record. */
export type KeyStep = { readonly key: StoredSigningKey; readonly event: AuditEvent } & {
  readonly kind: 'publish' | 'activate' | 'retire' | 'remove'
}

/** Steps that belong together, in order. */
export type KeyChange = {
  readonly at: number
  readonly steps: readonly KeyStep[]
  /** What a purpose signs with from its next key on; undefined: as before. */
  readonly chosen?: { readonly purpose: KeyPurpose; readonly algorithm: SigningAlgorithm } | undefined
}

/** A key that must not be believed any more. */
export type KeyCompromise = {
  readonly key: StoredSigningKey
  readonly at: number
  readonly event: AuditEvent
  /** What signs in its place from now on, and the record of it; undefined: it did not sign. */
  readonly replacement: KeyStep | undefined
  /** The record for each token that loses by it, but for id, tenant and target, which are the token's. */
  readonly told: Omit<AuditEvent, 'tenantId' | 'id' | 'target'>
  /** Bearer keys: who exchanged within these moments, both included, may hold a JWT of the key that is good. */
  readonly exchanged: { readonly from: number; readonly until: number }
}

/** A token that lost its credential or its bearer JWTs with a compromised key, and who should know. */
export type AffectedToken = {
  readonly tenantId: string
  readonly tenantName: string
  readonly tokenId: string
  readonly tokenName: string
  /** Owner of a personal token; null for account tokens. */
  readonly ownerEmail: string | null
  readonly granterName: string
}

/** Where signing keys are kept. Changes are all or nothing with their records and their row in the change feed. */
export type KeyStore = {
  /** Every key that is not removed, oldest first. */
  list(): Promise<readonly StoredSigningKey[]>
  /** Every key there ever was, oldest first. */
  history(): Promise<readonly StoredSigningKey[]>
  settings(): Promise<KeySettings>
  /** Those of these keys that a credential names which is good for something; ending with its token or by itself, it is not. */
  inUse(kids: readonly string[], now: number): Promise<ReadonlySet<string>>
  /** How many such credentials name each key; a key that none names is absent. */
  liveCredentials(now: number): Promise<ReadonlyMap<string, number>>
  /** Adds a key unless its purpose has an active one already; answers whether it did. */
  addFirst(key: StoredSigningKey, event: AuditEvent): Promise<boolean>
  /**
   * Takes steps. StaleDecision, and nothing done, if a key is no longer in the state the step begins in, if a purpose
   * would have two keys that are next or active, or if a live credential names a key that would be removed.
   */
  change(change: KeyChange): Promise<void>
  /**
   * Removes a key, puts another in its place, ends the credentials it signed, and records for each token that stood on it
   * that it did: all in one. Answers for how many tokens. StaleDecision if the key was removed meanwhile.
   */
  compromise(compromise: KeyCompromise): Promise<number>
  /** To whom a compromise happened, in a steady order, after a token; at most `limit`. */
  affected(
    kid: string,
    after: Pick<AffectedToken, 'tenantId' | 'tokenId'> | undefined,
    limit: number,
  ): Promise<readonly AffectedToken[]>
}
