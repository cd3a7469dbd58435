import { Agent, request } from 'node:http'
import { percentile } from './percentile.ts'

/** A slice of refreshes: each lane begins with a refresh token of `chain`, and goes on with whatever it was answered. */
export type Lanes = {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly chain: readonly string[]
  readonly milliseconds: number
}

const agent = new Agent({ keepAlive: true })
// Where each server's lanes have come to, from slice to slice.
const chains = new Map<string, string[]>()

const post = (url: string, headers: Lanes['headers'], body: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const length = { 'Content-Length': Buffer.byteLength(body) }
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, ...length } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })

/** Sends one request after the other in each lane, and finishes those under way when the time is up: no chain breaks. */
export const runLanes = async ({ url, headers, body, chain, milliseconds }: Lanes) => {
  const tokens = chains.get(url) ?? [...chain]
  chains.set(url, tokens)
  const times: number[] = []
  let failed = 0
  const began = performance.now()
  const lane = async (number: number): Promise<void> => {
    while (performance.now() - began < milliseconds && failed === 0) {
      const sentAt = performance.now()
      const { status, text } = await post(url, headers, `${body}&refresh_token=${tokens[number]}`)
      times.push(performance.now() - sentAt)
      if (status === 200) tokens[number] = JSON.parse(text).refresh_token
      else failed += 1
    }
  }
  await Promise.all(tokens.map((_, number) => lane(number)))
  const seconds = (performance.now() - began) / 1000
  times.sort((one, other) => one - other)
  return { failed, answered: times.length, seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}
