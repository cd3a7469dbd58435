import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ApiEnv } from '#lib/api/api-context.ts'
import { limitBody } from '#lib/api/limit-body.ts'
import { CHANGE_REFUSALS, READ_REFUSALS, WRITE_REFUSALS } from '#lib/api/problem-document.ts'
import { requireId, requireSession, type SessionPorts } from '#lib/api/require-session.ts'
import { addRotationRoutes } from '#lib/api/rotation-routes.ts'
import {
  editBody,
  emptyBody,
  issueBody,
  pauseBody,
  rotateBody,
  toEditRequest,
  toIssueRequest,
  toRotateRequest,
  withBodyNames,
} from '#lib/api/token-bodies.ts'
import {
  describedTokenJson,
  describedTokenSchema,
  issuedTokenJson,
  issuedTokenSchema,
  listedTokenJson,
  listedTokenSchema,
  tokenJson,
  tokenSchema,
} from '#lib/api/token-json.ts'
import { LIMITS } from '#lib/config/limits.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { tokensUseCases } from '#lib/tokens/tokens-use-cases.ts'

/** What the routes ask. */
export type TokenRoutesPorts = SessionPorts & {
  readonly clock: Clock
  readonly tokens: ReturnType<typeof tokensUseCases>
}

const COLLECTION = '/api/v1/tenants/{tenantId}/tokens'
const ITEM = `${COLLECTION}/{id}`

const inTenant = z.object({ tenantId: z.string() })
const ofToken = z.object({ tenantId: z.string(), id: z.string() })
const onceHeader = z.object({
  'idempotency-key': z.string().optional().openapi({
    description: 'A repeated request with the same key, within 30 days, makes nothing new: 409 with the id.',
  }),
})

const many = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(item).optional())

const listQuery = z.strictObject({
  context: z.enum(['user', 'tenant']).default('user'),
  owner: z.enum(['me', 'everyone']).optional(),
  type: z.enum(['client_credentials', 'access_token']).optional(),
  state: many(z.enum(['active', 'expiring', 'expired', 'paused', 'revoked'])),
  search: z.string().optional(),
  limit: z.coerce
    .number()
    .optional()
    .openapi({ description: `At most ${LIMITS.pageSizeMax}.` }),
  cursor: z.string().optional(),
})

const answered = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

const sent = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const common = { tags: ['Tokens'], security: [{ session: [] }] }

const page = z.object({ tokens: z.array(listedTokenSchema), nextCursor: z.string().nullable() }).openapi('TokenPage')

const list = createRoute({
  ...common,
  method: 'get',
  path: COLLECTION,
  summary: 'List tokens, newest first',
  request: { params: inTenant, query: listQuery },
  responses: { 200: answered('One page', page), ...READ_REFUSALS },
})

const issue = createRoute({
  ...common,
  method: 'post',
  path: COLLECTION,
  summary: 'Issue a token',
  request: { params: inTenant, headers: onceHeader, body: sent(issueBody) },
  responses: { 201: answered('The token, and once its secret', issuedTokenSchema), ...WRITE_REFUSALS },
})

const describe = createRoute({
  ...common,
  method: 'get',
  path: ITEM,
  summary: 'Describe a token',
  request: { params: ofToken },
  responses: { 200: answered('The token', describedTokenSchema), ...READ_REFUSALS },
})

const edit = createRoute({
  ...common,
  method: 'patch',
  path: ITEM,
  summary: 'Edit a token',
  request: { params: ofToken, body: sent(editBody) },
  responses: { 200: answered('The token', tokenSchema), ...WRITE_REFUSALS },
})

const revoke = createRoute({
  ...common,
  method: 'delete',
  path: ITEM,
  summary: 'Revoke a token',
  request: { params: ofToken },
  responses: { 200: answered('The revoked token', tokenSchema), ...CHANGE_REFUSALS },
})

