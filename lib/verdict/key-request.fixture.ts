import type { ValidationRequest } from '#lib/verdict/validate.ts'

/** A request with this access token that asks for nothing, from nowhere in particular. */
export const keyRequest = (text: string): ValidationRequest => ({
  presented: { header: 'x-api-key', text },
  permissions: [],
  audience: undefined,
  address: undefined,
  agent: undefined,
})
