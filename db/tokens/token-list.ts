import { setImmediate as nextTurn } from 'node:timers/promises'
import { and, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, max, or, type SQL, sql } from 'drizzle-orm'
import type { Connection, Queries } from '#db/connection.ts'
import { placeholders } from '#db/placeholders.ts'
import { preparedIn } from '#db/prepared-in.ts'
import type { Schema } from '#db/schema.ts'
import { grantText, readGrants } from '#db/tokens/grant-text.ts'
import { toToken } from '#db/tokens/token-row.ts'
import { EXPIRING_SECONDS, type TokenState } from '#lib/tokens/token.ts'
import type { TokenQuery, TokenStore } from '#lib/tokens/token-store.ts'

/** What makes the text of a list's statement: which conditions it has. Their values come later. */
export type ListShape = {
  readonly states: readonly TokenState[]
  readonly owned: boolean
  readonly typed: boolean
  readonly searched: boolean
  readonly continued: boolean
  readonly bounded: boolean
}

const PLACES = placeholders(
  'tenantId',
  'context',
  'ownerUserId',
  'type',
  'now',
  'soon',
  'search',
  'belowAt',
  'belowId',
  'edgeAt',
  'edgeId',
  'passed',
  'limit',
)

const stateCondition = ({ tokens }: Schema, state: TokenState): SQL | undefined => {
  const { now, soon } = PLACES
  const alive = and(isNull(tokens.revokedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, now)))
  switch (state) {
    case 'revoked':
      return isNotNull(tokens.revokedAt)
    case 'expired':
      return and(isNull(tokens.revokedAt), lte(tokens.expiresAt, now))
    case 'paused':
      return and(alive, isNotNull(tokens.pausedAt))
    case 'expiring':
      return and(alive, isNull(tokens.pausedAt), lte(tokens.expiresAt, soon))
    case 'active':
      return and(alive, isNull(tokens.pausedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, soon)))
  }
}

// Said apart from the states, so that the partial index of living tokens serves the common list.
const ofList = ({ tokens }: Schema, states: ListShape['states']): SQL | undefined =>
  and(
    eq(tokens.context, PLACES.context),
    states.length > 0 && !states.includes('revoked') ? isNull(tokens.revokedAt) : undefined,
  )

// What an index finds in the order of the list. That of an owner knows of nothing else: neither where a token belongs nor
// whether it lives.
const walked = (schema: Schema, { states, owned, continued }: ListShape): SQL | undefined => {
  const { tokens } = schema
  const { tenantId, ownerUserId, belowAt, belowId } = PLACES
  return and(
    eq(tokens.tenantId, tenantId),
    owned ? eq(tokens.ownerUserId, ownerUserId) : ofList(schema, states),
    continued
      ? and(lte(tokens.createdAt, belowAt), or(lt(tokens.createdAt, belowAt), lt(tokens.id, belowId)))
      : undefined,
  )
}

// What each row that was walked to is asked, however many are passed over.
const chosen = (schema: Schema, { states, owned, typed, searched, bounded }: ListShape): SQL | undefined => {
  const { tokens } = schema
  const { type, search, edgeAt, edgeId } = PLACES
  return and(
    owned ? ofList(schema, states) : undefined,
    typed ? eq(tokens.type, type) : undefined,
    or(...states.map((state) => stateCondition(schema, state))),
    searched ? sql`${tokens.searchText} like ${search} escape '\\'` : undefined,
    bounded ? and(gte(tokens.createdAt, edgeAt), or(gt(tokens.createdAt, edgeAt), gte(tokens.id, edgeId))) : undefined,
  )
}

/** The statement of a list; apart, so that a test can ask for its plan. */
export const listQuery = (queries: Queries, schema: Schema, shape: ListShape) => {
  const { tokens, users } = schema
  return queries
    .select({ token: tokens, grants: grantText(schema, tokens.tenantId, tokens.id), ownerName: users.name })
    .from(tokens)
    .leftJoin(users, eq(users.id, tokens.ownerUserId))
    .where(and(walked(schema, shape), chosen(schema, shape)))
    .orderBy(desc(tokens.createdAt), desc(tokens.id))
    .limit(PLACES.limit)
}

