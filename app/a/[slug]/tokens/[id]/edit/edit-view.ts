import { count } from '#components/format/count.ts'
import type { EditView } from '#components/tokens/edit-form.tsx'
import { groupPermissions } from '#components/tokens/permission-groups.ts'
import { isPortalPermission } from '#lib/access/permission.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { TokenOptions } from '#lib/tokens/token-options.ts'

type Edited = {
  readonly slug: string
  readonly token: Token
  readonly options: TokenOptions
  readonly isOwner: boolean
  readonly ownerName: string
}

const keepWords = ({ token: { grant }, options, isOwner, ownerName }: Edited, beyond: number): string | undefined => {
  if (grant.mode === 'owner') return isOwner ? undefined : `All ${ownerName} may do, as it changes.`
  if (grant.mode === 'roles') {
    const names = grant.roles.map((key) => options.roles.find((role) => role.key === key)?.name ?? key)
    return `What the ${names.length === 1 ? 'role' : 'roles'} ${names.join(', ')} may do, as it changes.`
  }
  if (beyond === 0) return undefined
  return `${count(grant.permissions.length, 'permission')}, of which ${beyond} ${beyond === 1 ? 'is' : 'are'} not yours to give.`
}

/** What the form that changes a token begins with: its grant as far as the editor may give it; the rest stays or goes whole. */
export const editViewOf = (edited: Edited): EditView => {
  const { slug, token, options, isOwner } = edited
  const grantable = options.grantable[token.context]
  const given = new Set(grantable.map(({ key }) => key))
  const granted = token.grant.mode === 'permissions' ? token.grant.permissions : []
  const keep = keepWords(edited, granted.filter((key) => !given.has(key)).length)
  return {
    slug,
    tokenId: token.id,
    version: token.version,
    name: token.name,
    description: token.description,
    ipAllowlist: token.ipAllowlist.join('\n'),
    requestsPerMinute: String(token.requestsPerMinute ?? ''),
    client:
      token.type === 'client_credentials'
        ? { refreshMode: token.refreshMode, dpopRequired: token.dpopRequiredAt !== null }
        : undefined,
    grant: keep === undefined ? (token.grant.mode === 'owner' ? 'owner' : 'permissions') : 'keep',
    permissions: granted.filter((key) => given.has(key)),
    keep,
    canFollow: isOwner,
    groups: groupPermissions(grantable),
    heldCount: options.grantable.user.filter(({ key }) => !isPortalPermission(key)).length,
    notHeld: options.notHeld,
  }
}
