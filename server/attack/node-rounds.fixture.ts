import { setTimeout as delay } from 'node:timers/promises'
import { loadNodes, lostOf, type NodeLoad } from '#server/attack/node-load.fixture.ts'
import { idOf, times, wish } from '#server/attack/race-world.fixture.ts'
import type { Tries } from '#server/attack/retrying-client.fixture.ts'
import type { Node, ThreeNodes } from '#server/attack/three-nodes.fixture.ts'

const issueAt = async ({ owner }: ThreeNodes, node: Node) => {
  const made = await node.manage(owner.cookie, 'POST', owner.tokens, wish())
  if (made.status !== 201) throw new Error(`an issue was answered ${made.status}`)
  return { id: idOf(made), text: String(made.json['accessToken']) }
}

const revokeAt = async ({ owner }: ThreeNodes, node: Node, id: string) => {
  const { status } = await node.manage(owner.cookie, 'DELETE', `${owner.tokens}/${id}`)
  if (status !== 200) throw new Error(`a revocation was answered ${status}`)
}

const nodeAt = ({ nodes }: ThreeNodes, index: number): Node => {
  const node = nodes[index % nodes.length]
  if (!node) throw new TypeError('there is no node')
  return node
}

/** How long it took, and what was wrong. */
export type Latencies = { readonly milliseconds: readonly number[]; readonly faults: readonly string[] }

// From the answer of a revocation on; undefined when it did not come in time.
const untilRefused = async (node: Node, text: string, from: number, boundMs: number): Promise<number | undefined> => {
  for (;;) {
    const { status } = await node.validate(text)
    const milliseconds = performance.now() - from
    if (status === 401) return milliseconds
    if (status !== 200 || milliseconds > boundMs) return undefined
  }
}

/** Revokes on one node after the other, and asks all of them until each refuses: how long the last one took. */
export const revocationRounds = async (world: ThreeNodes, rounds: number, boundMs: number): Promise<Latencies> => {
  const milliseconds: number[] = []
  const faults: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const revoking = nodeAt(world, round)
    const { id, text } = await issueAt(world, nodeAt(world, round + 1))
    for (const node of world.nodes)
      if ((await node.validate(text)).status !== 200) faults.push(`round ${round}: a new token is refused`)
    await revokeAt(world, revoking, id)
    const from = performance.now()
    if ((await revoking.validate(text)).status !== 401) faults.push(`round ${round}: good where it was revoked`)
    const took = await Promise.all(world.nodes.map((node) => untilRefused(node, text, from, boundMs)))
    if (took.includes(undefined)) faults.push(`round ${round}: not refused within ${boundMs} ms`)
    milliseconds.push(Math.max(...took.map((one) => one ?? boundMs)))
  }
  return { milliseconds, faults }
}

/** What became of requests while nodes, or the database, went and came. */
export type Outage = { readonly tries: Tries; readonly acknowledged: number; readonly faults: readonly string[] }

const judged = async (world: ThreeNodes, load: NodeLoad, faults: readonly string[]): Promise<Outage> => {
  await load.stop()
  const { tries, acknowledged } = load
  const lost = await lostOf(world.nodes, acknowledged)
  return { tries, acknowledged: acknowledged.length, faults: [...load.faults, ...faults, ...lost] }
}

const BETWEEN = 60
const WAIT_MS_MAX = 60_000
// Long enough for every node to hear of a revocation.
const HEARD_MS = 10_000

/** Kills one node after the other under load (-9) and starts it again; clients ask the next one `retries` times. */
export const killNodes = async (world: ThreeNodes, rounds: number, retries = 1): Promise<Outage> => {
  const load = await loadNodes(world, retries)
  for (let round = 0; round < rounds; round += 1) {
    await load.goesOn(BETWEEN)
    await nodeAt(world, round).kill()
    await load.goesOn(BETWEEN)
    await nodeAt(world, round).start()
  }
  return judged(world, load, [])
}

