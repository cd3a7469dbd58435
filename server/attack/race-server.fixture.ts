/** What a server answered: its status and its JSON. */
export type Answer = { readonly status: number; readonly json: Readonly<Record<string, unknown>> }

/** Pairs of a form. */
export type Form = Readonly<Record<string, string>>

/** The name that every portal of these tests believes to have. */
export const URL_OF_ALL = 'http://portal.example'

const jsonOf = (text: string): Record<string, unknown> => (text === '' ? {} : JSON.parse(text))

/** How to reach a portal: a request with its answer, and one whose answer nobody reads. */
export type Wire = {
  send(path: string, init?: RequestInit): Promise<Response>
  lose(path: string, form: Form): Promise<void>
}

/** A portal as clients and browsers use it. */
export const serverOver = ({ send, lose }: Wire) => {
  const answer = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await send(path, init)
    return { status: response.status, json: jsonOf(await response.text()) }
  }
  const post = (path: string, form: Form) => answer(path, { method: 'POST', body: new URLSearchParams(form) })
  return {
    /** Any request, and its answer. */
    send: answer,
    /** Whether a credential in `X-API-KEY` (access) or `Authorization` (bearer) is good here, and for these permissions. */
    validate: (text: string, header: 'x-api-key' | 'authorization' = 'x-api-key', permission?: string) =>
      answer(`/api/v1/validate${permission === undefined ? '' : `?permission=${permission}`}`, {
        headers: { [header]: header === 'x-api-key' ? text : `Bearer ${text}` },
      }),
    exchange: (form: Form) => post('/oauth/token', form),
    /** The same, but the connection is gone before the answer. */
    loseExchange: (form: Form) => lose('/oauth/token', form),
    introspect: (form: Form) => post('/oauth/introspect', form),
    revoke: (form: Form) => post('/oauth/revoke', form),
    /** As a signed-in browser; rejects when the connection breaks. */
    manage: (cookie: string, method: string, path: string, body?: unknown, idempotencyKey?: string) =>
      answer(path, {
        method,
        headers: {
          cookie,
          origin: URL_OF_ALL,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}

/** A portal that is raced against. */
export type Server = ReturnType<typeof serverOver>
