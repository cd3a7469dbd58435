import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api'
import * as schema from '#db/schema.sqlite.ts'

const OURS = join(import.meta.dirname, '../migrations/sqlite')

type Journal = { readonly entries: readonly { readonly when: number }[] }

/**
 * What drizzle-kit writes when every one of these tables gets one CHECK more: it rebuilds them. SQLite cannot add a
 * constraint to a table, so the old one is dropped and the new one renamed.
 */
export const rebuildStatements = async (tables: readonly string[]): Promise<readonly string[]> => {
  const before = await generateSQLiteDrizzleJson(schema)
  const after = structuredClone(before)
  for (const name of tables) {
    const table = after.tables[name]
    if (!table) throw new Error(`no table ${name}`)
    table.checkConstraints[`${name}_rebuilt`] = { name: `${name}_rebuilt`, value: '1 = 1' }
  }
  return generateSQLiteMigration(before, after)
}

/** A folder in which our migrations are followed by one more, made of these statements. */
export const folderWith = (statements: readonly string[], dialect: 'sqlite' | 'postgres' = 'sqlite'): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-migrations-'))
  cpSync(OURS.replace(/sqlite$/, dialect), folder, { recursive: true })
  const journalFile = join(folder, 'meta', '_journal.json')
  const journal = JSON.parse(readFileSync(journalFile, 'utf8')) as Journal
  const idx = journal.entries.length
  const when = (journal.entries.at(-1)?.when ?? 0) + 1
  const entry = { idx, version: '6', when, tag: 'next', breakpoints: true }
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: [...journal.entries, entry] }))
  writeFileSync(join(folder, 'next.sql'), statements.join('\n--> statement-breakpoint\n'))
  return folder
}

/** A folder with the first of our migrations alone, as an older version had it. */
export const folderUntil = (count: number, dialect: 'sqlite' | 'postgres' = 'sqlite'): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-migrations-'))
  cpSync(OURS.replace(/sqlite$/, dialect), folder, { recursive: true })
  const journalFile = join(folder, 'meta', '_journal.json')
  const journal = JSON.parse(readFileSync(journalFile, 'utf8')) as Journal
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }))
  return folder
}

/** How many migrations the product itself has. */
export const ourMigrations = (): number =>
  (JSON.parse(readFileSync(join(OURS, 'meta', '_journal.json'), 'utf8')) as Journal).entries.length
