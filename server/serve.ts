import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { resolveQuickly } from '#server/quick-resolve.ts'

// Stripped types and compiled code are kept for the next start, which is then a quarter faster. It must be switched on
// before anything else is loaded; where the folder cannot be written it does nothing.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/latchkey-compile'))

const resolveAsUsual = resolveQuickly()
const { main } = await import('#server/main.ts')
resolveAsUsual()
await main()
flushCompileCache()
