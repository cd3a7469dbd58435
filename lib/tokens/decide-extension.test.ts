import { describe, expect, it } from 'vitest'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import type { RotationView } from '#lib/tokens/change-rotation.ts'
import { decideExtension, type ExtensionRequest } from '#lib/tokens/decide-extension.ts'
import type { Token } from '#lib/tokens/token.ts'

const ROTATED = 1_800_000_000
const END = ROTATED + DAY_SECONDS

const view = (expiresAt: number | null = null, replacedEnd?: number | null): RotationView => ({
  // What the decision reads of a token.
  token: { expiresAt } as Token,
  overlap: {
    current: { id: 'new', createdAt: ROTATED },
    former: { id: 'old', createdAt: ROTATED - 1000 },
    endsAt: END,
  },
  replaced: replacedEnd === undefined ? undefined : { hint: 'abcd', expiresAt: replacedEnd },
})
const after = (seconds: number): ExtensionRequest => ({ kind: 'after', seconds })
const at = (numericDate: number): ExtensionRequest => ({ kind: 'at', numericDate })

describe('a longer overlap', () => {
  it.each([
    [after(7 * DAY_SECONDS), ROTATED + 7 * DAY_SECONDS],
    [at(END + 1), END + 1],
    [after(30 * DAY_SECONDS), ROTATED + 30 * DAY_SECONDS],
  ])('is counted from the rotation, or named: %j', (request, endsAt) => {
    expect(decideExtension(view(), request)).toEqual({ outcome: 'extended', endsAt })
  })

  it('ends 30 days after the rotation at the latest', () => {
    for (const request of [after(30 * DAY_SECONDS + 1), at(ROTATED + 30 * DAY_SECONDS + 1)])
      expect(decideExtension(view(), request)).toEqual({ outcome: 'refused', reason: 'too_long' })
  })

  it('is cut to the end of the token, and to the one that its former credential was made with', () => {
    const week = after(7 * DAY_SECONDS)
    expect(decideExtension(view(END + HOUR_SECONDS), week)).toEqual({ outcome: 'extended', endsAt: END + HOUR_SECONDS })
    expect(decideExtension(view(null, END + 60), week)).toEqual({ outcome: 'extended', endsAt: END + 60 })
    expect(decideExtension(view(END), week)).toEqual({ outcome: 'unchanged', endsAt: END })
  })

  it('is no shorter one', () => {
    expect(decideExtension(view(), after(HOUR_SECONDS))).toEqual({ outcome: 'refused', reason: 'earlier' })
    expect(decideExtension(view(), at(END - 1))).toEqual({ outcome: 'refused', reason: 'earlier' })
  })

  it('that is as long as it was changes nothing', () => {
    expect(decideExtension(view(), after(DAY_SECONDS))).toEqual({ outcome: 'unchanged', endsAt: END })
    expect(decideExtension(view(), at(END))).toEqual({ outcome: 'unchanged', endsAt: END })
  })

  it('never takes time away, even where the bound is earlier than the end', () => {
    expect(decideExtension(view(END - 60), after(7 * DAY_SECONDS))).toEqual({ outcome: 'unchanged', endsAt: END })
  })
})
