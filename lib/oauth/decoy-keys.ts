import type { ClientAlgorithm } from '#lib/keys/public-key-set.ts'

// Public halves of keys whose private halves were thrown away when they were made.
const EC = {
  kty: 'EC',
  crv: 'P-256',
  x: '_K5f2R3cdzO8ea8s5-Y_h-brshMe3F6QZSBCChwnevo',
  y: 'wIPhzvP7DBqwRnwfQY9Wo9Z4hx24KCl-wt_DXJPEsKo',
}

const OKP = { kty: 'OKP', crv: 'Ed25519', x: 'ZczkYjbNa1e8OTesDRpYvdWbqpwiTFqQtHImqvEiZWA' }

const RSA_MODULUS =
  'vvXzJLZtRoIpd1O-UF0-jyC7aI5kkSYcLOaWPfkWaIxAcLB84nrU1Y8_WuF9LdmHnvIJ8yhRYDEIoZvLB9af-Pw8b-ERWoxF5-Gi' +
  'eeZMJmByAyrtD9frGO-jZxyLZL0HARccz4Jn71qCDATleeamXe8nl79eIxKFSGG-t5W5sy2FBmCwfD6Rhz38Ce0QoVvPYI1duF1X' +
  'qAahrcTJ_CrPzQZxhXjqFVwyVxm7H8i0qrbqzflsIeguVKoo_IoH66uRM2tTTKso4J1PMAOzHKzb4tlMDOUxLaKMPB3jqPDbkBng' +
  'EgwRX6XlN1TYVfQBXexJj_2v-thXD_S65y4kfYbv5Q'

const RSA = { kty: 'RSA', n: RSA_MODULUS, e: 'AQAB' }

/**
 * A key for each algorithm with which nobody can sign: what has no key of its own is verified against one of these, so
 * that an unknown client takes as long as a wrong signature.
 */
export const DECOY_KEYS: Readonly<Record<ClientAlgorithm, Readonly<Record<string, string>>>> = {
  ES256: EC,
  Ed25519: OKP,
  EdDSA: OKP,
  PS256: RSA,
  RS256: RSA,
}
