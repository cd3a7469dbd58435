import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ApiEnv, originOf } from '#lib/api/api-context.ts'
import { limitBody } from '#lib/api/limit-body.ts'
import { BODY_REFUSALS, refusedBy } from '#lib/api/problem-document.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { leaksUseCases } from '#lib/leaks/leaks-use-cases.ts'

/** What the routes ask. */
export type LeakRoutesPorts = {
  readonly leaks: Pick<ReturnType<typeof leaksUseCases>, 'report' | 'answerGithub'>
}

const reportSchema = z
  .object({
    credential: z
      .string()
      .max(LIMITS.reportLength)
      .openapi({ description: 'A credential, or the lines in which it stands.' }),
    foundAt: z.string().max(LIMITS.foundAtLength).optional().openapi({ description: 'Where it was found.' }),
  })
  .openapi('LeakReport')

const answerSchema = z
  .object({
    recognised: z
      .number()
      .int()
      .openapi({ description: 'Credentials of this deployment in the text, whether they still worked or not.' }),
    reaction: z.enum(['revoke', 'pause', 'tell']).openapi({ description: 'What is done about them here.' }),
  })
  .openapi('LeakAnswer')

const matchSchema = z
  .array(z.object({ token: z.string(), type: z.string(), url: z.string().nullish(), source: z.string().optional() }))
  .max(LIMITS.githubMatches)
  .openapi('GithubReport')

const feedbackSchema = z
  .array(
    z.object({
      token_hash: z.string().openapi({ description: 'SHA-256 of the token, in hexadecimal.' }),
      token_type: z.string(),
      label: z.enum(['true_positive', 'false_positive']),
    }),
  )
  .openapi('GithubFeedback')

const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } })

const register = ({ openAPIRegistry }: OpenAPIHono<ApiEnv>): void => {
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/v1/leaks',
    summary: 'I have found a credential',
    tags: ['Found credentials'],
    request: { body: { required: true, ...json(reportSchema) } },
    responses: {
      200: { description: 'It was dealt with, if it is one of ours', ...json(answerSchema) },
      ...BODY_REFUSALS,
      503: refusedBy('Nothing was done, or not all: try again'),
    },
  })
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/v1/leaks/github',
    summary: 'Report of GitHub secret scanning, signed over the raw body',
    tags: ['Found credentials'],
    request: {
      headers: z.object({ 'Github-Public-Key-Identifier': z.string(), 'Github-Public-Key-Signature': z.string() }),
      body: { required: true, ...json(matchSchema) },
    },
    responses: {
      200: { description: 'Which of them are credentials of this deployment', ...json(feedbackSchema) },
      400: refusedBy('Not a list of matches'),
      403: refusedBy('Not signed by a key of GitHub'),
      404: refusedBy('This deployment takes no reports from GitHub'),
      413: refusedBy('Too many matches, or more than 64 KB'),
      503: refusedBy('The keys of GitHub, or the store, could not be read'),
    },
  })
}

const JSON_TYPE = /^application\/json(?:\s*;|$)/i

const jsonBody = async ({ req }: Context<ApiEnv>): Promise<unknown> => {
  if (!JSON_TYPE.test(req.header('content-type') ?? ''))
    throw new PortalError('request.media_type', { detail: 'Send application/json.' })
  try {
    return await req.json()
  } catch {
    throw new PortalError('request.malformed', { detail: 'The body is no JSON.' })
  }
}

const headersOf = (context: Context<ApiEnv>) => ({
  'Cache-Control': 'no-store',
  'X-Request-Id': originOf(context).requestId,
})

/** `/api/v1/leaks`, for whoever found a credential, and `/api/v1/leaks/github`, for GitHub's secret scanning. */
export const addLeakRoutes = (app: OpenAPIHono<ApiEnv>, { leaks }: LeakRoutesPorts): void => {
  register(app)
  app.post('/api/v1/leaks', limitBody, async (context) => {
    const { requestId, address } = originOf(context)
    const circumstances = { source: 'api', trace: { requestId, address } } as const
    const answer = await leaks.report(await jsonBody(context), circumstances)
    return Response.json(answer, { headers: headersOf(context) })
  })
  app.post('/api/v1/leaks/github', limitBody, async (context) => {
    const { req } = context
    const { requestId, address } = originOf(context)
    const feedback = await leaks.answerGithub({
      keyId: req.header('github-public-key-identifier'),
      signature: req.header('github-public-key-signature'),
      body: new Uint8Array(await req.arrayBuffer()),
      trace: { requestId, address },
    })
    return Response.json(feedback, { headers: headersOf(context) })
  })
}
