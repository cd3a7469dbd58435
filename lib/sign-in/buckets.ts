import { networkOf } from '#lib/policy/network-of.ts'
import type { Bucket } from '#lib/sign-in/guard-guesses.ts'

type Asking = {
  readonly email: string
  /** Undefined when the request's address is not known. */
  readonly address: string | undefined
  /** Proof that this browser has signed in to the account before; see known-browser.ts. */
  readonly knownBrowser: string | undefined
}

/**
 * The buckets an attempt counts in. A browser that has signed in before has one of its own, so that strangers'
 * failures slow strangers down and not the owner, and all such browsers of an account share a wider one; all others share the
 * account's and their network's.
 */
export const bucketsOf = (
  kind: 'password' | 'code' | 'mail',
  { email, address, knownBrowser }: Asking,
): readonly Bucket[] => {
  if (knownBrowser !== undefined) {
    return [
      { scope: `${kind}-browser`, text: `${email}\n${knownBrowser}`, forgetOnSuccess: true },
      { scope: `${kind}-browsers`, text: email, forgetOnSuccess: true },
    ]
  }
  const account: Bucket = { scope: `${kind}-account`, text: email, forgetOnSuccess: true }
  if (kind === 'code' || address === undefined) return [account]
  return [account, { scope: `${kind}-address`, text: networkOf(address), forgetOnSuccess: false }]
}
