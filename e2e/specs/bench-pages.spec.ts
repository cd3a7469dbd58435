import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Target } from '#bench/answer-parent.ts'
import { startChild } from '#bench/child.ts'
import { expect, test } from '#e2e/test.ts'

const TOKENS = 60

test('the benchmark of pages loads a full page of a long list, and a page of text', async ({ playwright }) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const server = await startChild('./pages-server.ts', String(TOKENS), folder)
  try {
    const { list, text } = server.ready as Readonly<Record<'list' | 'text', Target>>
    const client = await playwright.request.newContext()
    const load = async ({ url, headers = {} }: Target) => {
      const response = await client.get(url, { headers, maxRedirects: 0 })
      expect(response.status()).toBe(200)
      return response.text()
    }
    expect((await load(list)).match(/<tr/g)?.length).toBeGreaterThan(25)
    expect(await load(text)).toContain('token.revoked')
    await client.dispose()
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
