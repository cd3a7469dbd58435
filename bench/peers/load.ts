import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'
import { runLanes } from './run-lanes.ts'
import { runPages } from './run-pages.ts'

// Runs in a process of its own: told one slice at a time, answers how many requests were answered and how fast.
type Slice = {
  url: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  headersFile?: string
  chain?: string[]
  firstByte?: boolean
  connections: number
  milliseconds: number
}

// Each line of a file is good for one request, ever: a second use of one would no longer be the work that is measured.
const lines = new Map<string, { all: Record<string, string>[]; next: number }>()
const nextHeaders = (file: string): Record<string, string> => {
  const known = lines.get(file) ?? { all: JSON.parse(readFileSync(file, 'utf8')), next: 0 }
  lines.set(file, known)
  const headers = known.all[known.next]
  known.next += 1
  if (headers === undefined) throw new Error(`${known.all.length} credentials were not enough`)
  return headers
}

const run = async ({
  headersFile,
  chain: _chain,
  firstByte: _firstByte,
  connections,
  milliseconds,
  ...target
}: Slice): Promise<void> => {
  const result = await autocannon({
    ...target,
    connections,
    duration: milliseconds / 1000,
    sampleInt: 100,
    ...(headersFile === undefined
      ? {}
      : { requests: [{ setupRequest: (request) => ({ ...request, headers: nextHeaders(headersFile) }) }] }),
  })
  const { non2xx, errors, requests, latency, duration } = result
  process.send?.({
    failed: non2xx + errors,
    answered: requests.total,
    seconds: duration,
    p50: latency.p50,
    p99: latency.p99,
  })
}

process.on('message', (slice: Slice) => {
  if (slice.firstByte) void runPages(slice).then((done) => process.send?.(done))
  else if (slice.chain) void runLanes({ ...slice, chain: slice.chain }).then((done) => process.send?.(done))
  else void run(slice)
})
process.send?.('ready')
