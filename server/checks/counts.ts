import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

/** How many checks passed, and how many did not. */
export type Counts = { readonly passed: number; readonly failed: number }

const vitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number() })
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), flaky: z.number(), unexpected: z.number() }),
})

/** The sum of counts. */
export const add = (...counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
})

/** One check that passed or failed as a whole. */
export const single = (code: number): Counts => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

// A runner that ends badly with no failed test (nothing found, a crash) has failed once all the same.
const honest = ({ passed, failed }: Counts, code: number): Counts => ({
  passed,
  failed: code === 0 ? failed : Math.max(1, failed),
})

const read = (file: string): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})

/** What vitest's JSON report counts. */
export const vitestCounts = (file: string, code: number): Counts => {
  const { data } = vitestReport.safeParse(read(file))
  return honest({ passed: data?.numPassedTests ?? 0, failed: data?.numFailedTests ?? 0 }, code)
}

/** What Playwright's JSON report counts; a test that passed on a second try has failed. */
export const playwrightCounts = (file: string, code: number): Counts => {
  const { data } = playwrightReport.safeParse(read(file))
  const { expected = 0, flaky = 0, unexpected = 0 } = data?.stats ?? {}
  return honest({ passed: expected, failed: flaky + unexpected }, code)
}
