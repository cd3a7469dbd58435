import type { MissingReason } from '#lib/access/effective.ts'

/** Who is spoken of: the account and the product by name, the owner as "Your" or "Ada’s". */
export type MissingNames = { readonly account: string; readonly product: string; readonly owner: string }

/** Why so many permissions that were granted are without effect, in a sentence. */
export const missingWords = (
  reason: MissingReason,
  { account, product, owner }: MissingNames,
  amount: number,
): string => {
  const [them, comes] = amount === 1 ? ['it', 'It comes'] : ['them', 'They come']
  return {
    owner: `${owner} role does not hold ${them} any more. ${comes} back with the role.`,
    ceiling: `${account} may not use ${them} at present.`,
    withdrawn: `${product} does not offer ${them} any more.`,
  }[reason]
}
