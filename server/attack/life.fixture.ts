import type { Answer, Form, Server } from '#server/attack/race-server.fixture.ts'
import { given, idOf, wish } from '#server/attack/race-world.fixture.ts'

/** What is done to a token; each is a row of the audit trail once it has happened. */
export type Deed = 'issued' | 'edited' | 'rotated' | 'exchanged' | 'revoked'

/** One token as its user knows it: what was acknowledged, and what was asked and never answered. */
export type Life = {
  readonly type: 'access_token' | 'client_credentials'
  /** Names the request that issues it, and with a number those that rotate it. */
  readonly key: string
  readonly acknowledged: Record<Deed, number>
  /** Credentials that were given out and never taken back: access JWTs, or secrets of the client. */
  readonly credentials: string[]
  readonly bearers: string[]
  name: string
  id?: string
  refresh?: string
  open?: Deed
  openName?: string
}

/** Whoever lives it: where the server is, and who manages tokens there. */
export type Surroundings = {
  readonly server: Server
  readonly owner: { readonly cookie: string; readonly tokens: string }
}

/** An answer that no healthy server gives. */
export class WrongAnswer extends Error {
  readonly answer: Answer
  constructor(life: Life, answer: Answer) {
    super(`${life.open ?? 'asked'}: ${answer.status} ${JSON.stringify(answer.json).slice(0, 200)}`)
    this.answer = answer
  }
}

/** A token that is not there yet. */
export const newLife = (type: Life['type'], key: string): Life => ({
  type,
  key,
  acknowledged: { issued: 0, edited: 0, rotated: 0, exchanged: 0, revoked: 0 },
  credentials: [],
  bearers: [],
  name: 'attacked',
})

/** How many changes were acknowledged to these. */
export const acknowledgedOf = (lives: readonly Life[]): number =>
  lives.reduce((sum, { acknowledged }) => sum + Object.values(acknowledged).reduce((a, b) => a + b, 0), 0)

const pathOf = ({ owner }: Surroundings, { id = '' }: Life): string => `${owner.tokens}/${id}`

// Rejects with the connection; then what was asked stays open.
const act = async (life: Life, deed: Deed, status: number, ask: () => Promise<Answer>): Promise<Answer> => {
  life.open = deed
  const answer = await ask()
  if (answer.status !== status) throw new WrongAnswer(life, answer)
  life.acknowledged[deed] += 1
  delete life.open
  return answer
}

const keepCredential = (life: Life, { json }: Answer): void => {
  life.credentials.push(String(json[life.type === 'access_token' ? 'accessToken' : 'clientSecret']))
}

const keepGiven = (life: Life, answer: Answer): void => {
  const { refresh, bearer } = given(answer)
  life.refresh = refresh
  life.bearers.push(bearer)
}

const identityOf = ({ id = '', credentials }: Life): Form => ({
  client_id: id,
  client_secret: credentials.at(-1) ?? '',
})

/** Issues it; the same request again when it was asked before. */
export const issue = async ({ server, owner }: Surroundings, life: Life): Promise<void> => {
  const answer = await act(life, 'issued', 201, () =>
    server.manage(owner.cookie, 'POST', owner.tokens, wish({ type: life.type }), life.key),
  )
  life.id = idOf(answer)
  keepCredential(life, answer)
}

/** Gives it another name. */
export const edit = async (around: Surroundings, life: Life): Promise<void> => {
  const name = `${life.key} ${life.acknowledged.edited}`
  life.openName = name
  await act(life, 'edited', 200, () =>
    around.server.manage(around.owner.cookie, 'PATCH', pathOf(around, life), { name }),
  )
  life.name = name
  delete life.openName
}

const rotationKey = ({ key, acknowledged }: Life): string => `${key}-${acknowledged.rotated}`

/** Gives it another credential; the former one stays good for a day. */
export const rotate = async (around: Surroundings, life: Life): Promise<void> => {
  const { server, owner } = around
  const path = `${pathOf(around, life)}/rotate`
  keepCredential(
    life,
    await act(life, 'rotated', 200, () => server.manage(owner.cookie, 'POST', path, {}, rotationKey(life))),
  )
}

/** Exchanges the client's newest secret. */
export const exchange = async ({ server }: Surroundings, life: Life): Promise<void> => {
  const form = { grant_type: 'client_credentials', ...identityOf(life) }
  keepGiven(life, await act(life, 'exchanged', 200, () => server.exchange(form)))
}

/** Uses its refresh token, the same one until an answer brings another. */
export const refresh = async ({ server }: Surroundings, life: Life): Promise<void> => {
  const form = { grant_type: 'refresh_token', refresh_token: life.refresh ?? '', ...identityOf(life) }
  keepGiven(life, await act(life, 'exchanged', 200, () => server.exchange(form)))
}

/** Ends it. */
export const revoke = async (around: Surroundings, life: Life): Promise<void> => {
  await act(life, 'revoked', 200, () => around.server.manage(around.owner.cookie, 'DELETE', pathOf(around, life)))
}

/** Everything that it is good for, asked once. */
export const askAll = async ({ server }: Surroundings, life: Life): Promise<readonly Answer[]> => {
  const access = life.type === 'access_token' ? life.credentials : []
  return Promise.all([
    ...access.map((text) => server.validate(text)),
    ...life.bearers.map((text) => server.validate(text, 'authorization')),
  ])
}

const use = async (around: Surroundings, life: Life): Promise<void> => {
  for (const answer of await askAll(around, life)) if (answer.status !== 200) throw new WrongAnswer(life, answer)
}

const STEPS = {
  access_token: [issue, use, edit, rotate, use, edit, revoke],
  client_credentials: [issue, exchange, refresh, use, edit, rotate, exchange, refresh, refresh, use, revoke],
} as const

/** Lives it from issue to revocation, as users do; rejects when the connection breaks or an answer is wrong. */
export const live = async (around: Surroundings, life: Life): Promise<void> => {
  for (const step of STEPS[life.type]) await step(around, life)
}