const rotate = createRoute({
  ...common,
  method: 'post',
  path: `${ITEM}/rotate`,
  summary: 'Give a token a new credential',
  request: { params: ofToken, headers: onceHeader, body: sent(rotateBody) },
  responses: { 200: answered('The token, and once its new secret', issuedTokenSchema), ...WRITE_REFUSALS },
})

const pause = createRoute({
  ...common,
  method: 'post',
  path: `${ITEM}/pause`,
  summary: 'Pause a token',
  request: { params: ofToken, body: sent(pauseBody) },
  responses: { 200: answered('The token', tokenSchema), ...WRITE_REFUSALS },
})

const resume = createRoute({
  ...common,
  method: 'post',
  path: `${ITEM}/resume`,
  summary: 'Resume a token',
  request: { params: ofToken, body: sent(emptyBody) },
  responses: { 200: answered('The token', tokenSchema), ...WRITE_REFUSALS },
})

const addCollection = (app: OpenAPIHono<ApiEnv>, { tokens, clock, settings }: TokenRoutesPorts): void => {
  app.openapi(list, async (context) => {
    const { state, ...query } = context.req.valid('query')
    const { rows, nextCursor } = await tokens.list(context.get('principal'), { ...query, states: state })
    const now = clock.now()
    return context.json({ tokens: rows.map((row) => listedTokenJson(row, now)), nextCursor }, 200)
  })
  app.openapi(issue, async (context) => {
    const principal = context.get('principal')
    const request = toIssueRequest(context.req.valid('json'), context.req.valid('header')['idempotency-key'])
    const issued = await withBodyNames(tokens.issue(principal, request))
    const { tenantId, id } = issued.token
    context.header('Location', `${settings.url}/api/v1/tenants/${tenantId}/tokens/${id}`)
    return context.json(issuedTokenJson(issued, clock.now()), 201)
  })
}

const addItem = (app: OpenAPIHono<ApiEnv>, { tokens, clock }: TokenRoutesPorts): void => {
  app.openapi(describe, async (context) => {
    const described = await tokens.describe(context.get('principal'), requireId(context.req.valid('param').id))
    return context.json(describedTokenJson(described, clock.now()), 200)
  })
  app.openapi(edit, async (context) => {
    const id = requireId(context.req.valid('param').id)
    const edited = await withBodyNames(
      tokens.edit(context.get('principal'), id, toEditRequest(context.req.valid('json'))),
    )
    return context.json(tokenJson(edited, clock.now()), 200)
  })
  app.openapi(revoke, async (context) => {
    const revoked = await tokens.revoke(context.get('principal'), requireId(context.req.valid('param').id))
    return context.json(tokenJson(revoked, clock.now()), 200)
  })
}

const addActions = (app: OpenAPIHono<ApiEnv>, { tokens, clock }: TokenRoutesPorts): void => {
  app.openapi(rotate, async (context) => {
    const request = toRotateRequest(context.req.valid('json'), context.req.valid('header')['idempotency-key'])
    const id = requireId(context.req.valid('param').id)
    const rotated = await withBodyNames(tokens.rotate(context.get('principal'), id, request))
    return context.json(issuedTokenJson(rotated, clock.now()), 200)
  })
  app.openapi(pause, async (context) => {
    const id = requireId(context.req.valid('param').id)
    const paused = await tokens.pause(context.get('principal'), id, context.req.valid('json').reason)
    return context.json(tokenJson(paused, clock.now()), 200)
  })
  app.openapi(resume, async (context) => {
    const resumed = await tokens.resume(context.get('principal'), requireId(context.req.valid('param').id))
    return context.json(tokenJson(resumed, clock.now()), 200)
  })
}

/** `/api/v1/tenants/{tenantId}/tokens…`: what the pages do, for a signed-in session, by the same use-cases. */
export const addTokenRoutes = (app: OpenAPIHono<ApiEnv>, ports: TokenRoutesPorts): void => {
  app.use('/api/v1/tenants/:tenantId/*', requireSession(ports), limitBody)
  addCollection(app, ports)
  addItem(app, ports)
  addActions(app, ports)
  addRotationRoutes(app, ports)
}
