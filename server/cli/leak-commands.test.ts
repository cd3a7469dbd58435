import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#lib/config/env.ts'
import type { Portal } from '#lib/portal.ts'
import { leaksReaction } from '#server/cli/leaks-reaction.ts'
import { runCommand } from '#server/cli/run-command.ts'
import { scannerRulesCommand } from '#server/cli/scanner-rules.ts'
import { composePortal } from '#server/compose.ts'

let folder: string
let portal: Portal
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  portal = await composePortal(readConfig({ ...database(), LATCHKEY_URL: 'https://tokens.example' }))
})
afterEach(async () => {
  await portal.close()
  rmSync(folder, { recursive: true, force: true })
})

const database = () => ({ DATABASE_URL: `file:${join(folder, 'latchkey.db')}` })

// Without LATCHKEY_URL, as somebody has it who opens a terminal beside the server.
const run = async (words: readonly string[], env: Record<string, string> = database()) => {
  const out: string[] = []
  const err: string[] = []
  const terminal = { env, say: (line: string) => void out.push(line), complain: (line: string) => void err.push(line) }
  const code = await runCommand([leaksReaction, scannerRulesCommand], words, terminal)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('leaks reaction', () => {
  it.each(['pause', 'tell', 'revoke'] as const)('%s counts at once where the portal runs already', async (reaction) => {
    const said = await run(['leaks', 'reaction', reaction])
    expect(said).toEqual({ code: 0, out: expect.stringContaining(`(${reaction}).`), err: '' })
    expect(await portal.leaks.reaction()).toBe(reaction)
    expect(await run(['leaks', 'reaction'])).toEqual(said)
  })

  it('changes nothing without a word', async () => {
    expect((await run(['leaks', 'reaction'])).out).toContain('(revoke)')
    expect(await portal.leaks.reaction()).toBe('revoke')
  })

  it('leaves the issuer as it is', async () => {
    await run(['leaks', 'reaction', 'tell'])
    expect((await portal.oauth.metadata()).issuer).toBe('https://tokens.example')
  })
})

describe('scanner-rules', () => {
  it.each(['gitleaks', 'trufflehog', 'github'])('prints those of %s for the portal’s own address', async (scanner) => {
    const { code, out, err } = await run(['scanner-rules', scanner])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/lks_\[0-9A-Za-z\]\{43\}/)
    expect(out).toContain('https://tokens.example')
    expect(out).not.toContain('localhost')
  })
})

describe('what makes no sense', () => {
  it.each([
    [['leaks'], 'there is no command'],
    [['leaks', 'reaction', 'shout'], 'Name one reaction: revoke, pause, tell.'],
    [['leaks', 'reaction', 'tell', 'me'], 'Name one reaction'],
    [['leaks', 'reaction', '--now'], '(npm run latchkey -- leaks reaction [revoke|pause|tell])'],
    [['scanner-rules'], 'Name one scanner: gitleaks, trufflehog, github.'],
    [['scanner-rules', 'nobody'], 'Name one scanner'],
    [['scanner-rules', 'gitleaks', 'x'], 'Name one scanner'],
  ])('%j is answered with what would', async (words, complaint) => {
    const { code, out, err } = await run(words)
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(complaint)])
    expect(await portal.leaks.reaction()).toBe('revoke')
  })

  it('without a database makes none', async () => {
    const elsewhere = { DATABASE_URL: `file:${join(folder, 'other.db')}` }
    for (const words of [
      ['leaks', 'reaction', 'tell'],
      ['scanner-rules', 'github'],
    ])
      expect(await run(words, elsewhere)).toEqual({
        code: 1,
        out: '',
        err: expect.stringMatching(/^latchkey: There is no database .*other\.db\./),
      })
  })
})
