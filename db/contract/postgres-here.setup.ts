import { inject } from 'vitest'

// Tells each file of tests of this project where the server is, not by vitest: `npm run prove` uses the same databases.
Reflect.set(globalThis, Symbol.for('latchkey.tests.postgres'), (inject as (name: string) => unknown)('postgres'))
