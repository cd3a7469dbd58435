import { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Clock } from '#lib/time/clock.ts'
import { formatCursor, parseCursor } from '#lib/tokens/cursor.ts'
import { type TokenState, tokenState } from '#lib/tokens/token.ts'
import { optionsOf, type TokenOptions } from '#lib/tokens/token-options.ts'
import type { ListedToken, TokenStore } from '#lib/tokens/token-store.ts'
import { MANAGE_TOKENS, type TokenView, viewOf } from '#lib/tokens/token-view.ts'

const PAGE_SIZE = 25

/** Which tokens to list. `owner: 'everyone'` shows the personal tokens of all members to those who manage tokens. */
export const listRequest = z.object({
  context: z.enum(['user', 'tenant']),
  owner: z.enum(['me', 'everyone']).default('me'),
  type: z.enum(['client_credentials', 'access_token']).optional(),
  states: z
    .array(z.enum(['active', 'expiring', 'expired', 'paused', 'revoked']))
    .default(['active', 'expiring', 'paused']),
  search: z
    .string()
    .max(LIMITS.nameLength)
    .refine((text) => !text.includes('\0'), 'Leave out the NUL character.')
    .default(''),
  limit: z.number().int().min(1).max(LIMITS.pageSizeMax).default(PAGE_SIZE),
  cursor: z.string().optional(),
})

/** A request for a list, before it is checked. */
export type ListRequest = z.input<typeof listRequest>

/** One row of a list: the token, its state, what it may do now. */
export type TokenRow = TokenView & Pick<ListedToken, 'lastUsedAt' | 'ownerName'> & { readonly state: TokenState }

/** One page of a list, newest first; `nextCursor` continues it, null at the end. */
export type TokenPage = { readonly rows: readonly TokenRow[]; readonly nextCursor: string | null }

type Ports = { readonly clock: Clock; readonly accessStore: AccessStore; readonly tokenStore: TokenStore }

const listAs = async (ports: Ports, acting: Acting, input: ListRequest): Promise<TokenPage> => {
  const request = parseInput(listRequest, input)
  const mine = request.context === 'user' && request.owner === 'me'
  if (!mine && !acting.rights.permissions.has(MANAGE_TOKENS)) throw new PortalError('access.denied')
  const now = ports.clock.now()
  const listed = await ports.tokenStore.list({
    tenantId: acting.tenant.id,
    context: request.context,
    ...(mine ? { ownerUserId: acting.rights.member.userId } : {}),
    ...(request.type ? { type: request.type } : {}),
    states: request.states,
    search: request.search.trim(),
    // One more than asked for tells whether there is a next page.
    limit: request.limit + 1,
    ...(request.cursor === undefined ? {} : { below: parseCursor(request.cursor) }),
    now,
  })
  const shown = listed.slice(0, request.limit)
  const last = shown.at(-1)
  const rows = await Promise.all(
    shown.map(async ({ token, lastUsedAt, ownerName }) => ({
      ...(await viewOf(ports, acting, token)),
      state: tokenState(token, now),
      lastUsedAt,
      ownerName,
    })),
  )
  return { rows, nextCursor: last && listed.length > request.limit ? formatCursor(last.token) : null }
}

/** Lists tokens the principal may see. `request.invalid`; `access.denied` for account tokens without MANAGE_TOKENS. */
export const listTokens =
  (ports: Ports) =>
  async (principal: Principal, input: ListRequest): Promise<TokenPage> =>
    listAs(ports, await readActing(ports, principal), input)

/** The same with what the principal may choose from, by one reading of their rights: all that the page of a list shows. */
export const listTokensWithOptions =
  (ports: Ports) =>
  async (principal: Principal, input: ListRequest): Promise<TokenPage & { readonly options: TokenOptions }> => {
    const acting = await readActing(ports, principal)
    return { ...(await listAs(ports, acting, input)), options: optionsOf(acting) }
  }
