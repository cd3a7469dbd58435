/**
 * Sizes that the browser's forms and the server's doors both hold to. The doors count characters as code points (zod),
 * `maxlength` as UTF-16 code units: a form never lets pass what a door refuses.
 */
export const LIMITS = {
  /** Characters of the name of a token, an account or a person. */
  nameLength: 100,
  /** Characters of a token's description. */
  descriptionLength: 500,
  /** Entries (address or CIDR) of a token's IP allowlist. */
  allowlistEntries: 50,
  /** Bytes of a token's metadata as JSON text. */
  metadataBytes: 1024,
  /** Bytes of any request body. */
  bodyBytes: 64 * 1024,
  /** Bytes of any credential; longer ones are refused before they are parsed. */
  credentialBytes: 8 * 1024,
  /** Characters of a text in which somebody reports credentials; of where they found it. */
  reportLength: 20_000,
  foundAtLength: 500,
  /** Matches in one report of GitHub. */
  githubMatches: 200,
  /** Public keys that one client registers, and the bytes of their JSON text. */
  clientKeys: 8,
  clientKeysBytes: 8 * 1024,
  /** Characters of an e-mail address (RFC 5321 §4.5.3.1.3, without the angle brackets). */
  emailLength: 254,
  /** Characters of a password: the fewest (NIST SP 800-63B-4 §3.1.1.2, single factor) and the most. */
  passwordLengthMin: 15,
  passwordLengthMax: 256,
  /** The highest limit of requests per minute. */
  requestsPerMinute: 1_000_000,
  /** Characters of a `User-Agent`; of a longer one the rest is passed over. */
  agentLength: 256,
  /** Rows of one page of a list. */
  pageSizeMax: 200,
} as const
