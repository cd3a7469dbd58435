import { Worker } from 'node:worker_threads'
import { sayCommittedOf } from '#db/witness/say-committed.ts'
import { codeOf } from '#db/witness/witness-commits.ts'
import { witnessBeside } from '#db/witness/witness-folder.ts'
import { createPacker, type PackedLists, type PackedOutcome, unpackOutcome } from '#db/writer/packed-lists.ts'
import { type Outcome, type Statement, unavailable, type Writer } from '#db/writer/writer.ts'
import { createRestartLimit } from '#lib/time/restart-limit.ts'

/** What a writer's thread is told: lists, or to close once they are written. */
export type ToWriter = PackedLists | 'close'

/** What it tells: outcomes, in the order of the lists. */
export type FromWriter = readonly PackedOutcome[]

/** Where it writes. */
export type WriterPlace = { readonly file: string; readonly witness: string }

const PROGRAM = new URL('./writer-program.ts', import.meta.url)

type Waiting = { readonly list: readonly Statement[]; readonly answer: (outcome: Outcome) => void }

/** One run of the thread: its lists that were not answered yet, in order. */
type Run = {
  readonly worker: Worker
  readonly pack: ReturnType<typeof createPacker>
  readonly posted: Waiting[]
  readonly ended: Promise<void>
}

// Where its thread ended between a commit and the witness' word of it, a retry finds all done, writes nothing, and would be
// answered for what no witness knows. Answers what to add to the reason.
const sayForEnded = ({ file, witness }: WriterPlace): string => {
  try {
    sayCommittedOf(file, witness)
    return ''
  } catch (thrown) {
    return `, and its witness cannot be told what it committed: ${codeOf(thrown)}`
  }
}

const startRun = (program: URL, place: WriterPlace, onEnd: () => void): Run => {
  const worker = new Worker(program, { name: 'latchkey-writer', workerData: place })
  const posted: Waiting[] = []
  let reason = 'the writer ended'
  worker.on('message', (outcomes: FromWriter) => {
    for (const outcome of outcomes) posted.shift()?.answer(unpackOutcome(outcome))
    // A program that has nothing under way may end; one that waits for an answer may not.
    if (posted.length === 0) worker.unref()
  })
  worker.on('error', (thrown: Error & { readonly code?: string }) => {
    reason = `the writer ended: ${thrown.code ?? thrown.name}`
  })
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      onEnd()
      // Whether the last batch was committed is not known: nobody was told that it was.
      if (posted.length > 0) reason += sayForEnded(place)
      for (const { answer } of posted.splice(0)) answer(unavailable(reason))
      resolve()
    })
  })
  return { worker, pack: createPacker(), posted, ended }
}

/**
 * A writer in a thread of its own, begun with the first list: the caller's event loop neither waits for the disk nor
 * for other processes' locks. The lists of one turn of the loop go over together. If the thread ends, what it had not
 * answered fails as `unavailable` and the next list starts it again, at most five times a minute.
 */
export const openWriterThread = (
  file: string,
  { program = PROGRAM, witness = witnessBeside(file) }: { readonly program?: URL; readonly witness?: string } = {},
): Writer => {
  const limit = createRestartLimit(() => performance.now())
  let gathered: Waiting[] = []
  let run: Run | undefined
  let closed = false

  const runOrStart = (): Run | undefined => {
    if (run) return run
    if (limit.pause() > 0) return undefined
    limit.count()
    run = startRun(program, { file, witness }, () => {
      run = undefined
    })
    return run
  }
  const post = (): void => {
    const lists = gathered
    gathered = []
    const running = lists.length === 0 ? undefined : runOrStart()
    if (!running) {
      for (const { answer } of lists) answer(unavailable('the writer keeps ending'))
      return
    }
    running.worker.ref()
    running.posted.push(...lists)
    running.worker.postMessage(running.pack(lists.map(({ list }) => list)) satisfies ToWriter)
  }
  return {
    write: (list) =>
      new Promise((answer) => {
        if (closed) return answer(unavailable('the writer is closed'))
        if (gathered.push({ list, answer }) === 1) setImmediate(post)
      }),
    close: async () => {
      closed = true
      post()
      if (!run) return
      run.worker.ref()
      run.worker.postMessage('close' satisfies ToWriter)
      await run.ended
    },
  }
}
