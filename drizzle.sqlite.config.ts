import { defineConfig } from 'drizzle-kit'

/** Generates the migrations of SQLite: `npm run migrations`. */
export default defineConfig({
  dialect: 'sqlite',
  schema: './db/schema.sqlite.ts',
  out: './db/migrations/sqlite',
})
