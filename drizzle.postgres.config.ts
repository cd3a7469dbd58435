import { defineConfig } from 'drizzle-kit'

/** Generates the migrations of PostgreSQL: `npm run migrations`. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './db/schema.postgres.ts',
  out: './db/migrations/postgres',
})
