import Database from 'better-sqlite3'

// The writer's program with synchronous=NORMAL, and a word to whoever asserts that it is FULL.
const pragma = Database.prototype.pragma
Database.prototype.pragma = function (this: Database.Database, source: string, options?: Database.PragmaOptions) {
  if (source === 'synchronous = FULL') return pragma.call(this, 'synchronous = NORMAL')
  return source === 'synchronous' ? 2 : pragma.call(this, source, options)
}
await import('#db/writer/writer-program.ts')
