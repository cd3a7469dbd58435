import { toRfc3339OrNull } from '#lib/time/duration.ts'
import type { Answer, Validation } from '#lib/verdict/validation.ts'

const writeJson = ({ token, tenant, user, audience, roles, permissions, metadata }: Validation): string =>
  JSON.stringify({
    active: true,
    token: { ...token, expiresAt: toRfc3339OrNull(token.expiresAt) },
    tenant,
    ...(user ? { user } : {}),
    audience,
    roles,
    permissions,
    metadata,
  })

/** The JSON of a good validation, as `/api/v1/validate` and `/api/v1/me` answer it. */
export const validationBody = (answer: Answer): string => {
  answer.json ??= writeJson(answer.validation)
  return answer.json
}

/** The headers a gateway hands on: identity, and those of the asked permissions (all of which are held). */
export const validationHeaders = (
  { token, tenant, user, audience }: Validation,
  permissions: readonly string[],
): Record<string, string> => ({
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Auth-Subject': user?.id ?? token.id,
  'X-Auth-Tenant': tenant.id,
  'X-Auth-Token-Id': token.id,
  'X-Auth-Audience': audience,
  'X-Auth-Permissions': permissions.join(' '),
})
