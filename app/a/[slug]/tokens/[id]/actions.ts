'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { editInput, toEditRequest } from '#app/a/[slug]/tokens/[id]/edit/edit-input.ts'
import { rotateInput, toRotateRequest } from '#app/a/[slug]/tokens/[id]/rotate/rotate-input.ts'
import { actingPrincipal } from '#app/a/[slug]/tokens/acting-principal.ts'
import { action } from '#app/action.ts'
import { portal } from '#app/portal.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

type Done = 'edited' | 'paused' | 'resumed' | 'revoked' | 'finished' | 'extended' | 'cancelled'

const leaveTo = (slug: string, tokenId: string, done: Done): never => {
  const path = tokenPaths(slug).token(tokenId)
  revalidatePath(path)
  return redirect(`${path}?done=${done}`)
}

const named = z.object({ slug: z.string(), tokenId: z.string() })

/** Changes a token as the form says, and leads to its page. */
export const editTokenAction = action(editInput, async (input) => {
  const principal = await actingPrincipal(input.slug)
  await portal().tokens.edit(principal, input.tokenId, toEditRequest(input), { version: input.version })
  return leaveTo(input.slug, input.tokenId, 'edited')
})

/** Pauses or resumes a token, and leads to its page. */
export const pauseTokenAction = action(
  named.extend({ wish: z.enum(['pause', 'resume']) }),
  async ({ slug, tokenId, wish }) => {
    const principal = await actingPrincipal(slug)
    const { tokens } = portal()
    await (wish === 'pause' ? tokens.pause(principal, tokenId) : tokens.resume(principal, tokenId))
    return leaveTo(slug, tokenId, wish === 'pause' ? 'paused' : 'resumed')
  },
)

/** Revokes a token whose name was typed, and leads to its page. */
export const revokeTokenAction = action(
  named.extend({ confirmation: z.string() }),
  async ({ slug, tokenId, confirmation }) => {
    const principal = await actingPrincipal(slug)
    const { tokens } = portal()
    const { token } = await tokens.describe(principal, tokenId)
    if (confirmation.trim() !== token.name)
      throw new PortalError('request.invalid', {
        detail: 'The name is not the token’s.',
        fields: { confirmation: [`Type the name as it stands: ${token.name}`] },
      })
    await tokens.revoke(principal, tokenId)
    return leaveTo(slug, tokenId, 'revoked')
  },
)

/** Gives a token a new secret. The answer carries it, once: the page shows it instead of the form. */
export const rotateTokenAction = action(rotateInput, async (input) => {
  const { slug, tokenId } = input
  const principal = await actingPrincipal(slug)
  const { token, secret } = await portal().tokens.rotate(principal, tokenId, toRotateRequest(input))
  revalidatePath(tokenPaths(slug).token(tokenId))
  return { tokenId: token.id, name: token.name, secret }
})

const STEPS_DONE = { finish: 'finished', extend: 'extended', cancel: 'cancelled' } as const

/** Takes a step of the rotation that was looked at, and leads to the token's page. */
export const rotationStepAction = action(
  named.extend({
    rotationId: z.string(),
    step: z.enum(['finish', 'extend', 'cancel']),
    endsAt: z.coerce.number().default(Number.NaN),
  }),
  async ({ slug, tokenId, rotationId, step, endsAt }) => {
    const principal = await actingPrincipal(slug)
    const { tokens } = portal()
    const steps = {
      finish: () => tokens.finishRotation(principal, tokenId, { rotationId }),
      extend: () => tokens.extendRotation(principal, tokenId, { kind: 'at', numericDate: endsAt }, { rotationId }),
      cancel: () => tokens.cancelRotation(principal, tokenId, { rotationId }),
    }
    await steps[step]()
    return leaveTo(slug, tokenId, STEPS_DONE[step])
  },
)
