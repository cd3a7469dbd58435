import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createGithubKeySource } from '#server/adapters/github-key-source.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  cleanUps.push(() => {
    server.closeAllConnections()
    return new Promise((done) => server.close(done))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
}

const fromUrl = (url: string, timeoutMs?: number) =>
  createGithubKeySource({ from: 'url', url }, timeoutMs === undefined ? {} : { timeoutMs }).read()

describe('GitHub’s keys from an address', () => {
  it('are asked for as GitHub’s API wants it, with nothing of ours', async () => {
    const seen: unknown[] = []
    const url = await serve((request, response) => {
      seen.push([request.method, request.url, request.headers['user-agent'], request.headers.accept])
      seen.push([request.headers.authorization, request.headers.cookie])
      response.end('{"public_keys":[]}')
    })
    expect(await fromUrl(url)).toBe('{"public_keys":[]}')
    expect(seen).toEqual([
      ['GET', '/keys', 'latchkey', 'application/json'],
      [undefined, undefined],
    ])
  })

  it('are not followed elsewhere', async () => {
    const reached: string[] = []
    const other = await serve((_, response) => {
      reached.push('other')
      response.end('{}')
    })
    const url = await serve((_, response) => response.writeHead(302, { Location: other }).end())
    await expect(fromUrl(url)).rejects.toThrow('fetch failed')
    expect(reached).toEqual([])
  })

  it.each([304, 403, 404, 429, 500])('are not there when %i is answered', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end())
    await expect(fromUrl(url)).rejects.toThrow(`answered ${status}`)
  })

  it('end where they grow too large, with or without a length', async () => {
    const url = await serve((_, response) => {
      response.write('x'.repeat(60_000))
      response.end('x'.repeat(60_000))
    })
    await expect(fromUrl(url)).rejects.toThrow('larger than')
  })

  it('are not waited for forever', async () => {
    const url = await serve((_, response) => void response.write('{'))
    await expect(fromUrl(url, 50)).rejects.toThrow(/timeout/)
  })

  it('are not there when nobody listens', async () => {
    await expect(fromUrl('http://127.0.0.1:9/keys')).rejects.toThrow('fetch failed')
  })
})

describe('GitHub’s keys from a file', () => {
  const fileWith = (text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'keys.json')
    writeFileSync(path, text)
    return path
  }

  it('are read each time they are asked for', async () => {
    const path = fileWith('one')
    const source = createGithubKeySource({ from: 'file', path })
    expect(await source.read()).toBe('one')
    writeFileSync(path, 'two')
    expect(await source.read()).toBe('two')
  })

  it('are refused when they are too large, or not there', async () => {
    await expect(createGithubKeySource({ from: 'file', path: fileWith('x'.repeat(70_000)) }).read()).rejects.toThrow(
      'larger than',
    )
    await expect(createGithubKeySource({ from: 'file', path: '/nowhere/keys.json' }).read()).rejects.toThrow('ENOENT')
  })
})
