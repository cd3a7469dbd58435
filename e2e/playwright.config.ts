import { defineConfig } from 'playwright/test'

// Chromium as the machine has it: `npm test` finds one and names it here.
const executablePath = process.env['LATCHKEY_CHROMIUM']

export default defineConfig({
  testDir: 'specs',
  outputDir: '../node_modules/.cache/latchkey-e2e',
  // The smallest machine this must pass on has two cores.
  workers: 2,
  fullyParallel: true,
  // A test that passes the second time is broken.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
      ],
    },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    permissions: ['clipboard-read', 'clipboard-write'],
    // Costs a third of the time: LATCHKEY_TRACE=1 when a failure has to be looked into.
    trace: process.env['LATCHKEY_TRACE'] ? 'retain-on-failure' : 'off',
  },
})
