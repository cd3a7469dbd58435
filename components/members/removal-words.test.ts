import { describe, expect, it } from 'vitest'
import { memberPaths } from '#components/members/member-paths.ts'
import { removalWords } from '#components/members/removal-words.ts'

const words = (isYou: boolean, tokens: number) =>
  removalWords({ member: { name: 'Mia', isYou }, accountName: 'Acme', tokens })

describe('removalWords', () => {
  it('names who goes, and what goes with them', () => {
    expect(words(false, 2)).toMatchObject({ title: 'Remove Mia from Acme?', confirm: 'Remove Mia' })
    expect(words(false, 2).description).toContain('revokes their 2 personal tokens in this account at once')
    expect(words(false, 1).description).toContain('their 1 personal token in')
    expect(words(false, 0).description).toContain('They have no working personal tokens here')
  })

  it('speaks to the one who leaves', () => {
    expect(words(true, 3)).toMatchObject({ title: 'Leave Acme?', confirm: 'Leave Acme', failed: 'You have not left' })
    expect(words(true, 3).description).toContain('your 3 personal tokens')
    expect(words(true, 0).description).toContain('You have no working personal tokens here')
  })
})

describe('memberPaths', () => {
  it('keep what stands in them apart', () => {
    const paths = memberPaths('ac/me')
    expect(paths.member('a/b')).toBe('/a/ac%2Fme/members/a%2Fb')
    expect(paths.remove('x')).toBe('/a/ac%2Fme/members/x/remove')
    expect(paths.after('a+b@example.com')).toBe('/a/ac%2Fme/members?after=a%2Bb%40example.com')
  })
})
