import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ApiEnv } from '#lib/api/api-context.ts'
import { WRITE_REFUSALS } from '#lib/api/problem-document.ts'
import { requireId } from '#lib/api/require-session.ts'
import { extendBody, rotationBody, toExtensionRequest, withBodyNames } from '#lib/api/token-bodies.ts'
import { tokenJson, tokenSchema } from '#lib/api/token-json.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'

/** What the routes ask. */
export type RotationRoutesPorts = {
  readonly clock: Clock
  readonly tokens: Pick<ReturnType<typeof tokensUseCases>, 'finishRotation' | 'extendRotation' | 'cancelRotation'>
}

const STEPS = '/api/v1/tenants/{tenantId}/tokens/{id}/rotation'

const step = <Name extends string, Body extends z.ZodType>(name: Name, summary: string, body: Body) =>
  createRoute({
    tags: ['Tokens'],
    security: [{ session: [] }],
    method: 'post',
    path: `${STEPS}/${name}` as const,
    summary,
    request: {
      params: z.object({ tenantId: z.string(), id: z.string() }),
      body: { required: true, content: { 'application/json': { schema: body } } },
    },
    responses: {
      200: { description: 'The token', content: { 'application/json': { schema: tokenSchema } } },
      ...WRITE_REFUSALS,
    },
  })

const finish = step('finish', 'End the former credential of a rotation now', rotationBody)
const extend = step('extend', 'Let the former credential of a rotation go on for longer', extendBody)
const cancel = step('cancel', 'End the new credential of a rotation; the former one lives on', rotationBody)

/** `…/tokens/{id}/rotation/…`: the steps of a rotation under way. The caller has asked for a session. */
export const addRotationRoutes = (app: OpenAPIHono<ApiEnv>, { tokens, clock }: RotationRoutesPorts): void => {
  app.openapi(finish, async (context) => {
    const id = requireId(context.req.valid('param').id)
    const token = await tokens.finishRotation(context.get('principal'), id, context.req.valid('json'))
    return context.json(tokenJson(token, clock.now()), 200)
  })
  app.openapi(extend, async (context) => {
    const id = requireId(context.req.valid('param').id)
    const body = context.req.valid('json')
    const { rotationId } = body
    const request = toExtensionRequest(body)
    const extended = tokens.extendRotation(context.get('principal'), id, request, { rotationId })
    return context.json(tokenJson(await withBodyNames(extended), clock.now()), 200)
  })
  app.openapi(cancel, async (context) => {
    const id = requireId(context.req.valid('param').id)
    const token = await tokens.cancelRotation(context.get('principal'), id, context.req.valid('json'))
    return context.json(tokenJson(token, clock.now()), 200)
  })
}
