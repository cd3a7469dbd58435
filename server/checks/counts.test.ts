import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { add, playwrightCounts, single, vitestCounts } from '#server/checks/counts.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-counts-'))
const report = (value: unknown): string => {
  const file = join(folder, `${JSON.stringify(value).length}.json`)
  writeFileSync(file, JSON.stringify(value))
  return file
}

afterAll(() => rmSync(folder, { recursive: true }))

test('a vitest report gives its passed and failed tests', () => {
  const file = report({ numPassedTests: 7, numFailedTests: 2, numTotalTests: 9 })
  expect(vitestCounts(file, 1)).toEqual({ passed: 7, failed: 2 })
})

test('a Playwright report counts a test that passed on its second try as failed', () => {
  const file = report({ stats: { expected: 5, flaky: 1, unexpected: 2, skipped: 3 } })
  expect(playwrightCounts(file, 1)).toEqual({ passed: 5, failed: 3 })
})

test('a runner that ends badly has failed, whatever its report says or lacks', () => {
  expect(vitestCounts(report({ numPassedTests: 7, numFailedTests: 0 }), 1)).toEqual({ passed: 7, failed: 1 })
  expect(vitestCounts(join(folder, 'missing.json'), 1)).toEqual({ passed: 0, failed: 1 })
  expect(playwrightCounts(join(folder, 'missing.json'), 130)).toEqual({ passed: 0, failed: 1 })
})

test('counts add up', () => {
  expect(add(single(0), single(2), { passed: 4, failed: 0 })).toEqual({ passed: 5, failed: 1 })
})
