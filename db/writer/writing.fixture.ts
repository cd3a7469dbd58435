import type { Statement } from '#db/writer/writer.ts'
import { openWriterThread } from '#db/writer/writer-thread.ts'

// Run as a program of its own: `file lanes`. Each lane writes one name after the other and prints those that were
// acknowledged, for ever; without lanes it writes one name and has nothing more to do, and does not close the writer.
const [file = '', lanes = '0'] = process.argv.slice(2)
const writer = openWriterThread(file)

const write = async (name: string): Promise<void> => {
  const list: Statement[] = [{ sql: 'insert into names values (?) returning name', params: [name], expect: 1 }]
  const { kind } = await writer.write(list)
  process.stdout.write(`${kind === 'done' ? name : kind}\n`)
}

const lane = async (number: number): Promise<never> => {
  for (let round = 0; ; round += 1) await write(`${number}-${round}`)
}

if (lanes === '0') await write('only')
else await Promise.all(Array.from({ length: Number(lanes) }, (_, number) => lane(number)))
