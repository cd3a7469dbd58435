import { describe, expect, it } from 'vitest'
import { slugOf } from '#lib/tenants/slug.ts'

describe('slugOf', () => {
  it.each([
    ['Acme', 'acme'],
    ['  Müller & Söhne GmbH  ', 'muller-sohne-gmbh'],
    ['../../etc', 'etc'],
    ['日本', 'account'],
    ['New', 'new-account'],
    ['ＡＣＭＥ', 'acme'],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
  ])('makes of %j the slug %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })
})
