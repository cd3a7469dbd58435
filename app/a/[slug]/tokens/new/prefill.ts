import type { ExpiryChoices } from '#components/tokens/expiry-choices.ts'
import type { Prefill } from '#components/tokens/token-form-view.ts'
import { isPermissionKey } from '#lib/access/permission.ts'
import { LIMITS } from '#lib/config/limits.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import type { TokenContext } from '#lib/tokens/token.ts'

/** What a link to the form may say. */
export type PrefillQuery = {
  readonly name?: string
  readonly context?: string
  readonly type?: string
  /** Keys with commas or spaces between them. */
  readonly permissions?: string
}

/** A token to make another like, and what it may do now. */
export type Model = Pick<TokenDescription, 'token' | 'effective'> & {
  readonly credentials: readonly Pick<TokenDescription['credentials'][number], 'kind'>[]
}

type Surroundings = {
  readonly contexts: readonly TokenContext[]
  /** Keys the person may give, by context. */
  readonly grantable: Readonly<Record<TokenContext, ReadonlySet<string>>>
  readonly expiry: ExpiryChoices
}

/** A filled form, and the keys that were asked for and are not the person's to give. */
export type Prefilled = { readonly prefill: Prefill; readonly leftOut: readonly string[] }

const contextOf = (query: PrefillQuery, model: Model | undefined, { contexts }: Surroundings): TokenContext => {
  const asked = query.context ?? model?.token.context
  return contexts.find((context) => context === asked) ?? contexts[0] ?? 'user'
}

const askedKeys = ({ permissions }: PrefillQuery, model: Model | undefined): readonly string[] | undefined => {
  if (permissions !== undefined) return permissions.split(/[\s,]+/).filter(isPermissionKey)
  if (!model || model.token.grant.mode === 'owner') return undefined
  return model.token.grant.mode === 'permissions' ? model.token.grant.permissions : [...model.effective]
}

const expiryOf = (model: Model | undefined, { expiry }: Surroundings): string => {
  if (!model) return expiry.initial
  const { createdAt, expiresAt } = model.token
  if (expiresAt === null) return expiry.never ? 'never' : expiry.initial
  return expiry.presets.find(({ value }) => value === String(expiresAt - createdAt))?.value ?? expiry.initial
}

/** What the form for a new token begins with: a link's wishes before the model's, both within what may be given. Pure. */
export const prefillOf = (query: PrefillQuery, model: Model | undefined, surroundings: Surroundings): Prefilled => {
  const context = contextOf(query, model, surroundings)
  const asked = askedKeys(query, model)
  const given = surroundings.grantable[context]
  const type = query.type ?? model?.token.type
  return {
    prefill: {
      context,
      type: type === 'client_credentials' ? type : 'access_token',
      name: (query.name ?? model?.token.name ?? '').slice(0, LIMITS.nameLength),
      description: model?.token.description ?? '',
      grant: asked === undefined ? 'owner' : 'permissions',
      permissions: asked?.filter((key) => given.has(key)) ?? [],
      expiry: expiryOf(model, surroundings),
      expiryDate: '',
      ipAllowlist: model?.token.ipAllowlist.join('\n') ?? '',
      proof: model?.credentials[0]?.kind === 'public_jwks' ? 'key' : 'secret',
      refreshMode: model?.token.refreshMode ?? 'default',
      dpopRequired: Boolean(model?.token.dpopRequiredAt),
      requestsPerMinute: String(model?.token.requestsPerMinute ?? ''),
    },
    leftOut: asked?.filter((key) => !given.has(key)) ?? [],
  }
}
