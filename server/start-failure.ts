import { UnusableDatabase } from '#db/unusable-database.ts'
import { ConfigError } from '#lib/config/config-error.ts'
import { errorEntry } from '#lib/errors/errors.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { UnknownSecret } from '#lib/keys/secret-ring.ts'

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ')

const describeListening = (error: Error): string | undefined => {
  if (!('code' in error) || !('port' in error)) return undefined
  if (error.code === 'EADDRINUSE') {
    return `PORT is ${String(error.port)}, which another program listens on. Stop it, or set PORT to a free one.`
  }
  if (error.code !== 'EACCES') return undefined
  return `PORT is ${String(error.port)}, which this user may not open. Set PORT to one above 1023.`
}

/** One line for what an operator can mend; undefined for a fault of ours. */
export const describeMendable = (thrown: unknown): string | undefined => {
  if (thrown instanceof ConfigError || thrown instanceof UnusableDatabase) return oneLine(thrown.message)
  if (isPortalError(thrown)) {
    const said = thrown.detail ?? errorEntry(thrown.code).message
    return oneLine(thrown.internal === undefined ? said : `${said} (${thrown.internal})`)
  }
  if (thrown instanceof UnknownSecret) {
    return `The database was written under another secret (${thrown.secretId}). Set LATCHKEY_SECRET to it, or to "new,old" to replace it; without LATCHKEY_SECRET it is the one in the folder secret beside the database.`
  }
  return undefined
}

/** There are no pages, and why, in the words of their own process. */
export class PagesNotOpened extends Error {}

/** Why Latchkey could not start: one line for what its operator can mend; a fault of ours keeps its stack. */
export const describeStartFailure = (thrown: unknown): string => {
  const mendable = describeMendable(thrown)
  if (mendable !== undefined) return mendable
  if (thrown instanceof PagesNotOpened) return thrown.message
  if (!(thrown instanceof Error)) return `The start failed: ${String(thrown)}`
  if (thrown.message.includes('Could not find a production build')) return 'The pages are not built. Run npm start.'
  return describeListening(thrown) ?? `The start failed: ${thrown.stack ?? thrown.message}`
}
