import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', '.next/**', 'data/**']

// What is about SQLite's files, or about no database at all.
const SQLITE_ALONE = ['broken-disk', 'migrations', 'migrations-in-step', 'upgrade'].map(
  (name) => `db/contract/${name}.test.ts`,
)

// Of what stands above the stores, where several processes meet.
const ON_BOTH = [
  'db/contract/**/*.test.ts',
  'lib/api/**/*.test.ts',
  'lib/oauth/{answer-*,ended-*,exchange-*,known-*,prove-*,purge-*,refresh-*}.test.ts',
  'lib/chores/run-*.test.ts',
  'lib/leaks/{answer-*,report-*}.test.ts',
  'lib/verdict/{behind-*,standing}.test.ts',
]

const POSTGRES_ALONE = ['db/postgres/**/*.test.ts', 'server/attack/postgres-*.test.ts']

// Threads and processes that tests start find their types stripped: that took half of the start of a thread, in WebAssembly
// that V8 now and then frees twice, which ends the process (nodejs/node#64500).
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compile')

// Without isolation a worker imports what files have in common once, not for each of them: that was two fifths of all CPU.
// So nothing in `lib`, `db` and `components` may keep state in a module that a test could tell.
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['{lib,db}/**/*.test.ts', 'components/**/*.test.{ts,tsx}'],
          exclude: [...exclude, ...POSTGRES_ALONE],
          isolate: false,
        },
      },
      {
        // What changes its own process: signals, the console, the portal of a process.
        extends: true,
        test: {
          name: 'sqlite-server',
          include: ['{server,app,bench}/**/*.test.ts'],
          exclude: [...exclude, ...POSTGRES_ALONE],
        },
      },
      {
        // The same tests again, and PostgreSQL's own, over a real server that is started once.
        extends: true,
        test: {
          name: 'postgres',
          include: [...POSTGRES_ALONE, ...ON_BOTH],
          exclude: [...exclude, ...SQLITE_ALONE],
          globalSetup: 'db/contract/postgres.setup.ts',
          setupFiles: 'db/contract/postgres-here.setup.ts',
          isolate: false,
        },
      },
    ],
    environment: 'node',
    // The smallest machine this must pass on has two cores.
    maxWorkers: 2,
    // Generous: a shared machine may be ten times slower than itself, and a slow test is not a wrong one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A test that reaches for a real variable of the machine would pass here and fail elsewhere.
    unstubEnvs: true,
    restoreMocks: true,
  },
})
