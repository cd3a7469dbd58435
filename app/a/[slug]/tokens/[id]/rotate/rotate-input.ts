import { z } from 'zod'
import { expiryOf } from '#app/a/[slug]/tokens/new/issue-input.ts'
import { KEEP_EXPIRY } from '#components/tokens/expiry-choices.ts'
import type { RotateRequest } from '#lib/tokens/rotate-token.ts'

/** The form that rotates a token, as it arrives. What its values have to be, the use-case says. */
export const rotateInput = z.object({
  slug: z.string(),
  tokenId: z.string(),
  overlapSeconds: z.coerce.number(),
  expiry: z.string().default(KEEP_EXPIRY),
  expiryDate: z.string().default(''),
  publicJwks: z.string().optional(),
  replaces: z.string(),
  idempotencyKey: z.string().optional(),
})

/** The rotation that the form stands for; "as it is" asks for no other end. */
export const toRotateRequest = (input: z.output<typeof rotateInput>): RotateRequest => ({
  overlapSeconds: input.overlapSeconds,
  expiry: input.expiry === KEEP_EXPIRY ? undefined : expiryOf(input),
  publicJwks: input.publicJwks,
  replaces: input.replaces,
  idempotencyKey: input.idempotencyKey,
})
