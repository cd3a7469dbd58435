import { createServer } from 'node:http'
import { answerParent } from '#bench/answer-parent.ts'

// The limit: what node:http alone answers, with a body of the size of a validation.
const BODY = JSON.stringify({ active: true, padding: 'x'.repeat(300) })

const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(BODY) })
  response.end(BODY)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  answerParent({ reply: { url: `http://127.0.0.1:${port}/` } })
})
process.on('SIGTERM', () => process.exit(0))
