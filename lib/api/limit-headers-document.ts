import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '#lib/api/api-context.ts'

const listOf = (member: string): string => `^${member}(, ${member})*$`
const POLICY = '"(token|tenant|address)"'

const HEADERS = {
  'RateLimit-Policy': {
    description: 'The limits that the request met, q requests in any w seconds; absent where it met none.',
    schema: { type: 'string' as const, pattern: listOf(`${POLICY};q=\\d+;w=\\d+`), examples: ['"token";q=600;w=60'] },
  },
  RateLimit: {
    description: 'What is left of each: r requests, and more after t seconds; absent where it met none.',
    schema: { type: 'string' as const, pattern: listOf(`${POLICY};r=\\d+;t=\\d+`), examples: ['"token";r=11;t=2'] },
  },
  'Retry-After': {
    description: 'Seconds after which asking again may succeed.',
    schema: { type: 'integer' as const, minimum: 0 },
  },
}

type HeaderName = keyof typeof HEADERS

const refsOf = (names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const ALWAYS = refsOf(['RateLimit-Policy', 'RateLimit'])
const WHEN_REFUSED = refsOf(['RateLimit-Policy', 'RateLimit', 'Retry-After'])
const WITH_RETRY = new Set(['429', '503'])

/** Says of each answer that it may carry the headers of limits; of one that asks to come again, when to. */
export const limitedResponses = <Response extends object>(
  responses: Readonly<Record<number, Response>>,
): Record<string, Response & { headers: typeof ALWAYS }> =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, headers: WITH_RETRY.has(status) ? WHEN_REFUSED : ALWAYS },
    ]),
  )

/** What these headers are, once for all answers that carry them. */
export const describeLimitHeaders = ({ openAPIRegistry }: OpenAPIHono<ApiEnv>): void => {
  for (const [name, header] of Object.entries(HEADERS)) openAPIRegistry.registerComponent('headers', name, header)
}
