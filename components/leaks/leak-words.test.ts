import { describe, expect, it } from 'vitest'
import { promiseOf, thanksFor } from '#components/leaks/leak-words.ts'

describe('words for whoever found a token', () => {
  it.each(['revoke', 'pause', 'tell'] as const)('%s says before and after what is done', (reaction) => {
    expect(promiseOf(reaction)).toMatch(/owner is told\.$/)
    expect(thanksFor(1, reaction).title).toBe('Thank you. We know one token in it')
    expect(thanksFor(3, reaction).title).toBe('Thank you. We know 3 tokens in it')
    expect(thanksFor(1, reaction).text).toBe(thanksFor(3, reaction).text)
  })

  it('never claims that what is only told of has stopped', () => {
    expect(`${promiseOf('tell')} ${thanksFor(1, 'tell').text}`).not.toMatch(/not work|stop/)
  })

  it('is as friendly to who found nothing of ours, whatever is done elsewhere', () => {
    expect(thanksFor(0, 'revoke')).toEqual(thanksFor(0, 'tell'))
    expect(thanksFor(0, 'revoke').title).toMatch(/^Thank you/)
  })
})
