import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { choose, type Figure, type Proof, runProofs, shared } from '#server/attack/proof.fixture.ts'
import { startChild } from '#server/child.fixture.ts'

const figure = (id: string, passed: boolean): Figure => ({ id, metric: 'faults: 0', goal: '0', passed })
const proof = (id: string, ...passed: readonly boolean[]): Proof => ({
  id,
  prove: async () => passed.map((each) => figure(id, each)),
})
const run = async (...proofs: readonly Proof[]) => {
  const lines: string[] = []
  return { passed: await runProofs(proofs, (line) => lines.push(line)), lines }
}

describe('the proofs that are run', () => {
  const all = [proof('one', true), proof('two', true)]

  it('are all, or those that are named', () => {
    expect(choose(all, [])).toEqual(all)
    expect(choose(all, ['two'])).toEqual([all[1]])
  })

  it('are not guessed: a name that none has ends with all that there are', () => {
    expect(() => choose(all, ['two', 'three'])).toThrow('the proofs are one, two; not three')
  })
})

describe('a run', () => {
  it('tells a line for each figure, and passes when all did', async () => {
    expect(await run(proof('one', true, true), proof('two', true))).toEqual({
      passed: true,
      lines: ['one\tfaults: 0\t0\tPASS\n', 'one\tfaults: 0\t0\tPASS\n', 'two\tfaults: 0\t0\tPASS\n'],
    })
  })

  it('fails with one figure that failed, and goes on', async () => {
    expect(await run(proof('one', true, false), proof('two', true))).toEqual({
      passed: false,
      lines: ['one\tfaults: 0\t0\tPASS\n', 'one\tfaults: 0\t0\tFAIL\n', 'two\tfaults: 0\t0\tPASS\n'],
    })
  })

  it('fails with one that breaks off, and goes on', async () => {
    const broken: Proof = { id: 'one', prove: () => Promise.reject(new Error('no disk')) }
    expect(await run(broken, proof('two', true))).toEqual({
      passed: false,
      lines: ['one\tbroke off: Error: no disk\tto be proven\tFAIL\n', 'two\tfaults: 0\t0\tPASS\n'],
    })
  })

  it('fails when nothing was proven', async () => {
    expect((await run()).passed).toBe(false)
    expect((await run(proof('one'))).passed).toBe(false)
  })
})

describe('what several proofs stand on', () => {
  it('is made once, when it is first asked for, and removed in the end', async () => {
    const happened: string[] = []
    const world = shared(async () => {
      happened.push('made')
      return { remove: async () => void happened.push('removed') }
    })
    await world.remove()
    expect(happened).toEqual([])
    expect(await world.get()).toBe(await world.get())
    await world.remove()
    expect(happened).toEqual(['made', 'removed'])
  })
})

describe('`npm run prove`', () => {
  it('names its proofs in one line to whoever asks for another, and they are those of the documentation', async () => {
    const program = startChild(join(import.meta.dirname, 'prove.ts'), {}, ['nothing-like-this'])
    expect(await program.ended).toBe(1)
    const [, ids = ''] =
      /^prove: the proofs are (hostile-jwts, .*); not nothing-like-this\n$/.exec(program.output().stderr) ?? []
    const documentation = readFileSync(join(import.meta.dirname, '../../docs/proofs.md'), 'utf8')
    const table = documentation.slice(0, documentation.indexOf('\n## '))
    const listed = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, id]) => id)
    expect(new Set(listed)).toEqual(new Set(ids.split(', ')))
  })
})
