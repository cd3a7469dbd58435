import { readFile, stat } from 'node:fs/promises'
import type { GithubKeysConfig } from '#lib/config/config.ts'
import type { GithubKeySource } from '#lib/leaks/github-key-ring.ts'

const BYTES_MAX = 64 * 1024
const TIMEOUT_MS = 5000

const tooLarge = (): Error => new Error(`the document with GitHub's keys is larger than ${BYTES_MAX} bytes`)

const readFromFile = async (path: string): Promise<string> => {
  if ((await stat(path)).size > BYTES_MAX) throw tooLarge()
  return readFile(path, 'utf8')
}

const readBounded = async (body: ReadableStream<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > BYTES_MAX) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

// One address that the operator named, and no other: a redirect is a refusal.
const readFromUrl = async (url: string, timeoutMs: number): Promise<string> => {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    // GitHub's API answers nobody without an agent.
    headers: { Accept: 'application/json', 'User-Agent': 'latchkey' },
  })
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel()
    throw new Error(`the address of GitHub's keys answered ${response.status}`)
  }
  return readBounded(response.body)
}

/** The document with GitHub's keys from a file or an address: at most 64 KB within 5 seconds, from nowhere else. */
export const createGithubKeySource = (
  config: GithubKeysConfig,
  { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): GithubKeySource => ({
  read: () => (config.from === 'file' ? readFromFile(config.path) : readFromUrl(config.url, timeoutMs)),
})
