import { setTimeout as delay } from 'node:timers/promises'
import { and, count, eq } from 'drizzle-orm'
import { bearersGood, bearersLeft, others, type Race, unless } from '#server/attack/race.fixture.ts'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import { given, newClient, type RaceWorld, serverAt, times } from '#server/attack/race-world.fixture.ts'

const refreshSixteen: Race = {
  id: 'refresh-of-one-token-16-at-once',
  metric: 'forks, refusals and families wrongly ended',
  rounds: { short: 5, long: 1000 },
  run: async (world, round) => {
    const client = await newClient(world)
    const first = given(await client.exchange(serverAt(world, round)))
    const answers = await Promise.all(times(16, (index) => client.refresh(serverAt(world, index), first.refresh)))
    const successors = [...new Set(answers.map((answer) => given(answer).refresh))]
    const next = await client.refresh(serverAt(world, round + 1), successors[0])
    const good = await bearersGood(world, [given(next).bearer])
    await client.end(world.one)
    return [
      ...others(answers, 200).map(({ json }) => `refused: ${String(json['error'])}`),
      ...unless(successors.length === 1, `${successors.length} successors`),
      ...unless(next.status === 200 && good === 2, 'the family ended'),
    ]
  },
}

const activeSequences = async ({ records }: RaceWorld, tokenId: string) => {
  const { queries, schema } = records
  const { refreshTokens } = schema
  const rows = await queries
    .select({ sequence: refreshTokens.sequence, ended: refreshTokens.endedReason })
    .from(refreshTokens)
    .where(eq(refreshTokens.tokenId, tokenId))
    .orderBy(refreshTokens.sequence)
  return rows
}

const PATIENCE = 20
const AGAIN_MS = 1000

// They all wait for one row. On a busy machine PostgreSQL lets the last of them wait for longer than a lock may: those are
// told to come again, and none of them has happened.
const untilGiven = async (exchange: () => Promise<Answer>): Promise<Answer> => {
  for (let asked = 1; ; asked += 1) {
    const answer = await exchange()
    if (answer.status !== 503 || asked === PATIENCE) return answer
    await delay(AGAIN_MS)
  }
}

const MOST = 100
const MORE = 50
const LOOK_MS = 5

const hundredAndFifty: Race = {
  id: 'exchanges-100-to-150-at-once',
  metric: 'moments over 100 active, and victims that were not the oldest',
  rounds: { short: 1, long: 20 },
  run: async (world) => {
    const client = await newClient(world)
    const before = await Promise.all(times(MOST, (index) => untilGiven(() => client.exchange(serverAt(world, index)))))
    const answers = Promise.all(times(MORE, (index) => untilGiven(() => client.exchange(serverAt(world, index)))))
    let settled = false
    void answers.finally(() => {
      settled = true
    })
    let most = 0
    while (!settled) {
      const rows = await activeSequences(world, client.id)
      most = Math.max(most, rows.filter(({ ended }) => ended === null).length)
      await delay(LOOK_MS)
    }
    const all = [...before, ...(await answers)]
    const rows = await activeSequences(world, client.id)
    const victims = rows.filter(({ ended }) => ended !== null)
    await client.end(world.one)
    return [
      ...others(all, 200).map(({ json }) => `refused: ${String(json['error'])}`),
      ...unless(most <= MOST, `${most} active at once`),
      ...unless(rows.length === MOST + MORE, `${rows.length} tokens`),
      ...unless(
        victims.map(({ sequence }) => sequence).join() === times(MORE, (index) => index + 1).join(),
        `ended: ${victims.map(({ sequence }) => sequence).join()}`,
      ),
      ...unless(
        victims.every(({ ended }) => ended === 'evicted'),
        'ended for another reason',
      ),
    ]
  },
}

const LOSSES = 5
const WAITS_MAX = 2000

// A refresh token that arrives after its successor was used is what a thief would send: the client does not outrun a
// request that it lost sight of, which each wait in a busy process could otherwise make it do.
const untilDealtWith = async ({ records }: RaceWorld, tokenId: string, exchanges: number): Promise<void> => {
  const { auditEvents } = records.schema
  const ofToken = and(eq(auditEvents.targetId, tokenId), eq(auditEvents.type, 'token.exchanged'))
  for (let waits = 0; waits < WAITS_MAX; waits += 1) {
    const [row] = await records.queries.select({ exchanges: count() }).from(auditEvents).where(ofToken)
    if ((row?.exchanges ?? 0) >= exchanges) return
    await delay(LOOK_MS)
  }
}

const lostAnswers: Race = {
  id: 'answers-lost-and-asked-again',
  metric: 'clients that did not recover',
  rounds: { short: 3, long: 400 },
  run: async (world, round) => {
    const client = await newClient(world)
    let held = given(await client.exchange(serverAt(world, round)))
    const faults: string[] = []
    for (let loss = 0; loss < LOSSES && faults.length === 0; loss += 1) {
      await client.loseRefresh(serverAt(world, round + loss), held.refresh)
      // The other process, since the client's connection is gone.
      const again = await client.refresh(serverAt(world, round + loss + 1), held.refresh)
      faults.push(...unless(again.status === 200, `${loss}: ${String(again.json['error'])}`))
      held = given(again)
      // The first exchange, and two requests for each loss.
      if (faults.length === 0) await untilDealtWith(world, client.id, 3 + 2 * loss)
    }
    const good = await bearersGood(world, [held.bearer])
    await client.end(world.one)
    return [...faults, ...unless(good === 2, 'the bearer JWT is not good')]
  },
}

const reuse: Race = {
  id: 'stolen-and-used-again',
  metric: 'families and bearer JWTs that lived on',
  rounds: { short: 5, long: 1000 },
  run: async (world, round) => {
    const client = await newClient(world)
    const other = given(await client.exchange(world.one))
    const first = given(await client.exchange(serverAt(world, round)))
    const second = given(await client.refresh(serverAt(world, round), first.refresh))
    const third = given(await client.refresh(serverAt(world, round + 1), second.refresh))
    // The thief at both doors, while the client goes on.
    const [fourth, ...thefts] = await Promise.all([
      client.refresh(serverAt(world, round), third.refresh),
      client.refresh(world.one, first.refresh),
      client.refresh(world.other, first.refresh),
    ])
    const last = fourth?.status === 200 ? given(fourth) : third
    const rest = await Promise.all([
      client.refresh(world.one, last.refresh),
      client.refresh(world.other, third.refresh),
    ])
    const alive = await bearersLeft(
      world,
      [first, second, third, last].map(({ bearer }) => bearer),
    )
    const spared = await client.refresh(world.one, other.refresh)
    await client.end(world.one)
    return [
      ...[...thefts, ...rest].flatMap(({ status }) => unless(status === 400, `a refresh got ${status}`)),
      ...unless(alive === 0, `${alive} bearer JWTs accepted`),
      ...unless(spared.status === 200, 'another family ended with it'),
    ]
  },
}

/** What must hold of refresh tokens. */
export const REFRESH_RACES: readonly Race[] = [refreshSixteen, hundredAndFifty, lostAnswers, reuse]
