const digits = new Intl.NumberFormat('en')

/** A number with its word: count(1, 'permission') is "1 permission", count(1200, 'token') "1,200 tokens". */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${digits.format(amount)} ${amount === 1 ? one : many}`
