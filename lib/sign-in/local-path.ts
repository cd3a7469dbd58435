const ELSEWHERE = /^\/[/\\]/
const CONTROL = /\p{Cc}/u
const BASE = 'http://portal.invalid'

/**
 * A text as a path of this portal, with query and fragment, normalized; undefined for anything that a browser could
 * take for another site (an open redirect) or that is no page of ours to return to.
 */
export const localPath = (text: unknown): string | undefined => {
  if (typeof text !== 'string' || !text.startsWith('/') || ELSEWHERE.test(text) || CONTROL.test(text)) return undefined
  if (!URL.canParse(text, BASE)) return undefined
  const { origin, pathname, search, hash } = new URL(text, BASE)
  if (origin !== BASE || ELSEWHERE.test(pathname) || /^\/(?:api|oauth|_next)(?:\/|$)/.test(pathname)) return undefined
  return `${pathname}${search}${hash}`
}
