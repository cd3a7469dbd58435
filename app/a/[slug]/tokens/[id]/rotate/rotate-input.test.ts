import { describe, expect, it } from 'vitest'
import { rotateInput, toRotateRequest } from '#app/a/[slug]/tokens/[id]/rotate/rotate-input.ts'

const request = (change: Readonly<Record<string, unknown>> = {}) =>
  toRotateRequest(
    rotateInput.parse({
      slug: 'acme',
      tokenId: 't-1',
      overlapSeconds: '86400',
      replaces: 'c-1',
      idempotencyKey: 'k-1',
      ...change,
    }),
  )

describe('the form that rotates', () => {
  it('keeps the end of the token unless another is chosen', () => {
    const kept = { overlapSeconds: 86_400, expiry: undefined, replaces: 'c-1', idempotencyKey: 'k-1' }
    expect(request()).toEqual(kept)
    expect(request({ expiry: 'keep', expiryDate: '2030-01-01' })).toEqual(kept)
  })

  it.each([
    [{ expiry: '2592000' }, { kind: 'after', seconds: 2_592_000 }],
    [
      { expiry: 'at', expiryDate: '2030-01-01' },
      { kind: 'at', numericDate: Date.UTC(2030, 0, 2) / 1000 - 1 },
    ],
    [{ expiry: 'never' }, { kind: 'never' }],
    [{ expiry: 'whenever' }, { kind: 'after', seconds: Number.NaN }],
  ])('asks for the end that is chosen: %j', (chosen, expiry) => {
    expect(request(chosen).expiry).toEqual(expiry)
  })
})
