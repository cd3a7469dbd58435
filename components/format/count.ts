const digits = new Intl.NumberFormat('en')

// Below it there is nothing to group; a page counts hundreds of times, and Intl is slow.
const THOUSAND = 1000

/** A number with its word: count(1, 'permission') is "1 permission", count(1200, 'token') "1,200 tokens". */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount < THOUSAND ? amount : digits.format(amount)} ${amount === 1 ? one : many}`
