import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startChild } from '#server/child.fixture.ts'

it('finds every module of a server where Node does, and often without reading a package.json', async () => {
  const program = startChild(join(import.meta.dirname, 'load-quickly.fixture.ts'), {})
  await program.ended
  const { stdout, stderr } = program.output()
  expect(stderr).toBe('')
  const { asked, unread, different } = JSON.parse(stdout) as { asked: number; unread: number; different: string[] }
  expect(different).toEqual([])
  expect(unread / asked).toBeGreaterThan(0.4)
})
