import type { Token } from '#lib/tokens/token.ts'
import type { Standing } from '#lib/verdict/standing.ts'
import type { VerifiedClaims } from '#lib/verdict/verified-claims.ts'

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

const buildValidation = (
  { token, tenant, user, permissions, roles }: Standing,
  claims: VerifiedClaims,
): Validation => ({
  token: { id: token.id, context: token.context, type: token.type, name: token.name, expiresAt: token.expiresAt },
  tenant,
  ...(user ? { user } : {}),
  audience: claims.audience,
  roles,
  permissions: [...permissions].filter((key) => !claims.scope || claims.scope.includes(key)),
  metadata: token.metadata,
})

/** How many answers are remembered of one standing: one for each audience, and for each narrowed scope. */
export const ANSWERS_MAX = 2

// With the standing they go, whoever else knows the text of a credential: a client may have thousands of bearer JWTs.
const built = new WeakMap<Standing, Map<string, Validation>>()

// No audience has a NUL in it, and no member of a scope a space.
const nameOf = ({ audience, scope }: VerifiedClaims): string =>
  scope === undefined ? audience : `\0${scope.join(' ')}\0${audience}`

/** What good claims stand for; the same object for as long as their standing is, so that it need be put into words once. */
export const validationOf = (standing: Standing, claims: VerifiedClaims): Validation => {
  const name = nameOf(claims)
  const answers = built.get(standing)
  const known = answers?.get(name)
  if (known) return known
  const validation = buildValidation(standing, claims)
  if (answers && answers.size < ANSWERS_MAX) answers.set(name, validation)
  else built.set(standing, new Map([[name, validation]]))
  return validation
}
