import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'
import { changeWrite } from '#db/writes.ts'
import { proveClient } from '#lib/oauth/prove-client.ts'

let world: OAuthWorld
let client: Awaited<ReturnType<OAuthWorld['client']>>
let reads: string[]
let prove: (secret?: string, id?: string) => Promise<string>
let whileReading: () => Promise<unknown>
beforeEach(async () => {
  world = await oauthWorld()
  client = await world.client()
  reads = []
  whileReading = async () => undefined
  const oauthStore = {
    findClient: async (id: string) => {
      reads.push(id)
      const found = await world.oauthStore.findClient(id)
      await whileReading()
      return found
    },
  }
  const proving = proveClient({ ...world.oauthPorts, oauthStore })
  prove = async (secret = client.secret.clientSecret, id = client.token.id) =>
    (await proving({ method: 'secret', id, secret })).credentialId
})
afterEach(() => world.remove())

const REFUSED = { code: 'oauth.invalid_client' }

const touch = (key: string) => {
  const { connection } = world
  return connection.atomically((tx) => [changeWrite(tx, connection.schema, { kind: 'token', key, at: 1 })])
}

describe('a client that proved who it is', () => {
  it('is read once', async () => {
    const first = await prove()
    expect(await prove()).toBe(first)
    expect(reads).toEqual([client.token.id])
  })

  it('is read again after a change to its token, and not for another’s', async () => {
    await prove()
    await touch('acme/another')
    await prove()
    expect(reads).toHaveLength(1)
    await touch(`acme/${client.token.id}`)
    await prove()
    expect(reads).toHaveLength(2)
  })

  it('has its new secret at once, in whichever process it was rotated', async () => {
    await prove()
    const other = await world.otherProcess()
    const { secret } = await other.tokens.rotate(await world.as('mia'), client.token.id)
    if (secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
    expect(await prove(secret.clientSecret)).not.toBe(await prove())
  })

  it('is not kept as it was before a change that came while it was read', async () => {
    whileReading = () => touch(`acme/${client.token.id}`)
    await prove()
    await prove()
    expect(reads).toHaveLength(2)
  })
})

describe('a client that is read while its token changes', () => {
  it('is not kept as it was, also where somebody else has heard of the change before that', async () => {
    whileReading = async () => {
      whileReading = async () => undefined
      await touch(`acme/${client.token.id}`)
      await expect(prove('lks_wrong')).rejects.toMatchObject(REFUSED)
    }
    await prove()
    reads.length = 0
    await prove()
    expect(reads).toEqual([client.token.id])
  })
})

describe('whoever is refused', () => {
  it('was looked for in the store, known or not: a guess tells nothing by the time it takes', async () => {
    await prove()
    reads.length = 0
    await expect(prove('lks_wrong')).rejects.toMatchObject(REFUSED)
    await expect(prove('lks_wrong', world.ports.randomness.uuid())).rejects.toMatchObject(REFUSED)
    expect(reads).toHaveLength(2)
  })

  it('is not remembered', async () => {
    await expect(prove('lks_wrong')).rejects.toMatchObject(REFUSED)
    await prove()
    expect(reads).toHaveLength(2)
  })
})
