import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answeringAt, ready, smallStarts } from '#server/small-starts.fixture.ts'

// proc_pid_stat(5): the 40th and 41st value, rank and policy.
const [OTHERS, ROUND_ROBIN] = ['0 0', '1 2']

let starts: ReturnType<typeof smallStarts>
beforeEach(() => {
  starts = smallStarts()
})
afterEach(() => starts.end())

const begin = (env: Readonly<Record<string, string>>) =>
  starts.launch({ FIXTURE_APART: '1', TMPDIR: starts.folder, LATCHKEY_RANK: 'realtime', ...env })

const ranksOf = (pid: number): ReadonlyMap<number, string> =>
  new Map(
    readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      return [
        Number(thread),
        stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .slice(37, 39)
          .join(' '),
      ]
    }),
  )

const numberAt = async (url: string): Promise<number> => Number(await (await fetch(url)).text())

const isAllowed = spawnSync('chrt', ['--rr', '1', 'true']).status === 0

describe.runIf(isAllowed)('the real-time rank', () => {
  it.each(['1', '2'])(
    'is that of the thread that answers, in each of %s processes, and of no other',
    async (workers) => {
      const url = await ready(begin({ LATCHKEY_WORKERS: workers }))
      const pages = await numberAt(`${url}/pid`)
      const answering = await answeringAt(url, Number(workers))
      expect(answering.size).toBe(Number(workers))
      for (const pid of answering) {
        const { [pid]: own, ...others } = Object.fromEntries(ranksOf(pid))
        expect(own).toBe(ROUND_ROBIN)
        expect(new Set(Object.values(others))).toEqual(new Set([OTHERS]))
      }
      expect(new Set(ranksOf(pages).values())).toEqual(new Set([OTHERS]))
    },
  )

  it('is had by nobody who did not ask for it', async () => {
    const url = await ready(begin({ LATCHKEY_RANK: '' }))
    expect(new Set(ranksOf(await numberAt(`${url}/api/pid`)).values())).toEqual(new Set([OTHERS]))
  })
})

describe('where there is no real-time rank', () => {
  const refusal = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const child = begin(env)
    expect(await child.ended).toBe(1)
    return child.output().stderr
  }

  it.each(['1', '2'])('a start of %s says that the program is not there', async (workers) => {
    expect(await refusal({ PATH: starts.folder, LATCHKEY_WORKERS: workers })).toBe(
      'latchkey: LATCHKEY_RANK is "realtime", but the program chrt (of util-linux, on Linux) is not there. Let Latchkey have real-time ranks (CAP_SYS_NICE or LimitRTPRIO=1), or leave LATCHKEY_RANK out.\n',
    )
  })

  it('a start says what the system has against it', async () => {
    const said = "chrt: failed to set pid 7's policy: Operation not permitted"
    writeFileSync(join(starts.folder, 'chrt'), `#!/bin/sh\necho "${said}" >&2\nexit 1\n`, { mode: 0o755 })
    expect(await refusal({ PATH: starts.folder })).toContain(`LATCHKEY_RANK is "realtime", but ${said}. Let`)
  })
})
