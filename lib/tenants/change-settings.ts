import { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { asOperator, type OperatorPorts, type OperatorRequest } from '#lib/tenants/as-operator.ts'
import type { ChangeableSettings, SettingsStore } from '#lib/tenants/settings-store.ts'
import type { EventPorts, Happening } from '#lib/tenants/tenant-event.ts'

/** What changing settings takes. */
export const settingsRequest = z.object({ refreshTokens: z.boolean('Say whether clients get refresh tokens.') })

type SettingsPorts = { readonly environmentStore: EnvironmentStore; readonly settingsStore: SettingsStore }

/** What an operator's change of settings needs of the world. */
export type ChangeSettingsPorts = OperatorPorts & SettingsPorts

const changed = (former: ChangeableSettings, settings: ChangeableSettings): Happening => ({
  type: 'environment.settings_changed',
  target: { kind: 'environment', id: 'environment', name: 'Environment' },
  details: { former: { refreshTokens: former.refreshTokens }, settings },
})

/**
 * Changes what holds for every account unless a token says otherwise: whether clients get refresh tokens. Nothing happens
 * where it is so already. Operators only. `request.invalid`, `resource.not_found`.
 */
export const changeSettings =
  (ports: ChangeSettingsPorts) =>
  async (request: OperatorRequest, input: z.input<typeof settingsRequest>): Promise<void> => {
    const settings = parseInput(settingsRequest, input)
    await asOperator(ports, request, async ({ change }) => {
      const former = await ports.environmentStore.settings()
      if (former.refreshTokens === settings.refreshTokens) return
      await ports.settingsStore.change(settings, change(changed(former, settings)))
    })
  }

/** The same from the terminal of the machine, where nobody signs in; answers whether anything changed. */
export const changeSettingsFromTerminal =
  (ports: SettingsPorts & EventPorts & { readonly accessStore: Pick<AccessStore, 'environment'> }) =>
  async (input: z.input<typeof settingsRequest>): Promise<boolean> => {
    const settings = parseInput(settingsRequest, input)
    const { clock, randomness } = ports
    return rerunWhenStale(async () => {
      const { rightsVersion } = await ports.accessStore.environment()
      const former = await ports.environmentStore.settings()
      if (former.refreshTokens === settings.refreshTokens) return false
      const event = {
        ...changed(former, settings),
        tenantId: ENVIRONMENT_SCOPE,
        id: randomness.uuid(),
        at: clock.now(),
        actor: { kind: 'system', id: 'command-line', name: 'The command line' } as const,
        requestId: randomness.uuid(),
        address: undefined,
      }
      const change = { operatorId: undefined, environmentVersion: rightsVersion, event }
      await ports.settingsStore.change(settings, change)
      return true
    })
  }
