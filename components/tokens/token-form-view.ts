import type { ExpiryChoices } from '#components/tokens/expiry-choices.ts'
import type { PermissionCategory } from '#components/tokens/permission-groups.ts'
import type { SnippetFacts } from '#components/tokens/snippets.ts'
import type { CredentialSecret } from '#lib/tokens/mint-credential.ts'
import type { RefreshMode, TokenContext, TokenType } from '#lib/tokens/token.ts'

/** What a form for a token begins with; the names are those of its inputs. */
export type Prefill = {
  readonly context: TokenContext
  readonly type: TokenType
  readonly name: string
  readonly description: string
  readonly grant: 'owner' | 'permissions'
  readonly permissions: readonly string[]
  readonly expiry: string
  readonly expiryDate: string
  /** One range a line. */
  readonly ipAllowlist: string
  readonly proof: 'secret' | 'key'
  readonly refreshMode: RefreshMode
  readonly dpopRequired: boolean
  /** Empty: no limit. */
  readonly requestsPerMinute: string
}

/** Everything the page for a new token shows. */
export type NewTokenView = {
  readonly slug: string
  readonly account: string
  /** What the product is called whose API tokens open. */
  readonly product: string
  readonly contexts: readonly TokenContext[]
  /** The path that opens the form for the account, where it asks for a fresh sign-in first. */
  readonly confirmFirst: string | undefined
  readonly groups: readonly PermissionCategory[]
  readonly accountOnly: readonly string[]
  /** How much an owner grant holds now. */
  readonly heldCount: number
  readonly notHeld: number
  readonly expiry: ExpiryChoices
  readonly prefill: Prefill
  /** What the link asked for and the person may not give. */
  readonly leftOut: readonly string[]
  readonly idempotencyKey: string
  readonly snippets: Omit<SnippetFacts, 'clientId'>
}

/** The one answer that carries a secret. */
export type IssuedAnswer = {
  readonly tokenId: string
  readonly name: string
  readonly secret: CredentialSecret
}
