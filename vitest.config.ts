import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{lib,db,server,app}/**/*.test.ts', 'components/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '.next/**', 'data/**'],
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
