import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from 'drizzle-kit/api'
import { describe, expect, it } from 'vitest'
import * as postgres from '#db/schema.postgres.ts'
import * as sqlite from '#db/schema.sqlite.ts'

const folderOf = (dialect: string): string => join(import.meta.dirname, '..', 'migrations', dialect)

const newestSnapshot = <Snapshot>(dialect: string): Snapshot => {
  const meta = join(folderOf(dialect), 'meta')
  const name =
    readdirSync(meta)
      .filter((file) => file.endsWith('_snapshot.json'))
      .sort()
      .at(-1) ?? ''
  return JSON.parse(readFileSync(join(meta, name), 'utf8'))
}

const tagsOf = (dialect: string): readonly string[] => {
  const journal = JSON.parse(readFileSync(join(folderOf(dialect), 'meta', '_journal.json'), 'utf8'))
  return journal.entries.map(({ tag }: { readonly tag: string }) => tag)
}

describe('the migrations say all that the schema says', () => {
  it('on SQLite', async () => {
    type Snapshot = Parameters<typeof generateSQLiteMigration>[0]
    const now = await generateSQLiteDrizzleJson(sqlite)
    expect(await generateSQLiteMigration(newestSnapshot<Snapshot>('sqlite'), now)).toEqual([])
  })

  it('on PostgreSQL', async () => {
    type Snapshot = Parameters<typeof generateMigration>[0]
    const now = generateDrizzleJson(postgres)
    expect(await generateMigration(newestSnapshot<Snapshot>('postgres'), now)).toEqual([])
  })

  it('in the same steps on both', () => {
    expect(tagsOf('sqlite')).toEqual(tagsOf('postgres'))
    for (const dialect of ['sqlite', 'postgres']) {
      const files = readdirSync(folderOf(dialect)).filter((file) => file.endsWith('.sql'))
      expect(files.map((file) => file.replace('.sql', '')).sort()).toEqual([...tagsOf(dialect)].sort())
    }
  })
})

describe('on both dialects', () => {
  it('the same tables stand under the same names', () => {
    expect(Object.keys(sqlite).sort()).toEqual(Object.keys(postgres).sort())
  })
})
