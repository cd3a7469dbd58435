import 'server-only'
import { unstable_rethrow } from 'next/navigation'
import type { z } from 'zod'
import { formOf, keptValues, readForm } from '#app/form-input.ts'
import { portal } from '#app/portal.ts'
import { requestOrigin } from '#app/request-origin.ts'
import type { RequestOrigin } from '#lib/api/request-origin.ts'
import { errorEntry } from '#lib/errors/errors.ts'
import { type FormState, toFormFailure } from '#lib/errors/form-state.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'

const toPortalError = (thrown: unknown, requestId: string): PortalError => {
  const known = isPortalError(thrown) ? thrown : undefined
  if (known && errorEntry(known.code).status < 500) return known
  portal().log.error('the request failed:', thrown, { requestId })
  return known ?? new PortalError('server.internal')
}

type Options = {
  /** Fields that must not come back to the page, beyond those named like passwords, secrets and codes. */
  readonly secrets?: readonly string[]
}

/**
 * One use-case behind a form, for React's `useActionState`. In a file that begins with `'use server'`:
 *
 *     export const renameAction = action(z.object({ name: z.string().min(1, 'Enter a name.') }), async (input, origin) => {
 *       const principal = await requirePrincipal(input.slug)
 *       return portal().tokens.renameToken(principal, input)
 *     })
 *
 * and in the form: `const [state, submit] = useActionState(renameAction, { status: 'new' })`, then
 * `defaultValue={typed(state, 'name')}` and `error={problem(state, 'name')}` (components/form/form-view.ts).
 *
 * The form's texts are held against the schema; sentences of fields stand in `failure.fields`. A PortalError becomes
 * `refused`, with all that was typed but secrets; anything else is logged under the request id and becomes
 * `server.internal`. What the use-case answers comes back as `done`: show it INSTEAD of the form (React writes the
 * state of a form into the page). redirect() and notFound() pass. What the URL says (the account's slug,
 * an id) comes as a hidden input; rights are asked for inside, by each action itself.
 */
export const action =
  <Schema extends z.ZodType, Answer>(
    schema: Schema,
    run: (input: z.output<Schema>, origin: RequestOrigin) => Promise<Answer>,
    { secrets }: Options = {},
  ) =>
  async (_previous: FormState<Answer>, given: FormData): Promise<FormState<Answer>> => {
    const origin = await requestOrigin()
    const form = formOf(given)
    try {
      return { status: 'done', answer: await run(parseInput(schema, readForm(form)), origin) }
    } catch (thrown) {
      unstable_rethrow(thrown)
      const failure = toFormFailure(toPortalError(thrown, origin.requestId), origin.requestId)
      return { status: 'refused', failure, values: keptValues(form, secrets) }
    }
  }
