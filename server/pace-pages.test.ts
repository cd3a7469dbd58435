import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { pacePages } from '#server/pace-pages.ts'

const PACE = { running: 2, waiting: 3, holdMs: 60_000 }
const A_WHILE_MS = 20

type Asked = { readonly url?: string; readonly method?: string; readonly gone?: boolean }

/** Pages that stay in the making until they are let go, and how many are. */
const pages = (pace = PACE) => {
  const gates: PromiseWithResolvers<void>[] = []
  const handle = pacePages(async () => {
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    await gate.promise
  }, pace)
  const ask = ({ url = '/a/acme', method = 'GET', gone = false }: Asked = {}) =>
    handle({ url, method } as IncomingMessage, { destroyed: gone } as ServerResponse)
  const made = async (): Promise<number> => {
    await delay(A_WHILE_MS)
    return gates.length
  }
  return { ask, made, letGo: (index: number) => gates[index]?.resolve() }
}

describe('pages', () => {
  it('are made a few at a time, and the rest in turn', async () => {
    const { ask, made, letGo } = pages()
    const [first] = Array.from({ length: 4 }, () => ask())
    expect(await made()).toBe(2)
    letGo(0)
    await first
    expect(await made()).toBe(3)
  })

  it('are refused when the line is full, with when to come again', async () => {
    const { ask } = pages()
    for (let count = 0; count < 5; count += 1) void ask()
    await expect(ask()).rejects.toMatchObject({ code: 'server.overloaded', retryAfterSeconds: 1 })
  })

  it('do not wait for forms, nor forms for them, nor their parts for either', async () => {
    const { ask, made } = pages()
    for (let count = 0; count < 4; count += 1) void ask({ method: 'POST' })
    expect(await made()).toBe(2)
    void ask()
    expect(await made()).toBe(3)
    for (let count = 0; count < 3; count += 1) void ask({ url: '/_next/static/chunks/a.js' })
    expect(await made()).toBe(6)
  })

  it('that take long make room for others, and are answered all the same', async () => {
    const { ask, made, letGo } = pages({ ...PACE, holdMs: 1 })
    const [slow] = Array.from({ length: 4 }, () => ask())
    expect(await made()).toBe(4)
    letGo(0)
    await slow
  })

  it('are not made for those who have gone', async () => {
    const { ask, made } = pages()
    await ask({ gone: true })
    expect(await made()).toBe(0)
  })

  it('that fail leave their place, and tell', async () => {
    const handle = pacePages(() => Promise.reject(new Error('no page')), PACE)
    for (let count = 0; count < 8; count += 1)
      await expect(handle({ url: '/' } as IncomingMessage, { destroyed: false } as ServerResponse)).rejects.toThrow(
        'no page',
      )
  })
})
