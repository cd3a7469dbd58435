import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer, Server } from '#server/attack/race-server.fixture.ts'
import { idOf, newClient, type SignedIn, times, wish } from '#server/attack/race-world.fixture.ts'
import { retryingClient, type Tries, Unanswered } from '#server/attack/retrying-client.fixture.ts'
import type { Node, ThreeNodes } from '#server/attack/three-nodes.fixture.ts'

const LANES = 8
const LOOK_MS = 5

/** A token that was answered to have been made; `ended` once its revocation was answered, `unknown` while that was not. */
export type Acknowledged = { readonly id: string; readonly text: string; state: 'good' | 'ended' | 'unknown' }

/** Users at work on all nodes. */
export type NodeLoad = {
  readonly tries: Tries
  readonly acknowledged: readonly Acknowledged[]
  /** Answers that no healthy node gives. */
  readonly faults: readonly string[]
  /** Waits until so many more requests were answered, or something is wrong. */
  goesOn(answers: number): Promise<void>
  /** Lets each finish what it asked. */
  stop(): Promise<void>
}

const expected = (what: string, { status, json }: Answer, wanted: number): void => {
  if (status !== wanted) throw new Error(`${what} was answered ${status} ${String(json['code'] ?? json['error'])}`)
}

const createLife = (server: Server, owner: SignedIn, exchange: () => Promise<Answer>, acknowledged: Acknowledged[]) => {
  const revoke = async (token: Acknowledged): Promise<void> => {
    token.state = 'unknown'
    expected('a revocation', await server.manage(owner.cookie, 'DELETE', `${owner.tokens}/${token.id}`), 200)
    token.state = 'ended'
  }
  return async (ends: boolean): Promise<void> => {
    const made = await server.manage(owner.cookie, 'POST', owner.tokens, wish(), randomUUID())
    // Made by the first try, whose answer was lost with its secret.
    if (made.status === 409 && made.json['code'] === 'token.already_issued') return
    expected('an issue', made, 201)
    const token: Acknowledged = { id: idOf(made), text: String(made.json['accessToken']), state: 'good' }
    acknowledged.push(token)
    for (let use = 0; use < 4; use += 1) expected('a validation', await server.validate(token.text), 200)
    expected('an exchange', await exchange(), 200)
    if (ends) await revoke(token)
  }
}

/**
 * Starts users who issue, use, exchange and revoke until they are stopped, asking nodes in turn and the next one `retries`
 * times. What no node answered is counted, and nothing more.
 */
export const loadNodes = async ({ nodes, owner }: ThreeNodes, retries = 1): Promise<NodeLoad> => {
  const [first] = nodes
  if (!first) throw new TypeError('there is no node')
  const urls = nodes.map(({ url }) => url)
  const { tries, server } = retryingClient(urls, retries)
  const { identity } = await newClient({ one: first, owner })
  const exchange = () => server.exchange({ grant_type: 'client_credentials', ...identity })
  const acknowledged: Acknowledged[] = []
  const faults: string[] = []
  const live = createLife(server, owner, exchange, acknowledged)
  let isOver = false
  const lanes = times(LANES, async () => {
    for (let round = 0; !isOver; round += 1) {
      try {
        await live(round % 2 === 0)
      } catch (thrown) {
        if (!(thrown instanceof Unanswered)) faults.push(String(thrown))
      }
    }
  })
  return {
    tries,
    acknowledged,
    faults,
    goesOn: async (answers) => {
      const least = tries.asked - tries.failed + answers
      while (tries.asked - tries.failed < least && faults.length === 0) await delay(LOOK_MS)
    },
    stop: async () => {
      isOver = true
      await Promise.all(lanes)
    },
  }
}

const HEARD_MS_MAX = 30_000

const becomes = async (node: Node, text: string, wanted: number, boundMs: number): Promise<boolean> => {
  const deadline = performance.now() + boundMs
  while ((await node.validate(text)).status !== wanted) {
    if (performance.now() > deadline) return false
    await delay(LOOK_MS)
  }
  return true
}

/** What any node has lost of what was acknowledged: tokens that are not good, or good again. */
export const lostOf = async (
  nodes: readonly Node[],
  acknowledged: readonly Acknowledged[],
  boundMs = HEARD_MS_MAX,
): Promise<readonly string[]> => {
  const asked = nodes.map(async (node, at) => {
    const lost: string[] = []
    for (const { id, text, state } of acknowledged) {
      const wanted = state === 'good' ? 200 : 401
      if (state !== 'unknown' && !(await becomes(node, text, wanted, boundMs)))
        lost.push(`${id} is not ${state} on node ${at}`)
    }
    return lost
  })
  return (await Promise.all(asked)).flat()
}
