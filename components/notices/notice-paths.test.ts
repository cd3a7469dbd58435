import { expect, it } from 'vitest'
import { noticesPageHref, noticesPath, trailOf } from '#components/notices/notice-paths.ts'

const trailIn = (href: string) => trailOf(new URL(href, 'https://tokens.example').searchParams.get('page') ?? undefined)

it('an address leads back to the trail it was made of', () => {
  expect(noticesPageHref('acme', [])).toBe(noticesPath('acme'))
  expect(trailIn(noticesPageHref('acme', ['MTox', 'Mjoy']))).toEqual(['MTox', 'Mjoy'])
  expect(trailOf(undefined)).toEqual([])
})

it('forgets the way of somebody who went far, and still knows where they are', () => {
  const far = Array.from({ length: 50 }, (_, index) => `at${index}`)
  expect(trailIn(noticesPageHref('acme', far))).toEqual(far.slice(30))
})
