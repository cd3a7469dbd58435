import { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import type { EnvironmentStore, LeakReaction } from '#lib/access/environment-store.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import type { KeyStore } from '#lib/keys/key-store.ts'
import { SIGNING_ALGORITHMS } from '#lib/keys/signing-key.ts'
import { asOperator, type OperatorPorts, type OperatorRequest } from '#lib/tenants/as-operator.ts'
import type { ChangeableSettings, RunningSettings, SettingsStore } from '#lib/tenants/settings-store.ts'
import type { EventPorts, Happening } from '#lib/tenants/tenant-event.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

/** The reactions to a found credential there are, the strictest first. */
export const LEAK_REACTIONS = ['revoke', 'pause', 'tell'] as const satisfies readonly LeakReaction[]

const KEY_ROTATION_DAYS_MAX = 3650

/** What changing settings takes; what is absent stays as it is. */
const settingsRequest = z.object({
  refreshTokens: z.boolean('Say whether clients get refresh tokens.').optional(),
  leakReaction: z.enum(LEAK_REACTIONS, 'Say what happens to a token whose credential is found.').optional(),
  keyRotationDays: z
    .number('Say after how many days a key is replaced.')
    .int('Use whole days.')
    .min(0, 'Use 0 or more days.')
    .max(KEY_ROTATION_DAYS_MAX, `Use at most ${KEY_ROTATION_DAYS_MAX} days.`)
    .optional(),
  bearerAlgorithm: z.enum(SIGNING_ALGORITHMS, 'Say what the next bearer key signs with.').optional(),
  accessAlgorithm: z.enum(SIGNING_ALGORITHMS, 'Say what the next access key signs with.').optional(),
})

/** A change of settings, before it is checked. */
export type SettingsRequest = z.input<typeof settingsRequest>

type SettingsPorts = {
  readonly environmentStore: EnvironmentStore
  readonly keyStore: Pick<KeyStore, 'settings'>
  readonly settingsStore: SettingsStore
}

/** What an operator's change of settings needs of the world. */
export type ChangeSettingsPorts = OperatorPorts & SettingsPorts

const settingsNow = async ({ environmentStore, keyStore }: SettingsPorts): Promise<RunningSettings> => {
  const { refreshTokens, leakReaction } = await environmentStore.settings()
  const { algorithms, rotationSeconds: keyRotationSeconds } = await keyStore.settings()
  const { bearer: bearerAlgorithm, access: accessAlgorithm } = algorithms
  return { refreshTokens, leakReaction, keyRotationSeconds, bearerAlgorithm, accessAlgorithm }
}

// Undefined where everything is so already.
const decideChange = (former: RunningSettings, { keyRotationDays, ...asked }: z.output<typeof settingsRequest>) => {
  const keyRotationSeconds = keyRotationDays === undefined ? undefined : keyRotationDays * DAY_SECONDS
  const wanted: Readonly<Record<string, unknown>> = { ...asked, keyRotationSeconds }
  const names = (Object.keys(former) as (keyof RunningSettings)[]).filter(
    (name) => wanted[name] !== undefined && wanted[name] !== former[name],
  )
  if (names.length === 0) return undefined
  const settings: ChangeableSettings = Object.fromEntries(names.map((name) => [name, wanted[name]]))
  const happening: Happening = {
    type: 'environment.settings_changed',
    target: { kind: 'environment', id: 'environment', name: 'Environment' },
    details: { former: Object.fromEntries(names.map((name) => [name, former[name]])), settings },
  }
  return { settings, happening }
}

/**
 * Changes what holds for every account: whether clients get refresh tokens unless a token says otherwise, what happens to a
 * token whose credential is found, after how many days a signing key is replaced, and what the next ones sign with. Nothing happens where it is so already. Operators only. `request.invalid`,
 * `resource.not_found`.
 */
export const changeSettings =
  (ports: ChangeSettingsPorts) =>
  async (request: OperatorRequest, input: SettingsRequest): Promise<void> => {
    const asked = parseInput(settingsRequest, input)
    await asOperator(ports, request, async ({ change }) => {
      const decided = decideChange(await settingsNow(ports), asked)
      if (decided) await ports.settingsStore.change(decided.settings, change(decided.happening))
    })
  }

/** The same from the terminal of the machine, where nobody signs in; answers whether anything changed. */
export const changeSettingsFromTerminal =
  (ports: SettingsPorts & EventPorts & { readonly accessStore: Pick<AccessStore, 'environment'> }) =>
  async (input: SettingsRequest): Promise<boolean> => {
    const asked = parseInput(settingsRequest, input)
    const { clock, randomness } = ports
    return rerunWhenStale(async () => {
      const { rightsVersion } = await ports.accessStore.environment()
      const decided = decideChange(await settingsNow(ports), asked)
      if (!decided) return false
      const event = {
        ...decided.happening,
        tenantId: ENVIRONMENT_SCOPE,
        id: randomness.orderedUuid(),
        at: clock.now(),
        actor: { kind: 'system', id: 'command-line', name: 'The command line' } as const,
        requestId: randomness.uuid(),
        address: undefined,
      }
      await ports.settingsStore.change(decided.settings, {
        operatorId: undefined,
        environmentVersion: rightsVersion,
        event,
      })
      return true
    })
  }
