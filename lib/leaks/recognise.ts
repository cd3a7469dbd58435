import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { isSecretText } from '#lib/keys/secret-text.ts'
import { FOUND_MAX, type FoundCalendar, type FoundCredential, wordsIn } from '#lib/leaks/found-credential.ts'
import type { LeakStore } from '#lib/leaks/leak-store.ts'
import { refreshDigests } from '#lib/oauth/refresh-text.ts'
import { inspectJwt } from '#lib/verdict/presented-jwt.ts'
import { acceptedNames, verifyClaims } from '#lib/verdict/verified-claims.ts'

/** What recognising credentials needs of the world. */
export type RecognisePorts = {
  readonly secretRing: SecretRing
  readonly keyRing: KeyRing
  readonly environmentStore: Pick<EnvironmentStore, 'settings'>
  readonly leakStore: Pick<LeakStore, 'findClientSecret' | 'findRefresh'>
}

type Recogniser = {
  /** By its form alone: no database, no signature. Most texts of strangers end here. */
  looksLike(word: string): boolean
  /** Whose it is, if it is one of ours. */
  find(ports: RecognisePorts, word: string): Promise<FoundCredential | FoundCalendar | undefined>
}

const clientSecret: Recogniser = {
  looksLike: (word) => isSecretText('lks_', word),
  find: async ({ secretRing, leakStore }, word) => {
    const found = await leakStore.findClientSecret(secretRing.digests('client-secret', word))
    return found && { kind: 'client_secret', ...found, familyId: undefined, endsAt: null }
  },
}

const refreshToken: Recogniser = {
  looksLike: (word) => isSecretText('lkr_', word),
  find: async ({ secretRing, leakStore }, word) => {
    const found = await leakStore.findRefresh(refreshDigests(secretRing, word))
    if (!found) return undefined
    const { tenantId, tokenId, familyId, sequence } = found
    return { kind: 'refresh_token', tenantId, tokenId, credentialId: String(sequence), familyId, endsAt: null }
  },
}

const jwt: Recogniser = {
  looksLike: (word) => inspectJwt(word) !== undefined,
  find: async ({ keyRing, environmentStore }, word) => {
    const claims = await verifyClaims(keyRing, acceptedNames(await environmentStore.settings()), word)
    if (!claims) return undefined
    const { purpose, tenantId, tokenId, id: credentialId, familyId, expiresAt = null } = claims
    const kind = purpose === 'bearer' ? 'bearer_jwt' : 'access_jwt'
    return { kind, tenantId, tokenId, credentialId, familyId, endsAt: expiresAt }
  },
}

const CALENDAR_FILE = /\.ics$/

const calendar: Recogniser = {
  looksLike: (word) => isSecretText('lkc_', word.replace(CALENDAR_FILE, '')),
  find: async ({ secretRing }, word) => ({
    kind: 'calendar',
    digests: secretRing.digests('calendar', word.replace(CALENDAR_FILE, '')),
  }),
}

// Another kind of secret is one more line here.
const RECOGNISERS: readonly Recogniser[] = [clientSecret, refreshToken, jwt, calendar]

const recogniserOf = (word: string): Recogniser | undefined => RECOGNISERS.find(({ looksLike }) => looksLike(word))

/** Whether a word has the form of a credential of ours. */
export const looksLikeCredential = (word: string): boolean => recogniserOf(word) !== undefined

/**
 * The credentials of ours that stand in a text, at most 20 of those that look like one. Garbage costs no database and
 * no signature; what a JWT says counts only after its signature (rule 9). Whether a calendar is one of ours is not asked.
 */
export const recogniseAll = async (
  ports: RecognisePorts,
  text: string,
): Promise<readonly (FoundCredential | FoundCalendar)[]> => {
  const found: (FoundCredential | FoundCalendar)[] = []
  for (const word of wordsIn(text).filter(looksLikeCredential).slice(0, FOUND_MAX)) {
    const credential = await recogniserOf(word)?.find(ports, word)
    if (credential) found.push(credential)
  }
  return found
}
