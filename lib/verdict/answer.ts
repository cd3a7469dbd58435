import type { Standing } from '#lib/verdict/standing.ts'
import { ANSWERS_MAX, type Answer, type Validation } from '#lib/verdict/validation.ts'
import type { VerifiedClaims } from '#lib/verdict/verified-claims.ts'

const buildValidation = (
  { token, tenant, user, permissions, roles }: Standing,
  claims: VerifiedClaims,
): Validation => ({
  token: { id: token.id, context: token.context, type: token.type, name: token.name, expiresAt: token.expiresAt },
  tenant,
  ...(user ? { user } : {}),
  audience: claims.audience,
  roles,
  permissions: claims.scope ? [...permissions].filter((key) => claims.scope?.includes(key)) : [...permissions],
  metadata: token.metadata,
})

// No audience has a NUL in it, and no member of a scope a space.
const nameOf = ({ audience, scope }: VerifiedClaims): string =>
  scope === undefined ? audience : `\0${scope.join(' ')}\0${audience}`

/** What is answered to good claims; the same object for as long as their standing is. */
export const answerOf = (standing: Standing, claims: VerifiedClaims): Answer => {
  const { answers } = standing
  const name = nameOf(claims)
  const known = answers.get(name)
  if (known) return known
  const answer: Answer = { validation: buildValidation(standing, claims) }
  if (answers.size >= ANSWERS_MAX) answers.clear()
  answers.set(name, answer)
  return answer
}
