/** A client of one side. */
export type Party = { readonly id: string; readonly secret: string }

/** One of the two authorization servers that are asked the same: its address, its clients, and fresh tokens of theirs. */
export type Side = {
  readonly url: string
  /** Authenticates by HTTP Basic. */
  readonly basic: Party
  /** Authenticates in the form. */
  readonly post: Party
  /** Another one, by HTTP Basic. */
  readonly other: Party
  readonly resource: string
  access(who: Party): Promise<string>
  /** Of the two scopes there are, or of one. */
  refresh(who: Party, scope?: string): Promise<string>
}

/** A request as a shape describes it. */
export type Sent = {
  readonly path: '/oauth/token' | '/oauth/introspect' | '/oauth/revoke'
  readonly method?: string
  readonly query?: string
  readonly authorization?: string
  /** Null: none is sent. */
  readonly contentType?: string | null
  /** Pairs of the form; or what stands in the body as it is. */
  readonly form?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

/** What is compared: status, `error`, and of an introspection whether it says active. */
export type Said = {
  readonly status: number
  readonly error: string | undefined
  readonly active: boolean | undefined
  readonly body: Readonly<Record<string, unknown>>
}

const jsonOf = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** Sends a request to a side's address. */
export const sendTo = async (url: string, sent: Sent): Promise<Said> => {
  const { path, method = 'POST', query = '', authorization, form, contentType } = sent
  const body =
    sent.body ?? (form ? new URLSearchParams(form.map(([name, value]) => [name, value])).toString() : undefined)
  const type = contentType === undefined ? 'application/x-www-form-urlencoded' : contentType
  const bodiless = method === 'GET' || method === 'HEAD'
  const response = await fetch(`${url}${path}${query}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(type === null || bodiless ? {} : { 'Content-Type': type }),
    },
    // As bytes: a text would bring a content type of its own.
    ...(body === undefined || bodiless ? {} : { body: Buffer.from(body) }),
  })
  const json = jsonOf(await response.text())
  return {
    status: response.status,
    error: typeof json['error'] === 'string' ? json['error'] : undefined,
    active: typeof json['active'] === 'boolean' ? json['active'] : undefined,
    body: json,
  }
}

/** A request, made anew for each side. */
export type Shape = { readonly name: string; readonly make: (side: Side) => Sent | Promise<Sent> }

/** `Authorization: Basic` of a text. */
export const basicOf = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

/** `Authorization: Basic` of a client. */
export const asBasic = ({ id, secret }: Party): string => basicOf(`${id}:${secret}`)

/** The pairs that authenticate a client in the form. */
export const asForm = ({ id, secret }: Party): readonly (readonly [string, string])[] => [
  ['client_id', id],
  ['client_secret', secret],
]
