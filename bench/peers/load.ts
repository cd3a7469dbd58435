import autocannon from 'autocannon'

// Runs in a process of its own: told one slice at a time, answers how many requests were answered and how fast.
type Slice = { url: string; headers: Record<string, string>; connections: number; milliseconds: number }

process.on('message', async ({ url, headers, connections, milliseconds }: Slice) => {
  const result = await autocannon({ url, headers, connections, duration: milliseconds / 1000, sampleInt: 100 })
  const { non2xx, errors, requests, latency, duration } = result
  process.send?.({
    failed: non2xx + errors,
    answered: requests.total,
    seconds: duration,
    p50: latency.p50,
    p99: latency.p99,
  })
})
process.send?.('ready')
