import { registerHooks } from 'node:module'
import { createQuickResolve } from '#server/load-quickly.ts'

// Loads all that a server does, asks both ways for each module, and prints what came of it as one line of JSON.
const quick = createQuickResolve()
const met = { asked: 0, unread: 0, different: [] as string[] }
registerHooks({
  resolve: (specifier, context, next) => {
    const theirs = next(specifier, context)
    let read = false
    const ours = quick(specifier, context, (...question) => {
      read = true
      return next(...question)
    })
    met.asked += 1
    met.unread += read ? 0 : 1
    if (ours.url !== theirs.url || ours.format !== theirs.format) met.different.push(`${specifier}: ${ours.url}`)
    return theirs
  },
})
await import('#server/main.ts')
await import('#server/compose.ts')
await import('#server/worker.ts')
process.stdout.write(JSON.stringify(met))
