import type { Figure } from '#server/attack/proof.fixture.ts'
import type { Sample, Soak } from '#server/attack/soak.fixture.ts'

const id = 'soak'
const MEMORY_TIMES_MAX = 1.3
// Users keep as many connections as they asked at once.
const DESCRIPTORS_MORE_MAX = 32
// A log is written over from its beginning after some four megabytes, unless somebody reads on and on.
const LOG_BYTES_MAX = 32 * 1024 ** 2
// A row, its event, its row in the feed, and their places in the indexes.
const BYTES_A_CHANGE_MAX = 8192

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MB`

const most = (samples: readonly Sample[], of: keyof Sample): number => Math.max(...samples.map((sample) => sample[of]))

/** What a soak came to, held against what is bounded: the second half of it against the first. */
export const judgeSoak = ({ samples, faults }: Soak): readonly Figure[] => {
  const half = Math.ceil(samples.length / 2)
  const [before, after] = [samples.slice(0, half), samples.slice(half)]
  const [first, last] = [samples[0], samples.at(-1)]
  const changes = (last?.changes ?? 0) - (first?.changes ?? 0)
  const times = most(after, 'memoryBytes') / most(before, 'memoryBytes')
  const more = most(after, 'descriptors') - most(before, 'descriptors')
  const log = most(samples, 'logBytes')
  const perChange = ((last?.databaseBytes ?? 0) - (first?.databaseBytes ?? 0)) / changes
  const line = (metric: string, goal: string, passed: boolean): Figure => ({ id, metric, goal, passed })
  return [
    line(
      `wrong answers or lost changes: ${faults.length} in ${changes} changes`,
      '0',
      faults.length === 0 && changes > 0,
    ),
    line(
      `memory: ${megabytes(most(after, 'memoryBytes'))}, × ${times.toFixed(2)} of the first half`,
      `at most × ${MEMORY_TIMES_MAX}`,
      times <= MEMORY_TIMES_MAX,
    ),
    line(
      `descriptors: ${most(after, 'descriptors')}, ${more} more than in the first half`,
      `at most ${DESCRIPTORS_MORE_MAX} more`,
      more <= DESCRIPTORS_MORE_MAX,
    ),
    line(`write-ahead log: ${megabytes(log)}`, `at most ${megabytes(LOG_BYTES_MAX)}`, log <= LOG_BYTES_MAX),
    line(
      `database: ${perChange.toFixed(0)} bytes a change`,
      `at most ${BYTES_A_CHANGE_MAX}`,
      perChange <= BYTES_A_CHANGE_MAX,
    ),
  ]
}
