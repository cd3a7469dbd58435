import { flushCompileCache } from 'node:module'
import { loadQuickly } from '#server/load-quickly.ts'

const loaded = loadQuickly()
const { main } = await import('#server/main.ts')
loaded()
await main()
// With what was loaded meanwhile: Next, and its pages.
flushCompileCache()
