import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLIENT_SHAPES } from '#server/oracle/client-shapes.fixture.ts'
import { type Answered, complaints, DIFFERENCES, inWords } from '#server/oracle/differences.fixture.ts'
import { openOracle } from '#server/oracle/oracle.fixture.ts'
import { openOurSide } from '#server/oracle/our-side.fixture.ts'
import { QUESTION_SHAPES } from '#server/oracle/question-shapes.fixture.ts'
import { type Shape, type Side, sendTo } from '#server/oracle/side.fixture.ts'
import { TOKEN_SHAPES } from '#server/oracle/token-shapes.fixture.ts'

// The same requests to oidc-provider and to us.

type Opened = Side & { stop(): Promise<void> }

const SHAPES = [...CLIENT_SHAPES, ...TOKEN_SHAPES, ...QUESTION_SHAPES]

let ours: Opened
let theirs: Opened
let answered: readonly Answered[]

const answer = async (side: Side, { make }: Shape) => inWords(await sendTo(side.url, await make(side)))

beforeAll(async () => {
  ;[ours, theirs] = await Promise.all([openOurSide(), openOracle()])
  const all: Answered[] = []
  for (const shape of SHAPES) {
    const [here, there] = await Promise.all([answer(ours, shape), answer(theirs, shape)])
    all.push({ shape: shape.name, ours: here, theirs: there })
  }
  answered = all
}, 180_000)
afterAll(async () => {
  await Promise.all([ours.stop(), theirs.stop()])
})

describe('the oracle', () => {
  it('is asked in at least 120 shapes, each of its own name', () => {
    expect(new Set(SHAPES.map(({ name }) => name)).size).toBe(SHAPES.length)
    expect(SHAPES.length).toBeGreaterThanOrEqual(120)
  })

  it('answers as we do, but where a reason stands', () => {
    expect(complaints(answered, DIFFERENCES)).toEqual([])
  })

  it('and we fail on nothing', () => {
    expect(answered.filter(({ ours: here, theirs: there }) => here.startsWith('5') || there.startsWith('5'))).toEqual(
      [],
    )
  })

  it.each(['200', '200 active', '200 inactive', '400 invalid_grant', '400 invalid_scope', '400 invalid_target'])(
    'agrees with us on %s somewhere',
    (said) => {
      expect(answered.some(({ ours: here, theirs: there }) => here === said && there === said)).toBe(true)
    },
  )
})

describe('a saboteur', () => {
  it('that leaves a reason out is found', () => {
    for (const [index, { shapes }] of DIFFERENCES.entries())
      expect(complaints(answered, DIFFERENCES.toSpliced(index, 1))).toHaveLength(shapes.length)
  })

  it('that declares what does not occur is found', () => {
    const [{ shape, ours: here } = { shape: '', ours: '' }] = answered.filter((one) => one.ours === one.theirs)
    const made = { ours: here, theirs: '418', because: 'no reason', shapes: [shape, 'a shape that nobody sent'] }
    expect(complaints(answered, [...DIFFERENCES, made])).toHaveLength(2)
  })

  it.each([
    ['passes over who asks', '401 invalid_client', '200'],
    ['lets an ended refresh token rotate', '400 invalid_grant', '200'],
    ['takes any scope', '400 invalid_scope', '200'],
    ['tells of every token', '200 inactive', '200 active'],
  ])('that %s is found', (_, from, to) => {
    const broken = answered.map((one) => (one.ours === from ? { ...one, ours: to } : one))
    expect(complaints(broken, DIFFERENCES)).not.toEqual([])
  })
})
