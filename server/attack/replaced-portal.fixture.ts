import { registerHooks } from 'node:module'
import { processEnvironment } from '#lib/config/process-env.ts'

// The real start, edge and API, with another module in the place of one: FIXTURE_REPLACED names both.
const { FIXTURE_REPLACED = '' } = processEnvironment()
const [replaced, by = ''] = FIXTURE_REPLACED.split(' ')

registerHooks({
  resolve: (specifier, context, next) => next(specifier === replaced ? by : specifier, context),
})

await import('#server/attack/served-portal.fixture.ts')
