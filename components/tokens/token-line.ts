import { describePermissions } from '#components/tokens/permission-groups.ts'
import type { Permission } from '#lib/access/permission.ts'
import type { TokenRow } from '#lib/tokens/list-tokens.ts'
import type { Token } from '#lib/tokens/token.ts'

/** What a list shows of one token, as it goes to the browser too: nothing that is not on the page. */
export type TokenLine = Pick<Token, 'id' | 'name' | 'type' | 'hint' | 'createdAt' | 'expiresAt'> &
  Pick<TokenRow, 'state' | 'lastUsedAt'> & {
    /** Keys of what it may do now, in the order of the catalog. */
    readonly permissions: readonly string[]
    readonly mode: Token['grant']['mode']
    /** How many of the permissions it was granted have no effect now. */
    readonly missing: number
    readonly granter: string
    readonly owner: string
  }

/** Lines, and the words for what they may do, by key: each once, however many lines hold it. */
export type TokenLines = { readonly lines: readonly TokenLine[]; readonly labels: Readonly<Record<string, string>> }

type Seen = {
  /** For the labels. */
  readonly catalog: readonly Permission[]
  readonly viewerId: string
}

/** What a list shows of these tokens to this viewer. Pure. */
export const tokenLines = (rows: readonly TokenRow[], { catalog, viewerId }: Seen): TokenLines => {
  const nameOf = (userId: string, name: string | null) => (userId === viewerId ? 'you' : (name ?? 'a former member'))
  const labels: Record<string, string> = {}
  const lines = rows.map(({ token, ownerName, lastUsedAt, state, effective, missing }): TokenLine => {
    const described = describePermissions(catalog, effective)
    for (const { key, label } of described) labels[key] = label
    return {
      id: token.id,
      name: token.name,
      type: token.type,
      hint: token.hint,
      createdAt: token.createdAt,
      expiresAt: token.expiresAt,
      lastUsedAt,
      state,
      permissions: described.map(({ key }) => key),
      mode: token.grant.mode,
      missing: missing.size,
      granter: nameOf(token.granter.userId, token.granter.name),
      owner: nameOf(token.ownerUserId ?? '', ownerName),
    }
  })
  return { lines, labels }
}
