import { count } from '#components/format/count.ts'
import { type ExpiryChoices, expiryWords } from '#components/tokens/expiry-choices.ts'
import { contextTitle, TYPE_WORDS } from '#components/tokens/token-words.ts'
import type { TokenContext, TokenType } from '#lib/tokens/token.ts'

/** What a form for a token holds at the moment, as far as other parts of the form show it. */
export type Choices = {
  readonly context: TokenContext
  readonly type: TokenType
  readonly grant: string
  readonly permissions: ReadonlySet<string>
  readonly expiry: string
  readonly expiryDate: string
}

const text = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

/** Reads a form's present choices. */
export const readChoices = (form: FormData): Choices => ({
  context: text(form, 'context') === 'tenant' ? 'tenant' : 'user',
  type: text(form, 'type') === 'client_credentials' ? 'client_credentials' : 'access_token',
  grant: text(form, 'grant'),
  permissions: new Set(form.getAll('permissions').filter((value) => typeof value === 'string')),
  expiry: text(form, 'expiry'),
  expiryDate: text(form, 'expiryDate'),
})

type Words = {
  readonly account: string
  readonly expiry: ExpiryChoices
  readonly accountOnly: readonly string[]
}

/** The sentence that stays in view: for whom, how, what, until when. */
export const choicesInWords = (choices: Choices, { account, expiry, accountOnly }: Words): readonly string[] => {
  const { context, type, grant, permissions } = choices
  const counted = [...permissions].filter((key) => context === 'tenant' || !accountOnly.includes(key)).length
  const follows = context === 'user' && grant === 'owner'
  return [
    contextTitle(context, account),
    TYPE_WORDS[type].label,
    follows ? 'all you may do' : count(counted, 'permission'),
    expiryWords(expiry, choices.expiry, choices.expiryDate),
  ]
}
