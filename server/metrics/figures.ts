import { stateOf } from '#lib/keys/signing-key.ts'
import type { Portal } from '#lib/portal.ts'
import type { Measured } from '#server/metrics/measured.ts'
import { createFigureRegistry, type FigureRegistry, type Sample } from '#server/metrics/registry.ts'

/** What of a portal is read. */
export type PortalFigures = Portal['figures']

/** What the figures are about. */
export type FigureSources = {
  readonly measured: Measured
  readonly figures: PortalFigures
  /** Undefined: of a process that makes pages, and answers no validations. */
  readonly isReady: (() => Promise<boolean>) | undefined
  readonly version: string
  /** NumericDate. */
  readonly now: () => number
}

// What tells the process of the pages apart.
const OF_PAGES = { process: 'pages' }

// The words of a tally, as `validate 200`, become as many labels.
const samplesOf = (counts: ReadonlyMap<string, number>, ...labels: readonly string[]): readonly Sample[] =>
  [...counts].map(([words, count]) => {
    const parts = words.split(' ')
    return [Object.fromEntries(labels.map((label, at) => [label, parts[at] ?? ''])), count]
  })

const addRequests = (add: FigureRegistry, { measured }: FigureSources): void => {
  add.counter({
    name: 'latchkey_requests_total',
    help: 'Answered requests by kind and status; 499: whoever asked was gone.',
    labels: ['route', 'status'],
    read: () => samplesOf(measured.requests.counts(), 'route', 'status'),
  })
  const { requestDurations, operationDurations } = measured
  add.histogram('latchkey_request_seconds', 'Until an answer was handed to its socket.', 'route', requestDurations)
  add.histogram(
    'latchkey_operation_seconds',
    'Reads and writes of the store, and mails.',
    'operation',
    operationDurations,
  )
  add.counter({
    name: 'latchkey_operation_failures_total',
    help: 'Operations that failed; a write that met a conflict counts here as well.',
    labels: ['operation'],
    read: () => samplesOf(measured.failures.counts(), 'operation'),
  })
}

const addOutcomes = (add: FigureRegistry, { measured, figures }: FigureSources): void => {
  add.counter({
    name: 'latchkey_validations_total',
    help: 'Validations by outcome: good, or the code of the refusal.',
    labels: ['outcome'],
    read: () => [
      [{ outcome: 'good' }, measured.requests.counts().get('validate 200') ?? 0],
      ...samplesOf(figures.refusals(), 'plane', 'outcome').flatMap(
        ([{ plane, outcome = '' }, count]): readonly Sample[] => (plane === 'validation' ? [[{ outcome }, count]] : []),
      ),
    ],
  })
  add.counter({
    name: 'latchkey_refusals_total',
    help: 'Refusals of the API by plane and code.',
    labels: ['plane', 'code'],
    read: () => samplesOf(figures.refusals(), 'plane', 'code'),
  })
  add.counter({
    name: 'latchkey_grants_total',
    help: 'Bearer JWTs that the token endpoint gave out, by grant type.',
    labels: ['grant'],
    read: () => samplesOf(figures.grants(), 'grant'),
  })
}

const addCaches = (add: FigureRegistry, { figures }: FigureSources): void => {
  const caches = () => Object.entries(figures.caches())
  add.gauge({
    name: 'latchkey_cache_entries',
    help: 'Entries of the caches of verified claims and of standings.',
    labels: ['cache'],
    read: () => caches().map(([cache, { entries }]) => [{ cache }, entries]),
  })
  add.gauge({
    name: 'latchkey_cache_bytes',
    help: 'About how many bytes these caches take; they are bounded by both.',
    labels: ['cache'],
    read: () => caches().map(([cache, { bytes }]) => [{ cache }, bytes]),
  })
  add.counter({
    name: 'latchkey_cache_misses_total',
    help: 'How often a cache did not hold what it was asked for.',
    labels: ['cache'],
    read: () => caches().map(([cache, { misses }]) => [{ cache }, misses]),
  })
}

const addState = (add: FigureRegistry, { figures, isReady, version, now }: FigureSources): void => {
  add.gauge({
    name: 'latchkey_newest_change',
    help: 'The newest row of the change feed that can be read here; nodes that differ for long are behind.',
    by: 'max',
    read: () => [[{}, figures.newestChange()]],
  })
  if (isReady)
    add.gauge({
      name: 'latchkey_ready',
      help: 'Processes that can answer validations now.',
      read: async () => [[{}, (await isReady()) ? 1 : 0]],
    })
  add.gauge({
    name: 'latchkey_processes',
    help: 'Processes that answered this question; the one of the pages stands apart.',
    labels: ['process'],
    read: () => [[isReady ? {} : OF_PAGES, 1]],
  })
  add.gauge({
    name: 'latchkey_build_info',
    help: 'The version that runs.',
    labels: ['version', 'node'],
    by: 'first',
    read: () => [[{ version, node: process.version }, 1]],
  })
  add.gauge({
    name: 'latchkey_signing_key_age_seconds',
    help: 'For how long the key that signs has done so.',
    labels: ['purpose', 'algorithm'],
    by: 'max',
    read: async () =>
      (await figures.keys())
        .filter((key) => stateOf(key) === 'active')
        .map(({ purpose, algorithm, activeAt }) => [{ purpose, algorithm }, now() - (activeAt ?? 0)]),
  })
  add.gauge({
    name: 'latchkey_chore_done_until_seconds',
    help: 'Up to which moment a chore is done, whichever process did it; 0: never.',
    labels: ['chore'],
    by: 'max',
    read: async () => (await figures.chores()).map(({ name, doneUntil }) => [{ chore: name }, doneUntil]),
  })
}

/** Everything that monitoring may ask of one process. Label values are few and fixed: kinds, codes, names of ours. */
export const createFigures = (sources: FigureSources) => {
  const add = createFigureRegistry(sources.isReady ? {} : OF_PAGES)
  addRequests(add, sources)
  addOutcomes(add, sources)
  addCaches(add, sources)
  addState(add, sources)
  return add.registry
}
