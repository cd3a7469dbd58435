import type { Token } from '#lib/tokens/token.ts'

/** What a good credential stands for. */
export type Validation = {
  readonly token: Pick<Token, 'id' | 'context' | 'type' | 'name' | 'expiresAt'>
  readonly tenant: { readonly id: string; readonly name: string }
  readonly user?: { readonly id: string; readonly email: string; readonly name: string }
  readonly audience: string
  readonly roles: readonly string[]
  /** Sorted; of a narrowed bearer JWT only those within its scope. */
  readonly permissions: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
}

/** A validation, and the JSON that it was answered with: the same for as long as its standing is, so that it is written once. */
export type Answer = { readonly validation: Validation; json?: string }

/** How many answers are remembered of one standing: one for each audience, and for each narrowed scope. */
export const ANSWERS_MAX = 2
