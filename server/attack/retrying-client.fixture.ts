import { type Server, serverOver } from '#server/attack/race-server.fixture.ts'

/** What became of the requests of a client. */
export type Tries = {
  asked: number
  /** Asked once more, of the next node. */
  retried: number
  /** Answered by neither. */
  failed: number
}

/** No node answered. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

const isForAnother = (status: number): boolean => status === 502 || status === 503 || status === 504

/** A client that asks nodes in turn; a broken connection or "not now" is asked again of the next one, so often. */
export const retryingClient = (
  urls: readonly string[],
  retries: number,
): { readonly tries: Tries; readonly server: Server } => {
  const tries: Tries = { asked: 0, retried: 0, failed: 0 }
  const attempt = async (url: string, init: RequestInit): Promise<Response | undefined> => {
    try {
      const response = await fetch(url, { ...init, redirect: 'manual' })
      // Whole, or not at all: a node may be gone in the middle of it.
      const text = await response.text()
      return isForAnother(response.status) ? undefined : new Response(text, { status: response.status })
    } catch {
      return undefined
    }
  }
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const turn = tries.asked
    tries.asked += 1
    for (let retry = 0; retry <= retries; retry += 1) {
      if (retry > 0) tries.retried += 1
      const answer = await attempt(`${urls[(turn + retry) % urls.length]}${path}`, init)
      if (answer) return answer
    }
    tries.failed += 1
    throw new Unanswered()
  }
  return { tries, server: serverOver({ send, lose: () => Promise.reject(new Error('nothing is lost here')) }) }
}