/** The statement of a step's last row, the last one that is looked at; apart as well. */
export const edgeQuery = (queries: Queries, schema: Schema, shape: ListShape) => {
  const { tokens } = schema
  return queries
    .select({ createdAt: tokens.createdAt, id: tokens.id })
    .from(tokens)
    .where(walked(schema, shape))
    .orderBy(desc(tokens.createdAt), desc(tokens.id))
    .limit(1)
    .offset(PLACES.passed)
}

type Edge = NonNullable<TokenQuery['below']>

type Step = TokenQuery & { readonly edge?: Edge | undefined; readonly passed?: number }

const shapeOf = ({ states, ownerUserId, type, search, below, edge }: Step): ListShape => ({
  states: [...new Set(states)].toSorted(),
  owned: ownerUserId !== undefined,
  typed: type !== undefined,
  searched: search !== '',
  continued: below !== undefined,
  bounded: edge !== undefined,
})

const escaped = (text: string): string => text.toLowerCase().replaceAll(/[\\%_]/g, (character) => `\\${character}`)

const valuesOf = ({ tenantId, context, ownerUserId, type, search, below, edge, passed, limit, now }: Step) => ({
  tenantId,
  context,
  ownerUserId,
  type,
  now,
  soon: now + EXPIRING_SECONDS,
  search: `%${escaped(search)}%`,
  belowAt: below?.createdAt,
  belowId: below?.id,
  edgeAt: edge?.createdAt,
  edgeId: edge?.id,
  passed,
  limit,
})

// Each kind of question is built once, when it is first asked.
const asker = <Row>(
  { prepared, schema }: Connection,
  query: (queries: Queries, schema: Schema, shape: ListShape) => PromiseLike<readonly Row[]>,
) => {
  const ready = new Map<string, ReturnType<typeof prepared<Row>>>()
  return (step: Step): Promise<readonly Row[]> => {
    const shape = shapeOf(step)
    const key = JSON.stringify(shape)
    const run = ready.get(key) ?? prepared((queries) => query(queries, schema, shape))
    ready.set(key, run)
    return run(valuesOf(step))
  }
}

// SQLite reads while everything else stands still: five hundred rows take half a millisecond to a whole one.
const STEP_ROWS = 500

type Row = Awaited<ReturnType<typeof listQuery>>[number]

/** Looks at so many rows at a time until the page is full, with a turn of the event loop in between. */
const rowsReader = (connection: Connection, stepRows: number) => {
  const rowsOf = asker<Row>(connection, listQuery)
  const edgesOf = asker<Edge>(connection, edgeQuery)
  return async (query: TokenQuery): Promise<readonly Row[]> => {
    const found: Row[] = []
    let { below } = query
    // Most lists are full by then, and finding the edge takes as long as it is far.
    let rows = Math.min(stepRows, 2 * query.limit)
    for (;;) {
      const step = { ...query, ...(below ? { below } : {}) }
      const [edge] = await edgesOf({ ...step, passed: rows - 1 })
      found.push(...(await rowsOf({ ...step, edge, limit: query.limit - found.length })))
      if (edge === undefined || found.length >= query.limit) return found
      below = edge
      rows = stepRows
      await nextTurn()
    }
  }
}

/**
 * Lists a page of a tenant's tokens, newest first. Whoever asks for what hardly any token is keeps nobody else waiting; what is
 * changed meanwhile is listed as it was or as it is.
 */
export const tokenLister = (connection: Connection, stepRows = STEP_ROWS): TokenStore['list'] => {
  const { credentialUse } = connection.schema
  const rowsOf = rowsReader(connection, stepRows)
  const usesOf = preparedIn(connection, (queries, ids) =>
    queries
      .select({ tokenId: credentialUse.tokenId, at: max(credentialUse.lastUsedAt) })
      .from(credentialUse)
      .where(and(eq(credentialUse.tenantId, PLACES.tenantId), inArray(credentialUse.tokenId, ids)))
      .groupBy(credentialUse.tokenId),
  )
  return async (query) => {
    const rows = await rowsOf(query)
    if (rows.length === 0) return []
    const ids = rows.map(({ token }) => token.id)
    const uses = await usesOf(ids, { tenantId: query.tenantId })
    return rows.map(({ token, grants, ownerName }) => ({
      token: toToken(token, readGrants(grants)),
      ownerName,
      lastUsedAt: uses.find(({ tokenId }) => tokenId === token.id)?.at ?? null,
    }))
  }
}
