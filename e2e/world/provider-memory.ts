import type { Adapter, AdapterPayload } from 'oidc-provider'

const kept = new Map<string, AdapterPayload>()

const findBy = (model: string, wanted: (payload: AdapterPayload) => boolean): AdapterPayload | undefined =>
  [...kept].find(([key, payload]) => key.startsWith(`${model}:`) && wanted(payload))?.[1]

/** Where the provider keeps its sessions and codes: in memory, for as long as a test process runs. */
export const memoryAdapter = (model: string): Adapter => {
  const keyOf = (id: string) => `${model}:${id}`
  return {
    upsert: async (id, payload) => void kept.set(keyOf(id), payload),
    find: async (id) => kept.get(keyOf(id)),
    findByUid: async (uid) => findBy(model, (payload) => payload.uid === uid),
    findByUserCode: async (code) => findBy(model, ({ userCode }) => userCode === code),
    consume: async (id) => {
      const payload = kept.get(keyOf(id))
      if (payload) kept.set(keyOf(id), { ...payload, consumed: Math.floor(Date.now() / 1000) })
    },
    destroy: async (id) => void kept.delete(keyOf(id)),
    revokeByGrantId: async (grantId) => {
      for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key)
    },
  }
}
