import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { openWitness } from '#db/witness/witness.ts'
import { witnessCommits } from '#db/witness/witness-commits.ts'
import { createUnpacker, packOutcome } from '#db/writer/packed-lists.ts'
import { BATCH_LISTS_MAX, createRunBatch } from '#db/writer/run-batch.ts'
import type { Statement } from '#db/writer/writer.ts'
import type { FromWriter, ToWriter, WriterPlace } from '#db/writer/writer-thread.ts'

// The writer's thread. Whatever came in while a batch was committed goes into the next one, up to its size; answers go
// out in the order of the lists, and only after the commit.
const port = parentPort
if (!port) throw new Error('this file is the program of a writer thread')
const { file, witness } = workerData as WriterPlace
const client = openSqliteWriter(file)
const commits = witnessCommits(client, openWitness(witness))
const run = createRunBatch(client, commits)
const unpack = createUnpacker()
const waiting: (readonly Statement[])[] = []
let closing = false

const take = (message: ToWriter): void => {
  if (message === 'close') closing = true
  else waiting.push(...unpack(message))
}

const takeWhatCame = (): void => {
  for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) take(more.message as ToWriter)
}

const answer = (message: FromWriter): void => port.postMessage(message)

port.on('message', (message: ToWriter) => {
  take(message)
  for (takeWhatCame(); waiting.length > 0; takeWhatCame())
    answer(run(waiting.splice(0, BATCH_LISTS_MAX)).map(packOutcome))
  if (!closing) return
  client.close()
  commits.close()
  port.close()
})
