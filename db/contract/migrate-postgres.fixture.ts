import { migratePostgres } from '#db/migrate-postgres.ts'

// Run as a program of its own, so that it can be killed in the middle: `url folder`.
const [url = '', folder = ''] = process.argv.slice(2)
process.stdout.write('begun\n')
await migratePostgres(url, { folder })
process.stdout.write('done\n')
