import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeKeyCommand, ownKeySnippets } from '#components/tokens/own-key-snippets.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { publicKeySet } from '#lib/keys/public-key-set.ts'

const FACTS = {
  apiUrl: `https://api.example.com/v1/things?of=o'neil`,
  issuer: 'https://keys.example.com',
  exchangeUrl: 'https://keys.example.com/oauth/token',
  clientId: '6f2c1a34-0000-4000-8000-000000000001',
}

it.each(ownKeySnippets(FACTS))('the example with $label parses, and names the client and the issuer', ({ code }) => {
  expect(() => execFileSync(process.execPath, ['--input-type=module', '--check'], { input: code })).not.toThrow()
  for (const fact of [FACTS.clientId, JSON.stringify(FACTS.issuer), JSON.stringify(FACTS.apiUrl)])
    expect(code).toContain(fact)
})

it('the command makes a key whose public half is taken, and writes over no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-key-'))
  const file = join(folder, 'client-key.json')
  const make = () =>
    execFileSync('bash', ['--norc', '--noprofile', '-c', makeKeyCommand(file)], { encoding: 'utf8', stdio: 'pipe' })
  try {
    const { keys } = parseInput(publicKeySet, make())
    expect(keys).toMatchObject([{ kty: 'EC', crv: 'P-256', alg: 'ES256' }])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ x: keys[0]?.['x'], d: expect.any(String) })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(make).toThrow(/EEXIST/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
