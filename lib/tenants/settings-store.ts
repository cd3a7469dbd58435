import type { EnvironmentSettings } from '#lib/access/environment-store.ts'
import type { EnvironmentChange } from '#lib/tenants/role-store.ts'

/** What of the environment's settings can be changed while it runs; a change names those that become others. */
export type ChangeableSettings = Partial<Pick<EnvironmentSettings, 'refreshTokens' | 'leakReaction'>>

/** Who changes them: an operator, who must still be one when it is written, or nobody who signs in (the terminal). */
export type SettingsChange = Omit<EnvironmentChange, 'operatorId'> & { readonly operatorId: string | undefined }

/** The environment's settings; a change moves its rights on, and is all or nothing with its audit event and its row. */
export type SettingsStore = {
  /** Throws StaleDecision if the environment changed meanwhile. */
  change(settings: ChangeableSettings, change: SettingsChange): Promise<void>
}
