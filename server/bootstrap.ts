import type { BootstrapConfig } from '#lib/config/config.ts'
import { ConfigError } from '#lib/config/config-error.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { Portal } from '#lib/portal.ts'

/** Makes the first operator of an empty environment; throws ConfigError, one line, for a password that is no good. */
export const bootstrap = async ({ signIn }: Portal, settings: BootstrapConfig): Promise<void> => {
  try {
    await signIn.bootstrapOperator(settings)
  } catch (thrown) {
    const sentence = isPortalError(thrown) ? thrown.fields?.password?.join(' ') : undefined
    if (sentence === undefined) throw thrown
    throw new ConfigError(`LATCHKEY_BOOTSTRAP_PASSWORD cannot be used. ${sentence}`)
  }
}
