import { affectedBy, compromiseKey } from '#lib/keys/compromise-key.ts'
import { listKeys } from '#lib/keys/list-keys.ts'
import { type KeyPorts, rotateKey, tendKeys } from '#lib/keys/rotate-keys.ts'

/** The use-cases of signing keys, over their ports. */
export const keysUseCases = (ports: KeyPorts) => ({
  list: listKeys(ports),
  tend: tendKeys(ports),
  rotate: rotateKey(ports),
  compromise: compromiseKey(ports),
  affected: affectedBy(ports),
})
