import { type ChangeSettingsPorts, changeSettings } from '#lib/tenants/change-settings.ts'

/** The use-cases of the environment's settings, over their ports. */
export const environmentUseCases = (ports: ChangeSettingsPorts) => ({ changeSettings: changeSettings(ports) })
