import { expect, it } from 'vitest'
import { missingWords } from '#components/tokens/missing-words.ts'

const NAMES = { account: 'Acme', product: 'Example', owner: 'Your' }

it.each([
  ['owner', 1, 'Your role does not hold it any more. It comes back with the role.'],
  ['owner', 2, 'Your role does not hold them any more. They come back with the role.'],
  ['ceiling', 1, 'Acme may not use it at present.'],
  ['ceiling', 2, 'Acme may not use them at present.'],
  ['withdrawn', 2, 'Example does not offer them any more.'],
] as const)('why, for %s, %i of them are without effect', (reason, amount, words) => {
  expect(missingWords(reason, NAMES, amount)).toBe(words)
})
