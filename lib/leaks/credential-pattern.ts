import type { EnvironmentSettings } from '#lib/access/environment-store.ts'
import { RSA_BITS } from '#lib/keys/make-key.ts'
import { formatSecret, secretPattern } from '#lib/keys/secret-text.ts'
import { base64urlPattern } from '#lib/leaks/base64url-pattern.ts'
import { ACCESS_JWT_TYPE } from '#lib/tokens/mint-credential.ts'

/** How scanners know one kind of credential. */
export type CredentialPattern = {
  /** For machines: `latchkey-client-secret`. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** What stands in every one of them, so that scanners need not try the rest elsewhere. */
  readonly keyword: string
  /** Without anchors, groups that capture, look-around or references: RE2, Hyperscan and JavaScript read it alike. */
  readonly regex: string
  /** One of the same form that opens nothing. */
  readonly example: string
}

const ALGORITHM_BYTES = 'ES256'.length
const ECC_BITS = 512
const BITS_OF_CHARACTER = 6

// A signature of ES256 or EdDSA is two numbers of 256 bits, one of RS256 is as long as its key.
const charactersOf = (bits: number): number => Math.ceil(bits / BITS_OF_CHARACTER)
const SIGNATURE_LENGTH = { min: charactersOf(ECC_BITS), max: charactersOf(RSA_BITS) }
const SIGNATURE = `[\\w-]{${SIGNATURE_LENGTH.min},${SIGNATURE_LENGTH.max}}`
const EXAMPLE_BYTES = new Uint8Array(32)

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const headerPattern = (kidLength: number): string =>
  base64urlPattern(
    [
      '{"alg":"',
      { unknownBytes: ALGORITHM_BYTES },
      '","kid":"',
      { unknownBytes: kidLength },
      `","typ":"${ACCESS_JWT_TYPE}"}`,
    ],
    { ends: true },
  )

const payloadPattern = (issuer: string): string =>
  base64urlPattern([`{"iss":${JSON.stringify(issuer)},"sub":"`], { ends: false })

type Named = Pick<EnvironmentSettings, 'issuer' | 'formerIssuers'>

const accessJwt = ({ issuer, formerIssuers }: Named, kidLength: number): CredentialPattern => {
  const issuers = [issuer, ...formerIssuers].map(payloadPattern)
  const header = encode({ alg: 'ES256', kid: 'A'.repeat(kidLength), typ: ACCESS_JWT_TYPE })
  const payload = encode({ iss: issuer, sub: '00000000-0000-4000-8000-000000000000' })
  return {
    id: 'latchkey-access-token',
    name: `Latchkey access token of ${issuer}`,
    keyword: encode({ alg: '' }).slice(0, 10),
    regex: `${headerPattern(kidLength)}\\.(?:${issuers.join('|')})[\\w-]+\\.${SIGNATURE}`,
    example: `${header}.${payload}.${'A'.repeat(SIGNATURE_LENGTH.min)}`,
  }
}

/**
 * The credentials of this deployment that last long enough to be found: client secrets, refresh tokens, the access JWTs
 * of its issuers, and the secrets in addresses of calendars. Bearer JWTs run out within minutes. `kidLength`: characters of the ids of its signing keys.
 */
export const credentialPatterns = (settings: Named, kidLength: number): readonly CredentialPattern[] => [
  {
    id: 'latchkey-client-secret',
    name: 'Latchkey client secret',
    keyword: 'lks_',
    regex: secretPattern('lks_'),
    example: formatSecret('lks_', EXAMPLE_BYTES),
  },
  {
    id: 'latchkey-refresh-token',
    name: 'Latchkey refresh token',
    keyword: 'lkr_',
    regex: secretPattern('lkr_'),
    example: formatSecret('lkr_', EXAMPLE_BYTES),
  },
  accessJwt(settings, kidLength),
  {
    id: 'latchkey-calendar',
    name: 'Latchkey calendar address',
    keyword: 'lkc_',
    regex: secretPattern('lkc_'),
    example: formatSecret('lkc_', EXAMPLE_BYTES),
  },
]
