import type { EnvironmentSettings } from '#lib/access/environment-store.ts'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'
import type { EnvironmentChange } from '#lib/tenants/role-store.ts'

/** What of the environment's settings can be changed while it runs. */
export type RunningSettings = Pick<EnvironmentSettings, 'refreshTokens' | 'leakReaction'> & {
  /** For how long a signing key signs; 0: until somebody rotates it. */
  readonly keyRotationSeconds: number
  /** What the next key of each purpose signs with. */
  readonly bearerAlgorithm: SigningAlgorithm
  readonly accessAlgorithm: SigningAlgorithm
}

/** Those that become others. */
export type ChangeableSettings = Partial<RunningSettings>

/** Who changes them: an operator, who must still be one when it is written, or nobody who signs in (the terminal). */
export type SettingsChange = Omit<EnvironmentChange, 'operatorId'> & { readonly operatorId: string | undefined }

/** The environment's settings; a change moves its rights on, and is all or nothing with its audit event and its row. */
export type SettingsStore = {
  /** Throws StaleDecision if the environment changed meanwhile. */
  change(settings: ChangeableSettings, change: SettingsChange): Promise<void>
}
