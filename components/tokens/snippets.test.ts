import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { envFile, shellWord, snippetsFor, tryCommand } from '#components/tokens/snippets.ts'

const FACTS = {
  apiUrl: `https://api.example.com/v1/things?of=o'neil&all`,
  issuer: 'https://keys.example.com',
  exchangeUrl: 'https://keys.example.com/oauth/token',
  clientId: '6f2c1a34-0000-4000-8000-000000000001',
}

const codeOf = (type: 'access_token' | 'client_credentials', id: string) =>
  snippetsFor(type, FACTS).find((snippet) => snippet.id === id)?.code ?? ''

// Stands in for curl, so that what a shell really makes of the words is seen.
const shell = (code: string, input = '') => {
  const curl = `curl() { printf '%s\\n' "$@" >&2; echo '{"access_token":"at.1","x":1}'; }`
  return execFileSync('bash', ['--norc', '--noprofile', '-c', `exec 2>&1\n${curl}\n${code}`], {
    input,
    encoding: 'utf8',
    env: { NODE_ENV: 'test', PATH: '/usr/bin:/bin', LATCHKEY_TOKEN: 'tok', LATCHKEY_CLIENT_SECRET: 'lks_s' },
  })
}

describe('snippetsFor', () => {
  it.each(['access_token', 'client_credentials'] as const)('%s: curl, Node, Python, GitHub Actions', (type) => {
    expect(snippetsFor(type, FACTS).map(({ label }) => label)).toEqual(['curl', 'Node', 'Python', 'GitHub Actions'])
  })

  it('puts an access token into X-API-KEY, the address whole', () => {
    expect(shell(codeOf('access_token', 'curl')).split('\n')).toEqual(
      expect.arrayContaining(['X-API-KEY: tok', FACTS.apiUrl]),
    )
  })

  it('exchanges client credentials first, then sends the bearer', () => {
    const code = codeOf('client_credentials', 'curl')
    const [exchange, call] = [code.slice(0, code.indexOf('\ncurl')), code.slice(code.indexOf('\ncurl'))]
    expect(exchange).toContain(FACTS.exchangeUrl)
    const said = shell(`${exchange}\necho "got $LATCHKEY_TOKEN"`)
    expect(said).toContain('got at.1')
    expect(shell(`LATCHKEY_TOKEN=at.1${call}`)).toContain('Authorization: Bearer at.1')
  })

  it.each(['access_token', 'client_credentials'] as const)('%s: Node and Python parse', (type) => {
    const node = codeOf(type, 'node')
    expect(() => execFileSync(process.execPath, ['--input-type=module', '--check'], { input: node })).not.toThrow()
    expect(node).toContain(JSON.stringify(FACTS.apiUrl))
    expect(codeOf(type, 'python')).toContain(JSON.stringify(FACTS.apiUrl))
  })

  it('writes commands into GitHub Actions as a block and the secret as one of the repository', () => {
    const code = codeOf('access_token', 'actions')
    expect(code).toMatch(/- run: \|\n {10}curl /)
    expect(code).toContain('LATCHKEY_TOKEN: ${{ secrets.LATCHKEY_TOKEN }}')
    expect(codeOf('client_credentials', 'actions')).toContain('secrets.LATCHKEY_CLIENT_SECRET')
  })
})

describe('tryCommand', () => {
  it('is one line that asks for the secret', () => {
    const command = tryCommand('access_token', FACTS)
    expect(command).not.toContain('\n')
    expect(shell(command, 'pasted\n')).toContain('X-API-KEY: pasted')
  })

  it('exchanges client credentials', () => {
    expect(shell(tryCommand('client_credentials', FACTS), 'lks_p\n')).toContain(`${FACTS.clientId}:lks_p`)
  })
})

describe('words and files', () => {
  it('quotes for the shell only what needs it', () => {
    expect(shellWord('https://a.example/b')).toBe('https://a.example/b')
    expect(shellWord(`a b'c$d`)).toBe(`'a b'\\''c$d'`)
  })

  it('writes one variable a line', () => {
    expect(
      envFile([
        ['A', '1'],
        ['B', '2'],
      ]),
    ).toBe('A=1\nB=2\n')
  })
})
