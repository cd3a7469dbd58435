import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'
import { percentile } from './percentile.ts'
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
  const running = autocannon({
    ...target,
    connections,
    duration: milliseconds / 1000,
    sampleInt: 100,
    ...(headersFile === undefined
      ? {}
      : { requests: [{ setupRequest: (request) => ({ ...request, headers: nextHeaders(headersFile) }) }] }),
  })
  // Its own percentiles are of whole milliseconds, in which half of these are zero.
  const times: number[] = []
  running.on('response', (_client, _status, _bytes, milliseconds) => void times.push(milliseconds))
  const { non2xx, errors, requests, duration } = await running
  times.sort((one, other) => one - other)
  process.send?.({
    failed: non2xx + errors,
    answered: requests.total,
    seconds: duration,
    p50: percentile(times, 0.5, 2),
    p99: percentile(times, 0.99, 2),
  })
}

process.on('message', (slice: Slice) => {
  if (slice.firstByte) void runPages(slice).then((done) => process.send?.(done))
  else if (slice.chain) void runLanes({ ...slice, chain: slice.chain }).then((done) => process.send?.(done))
  else void run(slice)
})
process.send?.('ready')
