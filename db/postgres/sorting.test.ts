import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAt } from '#db/contract/open-at.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { migratePostgres, requireMigratedPostgres } from '#db/migrate-postgres.ts'
import { UnusableDatabase } from '#db/unusable-database.ts'

const NAME = 'sorted_otherwise'

let database: TemporaryDatabase
let url: string
beforeEach(async () => {
  database = await temporaryDatabase()
  url = Object.assign(new URL(database.url), { pathname: NAME }).href
})
afterEach(async () => {
  await database.raw.run(`drop database if exists ${NAME} with (force)`)
  await database.remove()
})

const make = (how: string) => database.raw.run(`create database ${NAME} template template0 encoding 'UTF8' ${how}`)
const REMEDY = 'createdb --template=template0 --locale=C --encoding=UTF8'

describe('a database that sorts texts by a language', () => {
  it('is refused in one line before anything is made in it, with what it sorts by and how to make another', async () => {
    await make(`locale_provider icu icu_locale 'en-US' locale 'C'`)
    for (const use of [migratePostgres, requireMigratedPostgres]) {
      const thrown: unknown = await use(url).catch((error: unknown) => error)
      expect(thrown).toBeInstanceOf(UnusableDatabase)
      const message = thrown instanceof Error ? thrown.message : ''
      expect(message).toContain(`/${NAME} sorts texts by ICU en-US. `)
      expect(message).toContain(REMEDY)
      expect(message).not.toMatch(/\n|cannot be used/)
      expect(message).not.toContain(new URL(url).password)
    }
  })

  it('is refused to every connection as well: an address may come to lead elsewhere', async () => {
    await make(`locale_provider icu icu_locale 'en-US' locale 'C'`)
    await expect(openAt(url)).rejects.toMatchObject({
      code: 'store.unavailable',
      internal: expect.stringMatching(/^this database sorts texts by ICU en-US\. .*--locale=C/),
    })
  })
})

describe('a database that sorts texts by their bytes', () => {
  it.each([`locale 'C'`, `locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`])(
    'is taken, whoever does it: %s',
    async (how) => {
      await make(how)
      await expect(migratePostgres(url)).resolves.toBeUndefined()
      const opened = await openAt(url)
      expect(opened.feed.newest()).toBe(0)
      await opened.close()
    },
  )
})
