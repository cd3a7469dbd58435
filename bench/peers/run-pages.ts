import { Agent, request } from 'node:http'
import { percentile } from './percentile.ts'

/** A slice of page loads, one after another. */
export type Pages = {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly milliseconds: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

type Loaded = { readonly status: number; readonly firstByteMs: number }

const load = (url: string, headers: Pages['headers']): Promise<Loaded> =>
  new Promise((resolve, reject) => {
    const sentAt = performance.now()
    const sent = request(url, { agent, headers: { ...headers } }, (response) => {
      const firstByteMs = performance.now() - sentAt
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, firstByteMs }))
    })
    sent.on('error', reject)
    sent.end()
  })

/** Loads a page again and again over one connection. What counts is the time to its first byte, also as a rate. */
export const runPages = async ({ url, headers, milliseconds }: Pages) => {
  const times: number[] = []
  let failed = 0
  const began = performance.now()
  while (performance.now() - began < milliseconds) {
    const { status, firstByteMs } = await load(url, headers)
    times.push(firstByteMs)
    if (status !== 200) failed += 1
  }
  times.sort((one, other) => one - other)
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000
  return { failed, answered: times.length, seconds, p50: percentile(times, 0.5, 1), p99: percentile(times, 0.99, 1) }
}
