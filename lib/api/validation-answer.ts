import { toRfc3339OrNull } from '#lib/time/duration.ts'
import type { Validation } from '#lib/verdict/validation.ts'

// A validation is the same object for as long as it holds: it is put into words once.
const bodies = new WeakMap<Validation, string>()

/** The JSON of a good validation, as `/api/v1/validate` and `/api/v1/me` answer it. */
export const validationBody = (validation: Validation): string => {
  const known = bodies.get(validation)
  if (known !== undefined) return known
  const { token, tenant, user, audience, roles, permissions, metadata } = validation
  const body = JSON.stringify({
    active: true,
    token: { ...token, expiresAt: toRfc3339OrNull(token.expiresAt) },
    tenant,
    ...(user ? { user } : {}),
    audience,
    roles,
    permissions,
    metadata,
  })
  bodies.set(validation, body)
  return body
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
