import type { EditRequest, IssueRequest } from '#lib/tokens/token-request.ts'
import type { AccountSlug, PersonKey } from '#server/demo/demo-people.ts'

/** Something that happens to a token some days ago, by one of its people or by a stranger who found its secret. */
export type Turn = { readonly daysAgo: number } & (
  | { readonly turn: 'pause'; readonly by: PersonKey; readonly reason: string }
  | { readonly turn: 'resume' | 'revoke'; readonly by: PersonKey }
  | { readonly turn: 'rotate'; readonly by: PersonKey; readonly overlapSeconds: number }
  | { readonly turn: 'edit'; readonly by: PersonKey; readonly change: EditRequest }
  | { readonly turn: 'found'; readonly foundAt: string; readonly address: string }
)

/** How a token is used: what a day sees on average, and from where. */
export type Use = {
  readonly perDay: number
  readonly refusedPerDay?: number
  readonly address: string
  readonly agent: string
  /** When the last use was; none after it. */
  readonly lastSecondsAgo: number
  /** Where the secret that a rotation replaces was seen last, if that is elsewhere. */
  readonly former?: Pick<Use, 'address' | 'agent' | 'lastSecondsAgo'>
}

/** A token's life in the demo: who issued it and when, what became of it, how it is used. Never used without `use`. */
export type TokenStory = {
  readonly account: AccountSlug
  readonly by: PersonKey
  readonly daysAgo: number
  readonly request: IssueRequest
  readonly turns?: readonly Turn[]
  readonly use?: Use
}
