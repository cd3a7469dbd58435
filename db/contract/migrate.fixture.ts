import { migrateSqlite } from '#db/migrate-sqlite.ts'

// Run as a program of its own, so that it can be killed in the middle: `file folder?`.
const [file = '', folder] = process.argv.slice(2)
process.stdout.write('begun\n')
migrateSqlite(file, folder === undefined ? {} : { folder })
process.stdout.write('done\n')
