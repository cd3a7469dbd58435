import { z } from '@hono/zod-openapi'

const problemSchema = z
  .object({
    type: z.string().openapi({ description: 'Absolute URL of the page that explains the code.' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    fields: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .openapi({ description: 'Sentences for each field that is not acceptable.' }),
    subject: z.string().optional().openapi({ description: 'Id of the object that the refusal is about.' }),
  })
  .openapi('Problem', { description: 'RFC 9457' })

/** A refusal as a route describes it: in which case, and that it is a problem document. */
export const refusedBy = (description: string) => ({
  description: `${description} (problem document)`,
  content: { 'application/problem+json': { schema: problemSchema } },
})

/** What may be refused of a request whose body is JSON, whatever it is about. */
export const BODY_REFUSALS = {
  400: refusedBy('The body is no JSON'),
  413: refusedBy('The body is longer than 64 KB'),
  415: refusedBy('The body is not called application/json'),
  422: refusedBy('A value is not acceptable, named in fields'),
} as const

const SESSION_REFUSALS = {
  401: refusedBy('No session, or one that has ended'),
  404: refusedBy('Not there, or not yours'),
  503: refusedBy('Nothing was done, as the store is away: try again'),
} as const

/** What a management route may refuse that reads. */
export const READ_REFUSALS = {
  ...SESSION_REFUSALS,
  403: refusedBy('Your role does not allow it'),
  422: refusedBy('A value is not acceptable, named in fields'),
} as const

/** What a management route may refuse that changes something, without a body. */
export const CHANGE_REFUSALS = {
  ...SESSION_REFUSALS,
  403: refusedBy('Your role does not allow it, or the request comes from elsewhere than the portal'),
  409: refusedBy('Somebody changed it meanwhile, or it was done already'),
} as const

/** The same of one that has a body. */
export const WRITE_REFUSALS = { ...CHANGE_REFUSALS, ...BODY_REFUSALS } as const
