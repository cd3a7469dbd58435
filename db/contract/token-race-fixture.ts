import { parentPort, workerData } from 'node:worker_threads'
import { openAt } from '#db/contract/open-at.ts'
import { tokenPorts } from '#db/contract/token-ports.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'

/** What a thread of a race does: issue these tokens for mia, one after the other. */
export type RaceTask = { readonly url: string; readonly requests: readonly IssueRequest[] }

/** `issued`, or the code of the refusal, for each request. */
export type RaceReport = readonly string[]

const NOW = 1_800_000_000

const run = async ({ url, requests }: RaceTask): Promise<RaceReport> => {
  const connection = await openAt(url)
  const ports = await tokenPorts(connection, { now: () => NOW })
  const principal = await findPrincipal(ports)({
    person: { userId: 'mia', name: 'mia', email: 'mia@example.com', sessionId: 'session-1', signedInAt: NOW },
    tenant: { id: 'acme' },
    trace: { requestId: 'req-1', address: undefined },
  })
  const { issue } = tokensUseCases(ports)
  const met: string[] = []
  for (const request of requests) {
    try {
      await issue(principal, request)
      met.push('issued')
    } catch (thrown) {
      if (!isPortalError(thrown)) throw thrown
      met.push(thrown.code)
    }
  }
  await connection.close()
  return met
}

parentPort?.postMessage(await run(workerData))
