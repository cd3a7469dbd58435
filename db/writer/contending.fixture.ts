import { openSqliteWriter } from '#db/sqlite-client.ts'
import { createWriteTurns } from '#db/writer/write-turns.ts'

// Run as a program of its own: `file turns|waits commits others`. Once the others are there, counts on in one row without a
// pause, in turn with them or by SQLite's own waiting, and prints the most that they counted between two of its own.
const [file = '', how = 'turns', commits = '0', others = '0'] = process.argv.slice(2)
const client = openSqliteWriter(file)
client.exec('insert into arrived default values')
const arrived = client.prepare<[], number>('select count(*) from arrived').pluck()
while (Number(arrived.get()) <= Number(others)) await new Promise((done) => setTimeout(done, 1))

const turns = how === 'turns' ? createWriteTurns(client) : undefined
const begin = turns?.begin ?? (() => void client.exec('begin immediate'))
const count = client.prepare<[], number>('update counter set n = n + 1 returning n').pluck()

let last = Number(client.prepare('select n from counter').pluck().get())
let passedBy = 0
for (let done = 0; done < Number(commits); done += 1) {
  begin()
  const n = Number(count.get())
  client.exec('commit')
  turns?.end()
  passedBy = Math.max(passedBy, n - last - 1)
  last = n
}
process.stdout.write(String(passedBy))
client.close()
