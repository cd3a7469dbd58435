import { parentPort, workerData } from 'node:worker_threads'
import { openAt } from '#db/contract/open-at.ts'
import { tokenPorts } from '#db/contract/token-ports.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'

/** One step that a thread takes with the token. */
export type RotationRaceStep = 'rotate' | 'finish' | 'extend' | 'cancel'

/** What a thread of a race does: take these steps with a token of mia's, one after the other. */
export type RotationRaceTask = {
  readonly url: string
  readonly tokenId: string
  readonly now: number
  readonly steps: readonly RotationRaceStep[]
}

/** The step, or the code of its refusal, for each. */
export type RotationRaceReport = readonly string[]

const run = async ({ url, tokenId, now, steps }: RotationRaceTask): Promise<RotationRaceReport> => {
  const connection = await openAt(url)
  const ports = await tokenPorts(connection, { now: () => now })
  const mia = await findPrincipal(ports)({
    person: { userId: 'mia', name: 'mia', email: 'mia@example.com', sessionId: 'session-1', signedInAt: now },
    tenant: { id: 'acme' },
    trace: { requestId: 'req-1', address: undefined },
  })
  const tokens = tokensUseCases(ports)
  const take: Readonly<Record<RotationRaceStep, () => Promise<unknown>>> = {
    rotate: () => tokens.rotate(mia, tokenId),
    finish: () => tokens.finishRotation(mia, tokenId),
    extend: () => tokens.extendRotation(mia, tokenId, { kind: 'after', seconds: 9 * DAY_SECONDS }),
    cancel: () => tokens.cancelRotation(mia, tokenId),
  }
  const met: string[] = []
  for (const step of steps) {
    try {
      await take[step]()
      met.push(step)
    } catch (thrown) {
      if (!isPortalError(thrown)) throw thrown
      met.push(thrown.code)
    }
  }
  await connection.close()
  return met
}

parentPort?.postMessage(await run(workerData))
