import type { Connection } from '#db/connection.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { openWriterHere } from '#db/writer/writer-here.ts'
import { openWriterThread } from '#db/writer/writer-thread.ts'
import { changeWrite } from '#db/writes.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

// Run as a program of its own, on a disk that is full or read-only: `file writer [rounds] [as-nobody]`. Each round
// writes several lists at once, until one is refused; then it reads, and prints what it met as one line of JSON. Root
// may write everywhere, so it becomes somebody else first.

const NOBODY = 65_534
const LISTS = 8
const [file = '', place, rounds = '1', as] = process.argv.slice(2)
if (as === 'as-nobody' && process.getuid?.() === 0) process.seteuid?.(NOBODY)

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

const refusalOf = (thrown: unknown) => (isPortalError(thrown) ? [thrown.code, thrown.internal] : String(thrown))

const writeUntilRefused = async (connection: Connection) => {
  let acknowledged = 0
  for (let round = 0; round < Number(rounds); round += 1) {
    const outcomes = await Promise.allSettled(
      Array.from({ length: LISTS }, (_, list) => addPerson(connection, `person-${round}-${list}`)),
    )
    acknowledged += outcomes.filter(({ status }) => status === 'fulfilled').length
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    if (refused) return { acknowledged, refusal: refusalOf(refused.reason) }
  }
  return { acknowledged, refusal: undefined }
}

const connection = openSqlite(file, place === 'thread' ? openWriterThread : openWriterHere)
const written = await writeUntilRefused(connection)
const { users } = connection.schema
const rows = await connection.read(connection.queries.select({ id: users.id }).from(users))
process.stdout.write(JSON.stringify({ ...written, read: rows.length }))
