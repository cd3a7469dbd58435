import { spawn, spawnSync } from 'node:child_process'
import type { Page } from 'playwright/test'
import { expect, test } from '#e2e/test.ts'
import { makeToken } from '#e2e/world/token-form.ts'

type Run = { readonly code: string; readonly env: Readonly<Record<string, string>>; readonly input?: string }

const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0

/** Runs code as a terminal or a file would, and answers what it printed; fails with what it complained of. */
const run = (command: string, args: readonly string[], { code, env, input = '' }: Run): Promise<string> =>
  new Promise((done, fail) => {
    const child = spawn(command, [...args, code], {
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', ...env },
    })
    let said = ''
    let complained = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complained += chunk.toString()
    })
    child.on('error', fail)
    child.on('close', (status) =>
      status === 0 ? done(said) : fail(new Error(`${command} ended with ${status}: ${complained}`)),
    )
    child.stdin.end(input)
  })

/** What its copy button would copy. */
const shown = async (page: Page, id: string): Promise<string> => (await page.locator(`#${id}`).textContent()) ?? ''

/** The script of the one step of a workflow: the block under `run: |`, without its indentation. */
const scriptOf = (workflow: string): string => {
  const lines = workflow.split('\n')
  const start = lines.findIndex((line) => line.trim() === '- run: |') + 1
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith(' '.repeat(10)))
  return lines
    .slice(start, end)
    .map((line) => line.slice(10))
    .join('\n')
}

for (const [type, variable] of [
  ['access_token', 'LATCHKEY_TOKEN'],
  ['client_credentials', 'LATCHKEY_CLIENT_SECRET'],
] as const)
  test.describe(`the examples beside a new ${type}`, () => {
    test.skip(!has('curl'), 'curl is not installed')

    test('work as they are copied', async ({ page, acme, signIn }) => {
      await signIn('mia')
      const { secret } = await makeToken(page, acme, { type, name: 'copied' })
      const env = { [variable]: secret }
      const holder = /"name":"copied"/

      expect(await run('sh', ['-c'], { code: await shown(page, 'code-curl'), env })).toMatch(holder)
      expect(
        await run(process.execPath, ['--input-type=module', '-e'], { code: await shown(page, 'code-node'), env }),
      ).toMatch(/^200 .*"name":"copied"/)
      // GitHub runs a step by `bash -e`.
      expect(await run('bash', ['-ec'], { code: scriptOf(await shown(page, 'code-actions')), env })).toMatch(holder)

      const tried = await shown(page, 'try-it')
      const answer = type === 'access_token' ? holder : /"token_type":"Bearer"/
      expect(await run('bash', ['-c'], { code: tried, env: {}, input: `${secret}\n` })).toMatch(answer)
    })

    test('work in Python', async ({ page, acme, signIn }) => {
      test.skip(!has('python3'), 'python3 is not installed')
      await signIn('mia')
      const { secret } = await makeToken(page, acme, { type, name: 'copied' })
      const code = await shown(page, 'code-python')
      expect(await run('python3', ['-c'], { code, env: { [variable]: secret } })).toMatch(/^200 .*"name":"copied"/)
    })
  })
