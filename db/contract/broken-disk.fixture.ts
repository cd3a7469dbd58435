import type { Connection } from '#db/connection.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { changeWrite } from '#db/writes.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

// Run as a program of its own, on a disk that is full or read-only: `file [rounds]`. It writes until it is refused, then
// reads, and prints what it met as one line of JSON. Root may write everywhere, so it becomes somebody else first.

const NOBODY = 65_534
const [file = '', rounds = '1'] = process.argv.slice(2)
if (process.argv[4] === 'as-nobody' && process.getuid?.() === 0) process.seteuid?.(NOBODY)

const addPerson = ({ atomically, schema }: Connection, id: string) =>
  atomically((tx) => [
    {
      label: 'user',
      rows: tx
        .insert(schema.users)
        .values({ id, email: `${id}@example.com`, name: 'x'.repeat(4000), createdAt: 1 })
        .returning(),
      expect: 1,
    },
    changeWrite(tx, schema, { kind: 'user', key: id, at: 1 }),
  ])

const writeUntilRefused = async (connection: Connection) => {
  for (let round = 0; round < Number(rounds); round += 1) {
    try {
      await addPerson(connection, `person-${round}`)
    } catch (thrown) {
      return { acknowledged: round, refusal: isPortalError(thrown) ? [thrown.code, thrown.internal] : String(thrown) }
    }
  }
  return { acknowledged: Number(rounds), refusal: undefined }
}

const connection = openSqlite(file)
const written = await writeUntilRefused(connection)
const { users } = connection.schema
const rows = await connection.read(connection.queries.select({ id: users.id }).from(users))
process.stdout.write(JSON.stringify({ ...written, read: rows.length }))
