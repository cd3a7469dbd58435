import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { refreshTokens } from '#server/cli/refresh-tokens.ts'

let database: TemporaryDatabase
let said: string[]
beforeEach(async () => {
  database = await temporaryDatabase()
  said = []
})
afterEach(() => database.remove())

const run = (args: readonly string[], file = database.file) =>
  refreshTokens.run(args, { env: { DATABASE_URL: `file:${file}` }, say: (line) => void said.push(line) })

const isOn = async () => (await createEnvironmentStore(database.connection).settings()).refreshTokens

it('switches them off and on, beside a server that runs', async () => {
  await run(['off'])
  expect(await isOn()).toBe(false)
  await run(['off'])
  await run(['on'])
  expect(await isOn()).toBe(true)
  expect(said).toEqual([
    'Refresh tokens are off from now on, unless a token says otherwise.',
    'Refresh tokens are off already, unless a token says otherwise.',
    'Refresh tokens are on from now on, unless a token says otherwise.',
  ])
})

it('says without a word what is set, and changes nothing', async () => {
  await run([])
  await run(['off'])
  await run([])
  expect(said).toEqual([
    'Refresh tokens are on, unless a token says otherwise.',
    'Refresh tokens are off from now on, unless a token says otherwise.',
    'Refresh tokens are off, unless a token says otherwise.',
  ])
})

it.each([[['maybe']], [['on', 'off']]])('called with %j says how', async (args) => {
  await expect(run(args)).rejects.toMatchObject({ message: 'Say on or off.' })
  expect(await isOn()).toBe(true)
})

it('makes no database where there is none', async () => {
  const file = join(database.file, '..', 'another.db')
  await expect(run(['off'], file)).rejects.toMatchObject({
    message: expect.stringMatching(/^There is no database/),
  })
})