/** Known tokens of every node: good ones, and one that every node has heard to have ended. */
const known = async (world: ThreeNodes, bound: number) => {
  const good = await Promise.all(times(4, () => issueAt(world, nodeAt(world, 0))))
  const ended = await issueAt(world, nodeAt(world, 0))
  const texts = [...good, ended].map(({ text }) => text)
  for (const node of world.nodes) await Promise.all(texts.map((text) => node.validate(text)))
  await revokeAt(world, nodeAt(world, 0), ended.id)
  const from = performance.now()
  for (const node of world.nodes) await untilRefused(node, ended.text, from, bound)
  return { good: good.map(({ text }) => text), ended: ended.text }
}

/** Asks every node for what is known, over and over; each status it was given for the good ones, and whether the ended one was good. */
const watch = ({ nodes }: ThreeNodes, { good, ended }: Awaited<ReturnType<typeof known>>) => {
  const said: { readonly status: number; readonly at: number }[] = []
  let isOver = false
  let revived = false
  const asking = nodes.map(async (node) => {
    while (!isOver) {
      for (const text of good) said.push({ status: (await node.validate(text)).status, at: performance.now() })
      revived ||= (await node.validate(ended)).status === 200
      await delay(2)
    }
  })
  return {
    said,
    /** Waits until every answer of a while was this status; throws when that does not happen within a minute. */
    until: async (status: number): Promise<void> => {
      const deadline = performance.now() + WAIT_MS_MAX
      for (let seen = said.length; performance.now() < deadline; seen = said.length) {
        while (said.length < seen + good.length * nodes.length * 3) await delay(2)
        if (said.slice(seen).every((one) => one.status === status)) return
      }
      throw new Error(`never answered ${status} alone`)
    },
    stop: async (): Promise<boolean> => {
      isOver = true
      await Promise.all(asking)
      return revived
    },
  }
}

/** How PostgreSQL is taken away, and whether for longer than nodes may go on without it. */
const WAYS = ['kill', 'stop', 'freeze'] as const

const takeAway = async ({ nodes, postgres }: ThreeNodes, way: (typeof WAYS)[number]): Promise<() => Promise<void>> => {
  if (way !== 'freeze') {
    await postgres[way]()
    return () => postgres.start()
  }
  for (const { news } of nodes) news.freeze()
  return async () => {
    for (const { news } of nodes) news.thaw()
  }
}

// A node asks the feed every quarter of a second, and an answer is under way for as long as it takes.
const MARGIN_SECONDS = 2

type Said = ReturnType<typeof watch>['said']

/** What was said wrongly of known tokens between an end and a return of PostgreSQL. */
const wrongOf = (said: Said, from: number, back: number, stalenessSeconds: number): readonly string[] => {
  const after = ({ at }: Said[number]): number => at - from
  const early = said.find((one) => one.status !== 200 && after(one) < (stalenessSeconds - 1) * 1000)
  const late = said.find(
    (one) => one.status === 200 && one.at < back && after(one) > (stalenessSeconds + MARGIN_SECONDS) * 1000,
  )
  const odd = said.find(({ status }) => status !== 200 && status !== 503)
  return [early, late, odd].flatMap((one) =>
    one ? [`${one.status} for a known token after ${Math.round(after(one))} ms`] : [],
  )
}

/**
 * Takes PostgreSQL away under load and gives it back: by a kill; by a stop, for longer than nodes may go on without it; by
 * nothing that passes, for as long. In the meantime known tokens are good, then nobody knows; afterwards all is as it was
 * acknowledged.
 */
export const restartPostgres = async (world: ThreeNodes, rounds: number): Promise<Outage> => {
  const { stalenessSeconds } = world
  const load = await loadNodes(world)
  const faults: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const way = WAYS[round % WAYS.length] ?? 'kill'
    await load.goesOn(BETWEEN)
    const watching = watch(world, await known(world, HEARD_MS))
    await watching.until(200)
    const from = performance.now()
    const giveBack = await takeAway(world, way)
    if (way !== 'kill') await watching.until(503)
    const back = performance.now()
    await giveBack()
    await watching.until(200)
    const isRevived = await watching.stop()
    const found = [
      ...(isRevived ? ['a revoked token was good'] : []),
      ...wrongOf(watching.said, from, back, stalenessSeconds),
      ...(way !== 'kill' && back - from < (stalenessSeconds - 1) * 1000 ? ['nobody knew too soon'] : []),
    ]
    faults.push(...found.map((fault) => `round ${round} (${way}): ${fault}`))
  }
  return judged(world, load, faults)
}
