import type { TokenState } from '#lib/tokens/token.ts'

/** What a list of tokens shows, as its address says it. */
export type ListView = {
  readonly search: string
  /** Empty: every type. */
  readonly type: '' | 'access_token' | 'client_credentials'
  readonly state: StateFilter
  readonly owner: '' | 'everyone'
  /** The cursors of the pages gone through, the present one last; empty: the newest page. */
  readonly trail: readonly string[]
}

/** Which states a list shows together. */
export type StateFilter = keyof typeof STATE_FILTERS

export const STATE_FILTERS = {
  live: { label: 'Current', states: ['active', 'expiring', 'paused'] },
  expiring: { label: 'Expiring', states: ['expiring'] },
  paused: { label: 'Paused', states: ['paused'] },
  ended: { label: 'Ended', states: ['revoked', 'expired'] },
  all: { label: 'All', states: [] },
} as const satisfies Readonly<Record<string, { readonly label: string; readonly states: readonly TokenState[] }>>

type Query = Readonly<Record<string, string | readonly string[] | undefined>>

const one = (query: Query, name: string): string => {
  const value = query[name]
  return typeof value === 'string' ? value : ''
}

// A longer trail would make addresses that servers refuse; past it "Newer" leads to the newest page.
const TRAIL_MAX = 20
const SEARCH_MAX = 100

const isStateFilter = (text: string): text is StateFilter => Object.hasOwn(STATE_FILTERS, text)

/** Reads a list's address; what it does not know is as if it were not there. */
export const parseListView = (query: Query): ListView => {
  const type = one(query, 'type')
  const state = one(query, 'state')
  return {
    search: one(query, 'q').replaceAll('\0', '').slice(0, SEARCH_MAX),
    type: type === 'access_token' || type === 'client_credentials' ? type : '',
    state: isStateFilter(state) ? state : 'live',
    owner: one(query, 'owner') === 'everyone' ? 'everyone' : '',
    trail: one(query, 'page').split('.').filter(Boolean).slice(-TRAIL_MAX),
  }
}

const NONE_IN_STATE: Readonly<Record<StateFilter, string>> = {
  live: 'No working tokens',
  expiring: 'No token expires soon',
  paused: 'No token is paused',
  ended: 'No token has ended',
  all: 'No tokens yet',
}

/** What a list says that leaves something out and has nothing to show; the hint is undefined where none helps. */
export const nothingWords = ({
  search,
  type,
  state,
}: ListView): { readonly title: string; readonly hint: string | undefined } => {
  if (search.trim() !== '') return { title: 'No token matches', hint: 'Try another word, or look among all of them.' }
  if (type !== '') return { title: 'No token of this type', hint: 'Look among all of them.' }
  return { title: NONE_IN_STATE[state], hint: undefined }
}

/** The address of a list with this view. */
export const listHref = (path: string, view: ListView): string => {
  const query = new URLSearchParams({
    ...(view.search && { q: view.search }),
    ...(view.type && { type: view.type }),
    ...(view.state !== 'live' && { state: view.state }),
    ...(view.owner && { owner: view.owner }),
    ...(view.trail.length > 0 && { page: view.trail.slice(-TRAIL_MAX).join('.') }),
  }).toString()
  return query === '' ? path : `${path}?${query}`
}

/** Whether a view leaves anything out beyond what every list does at first. */
export const isFiltered = ({ search, type, state }: ListView): boolean =>
  search.trim() !== '' || type !== '' || state !== 'live'
