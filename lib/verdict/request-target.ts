/** The request that a proof of possession was made for: its method, and its absolute URL as the client wrote it. */
export type ProvenRequest = { readonly method: string; readonly url: string }

// An authority without userinfo, and no backslash anywhere: URL parsers read it as a slash.
const HTTP_URL = /^https?:\/\/[^/?#@\\\s]+(?:[/?#][\x21-\x5b\x5d-\x7e]*)?$/i
const UNRESERVED = /[A-Za-z0-9\-._~]/

// RFC 3986 §6.2.2.1 and §6.2.2.2: what needs no encoding has none, and hex digits are upper case.
const oneSpelling = (encoded: string): string => {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return UNRESERVED.test(character) ? character : encoded.toUpperCase()
}

/**
 * The target of an absolute http(s) URL in one spelling (RFC 9449 §4.3 step 9; RFC 3986 §6.2.2 and §6.2.3), without
 * query and fragment: two that differ only in writing are equal texts. Undefined for anything else.
 */
export const requestTarget = (url: string): string | undefined => {
  const parsed = HTTP_URL.test(url) ? URL.parse(url) : null
  if (!parsed) return undefined
  return `${parsed.origin}${parsed.pathname.replaceAll(/%[0-9a-f]{2}/gi, oneSpelling)}`
}
