import type { UsageRecorder } from '#lib/usage/usage-recorder.ts'

/** Recorders as one: each counts every use; a flush of one that fails keeps no other from its own. */
export const recordAll = (recorders: readonly UsageRecorder[]): UsageRecorder => ({
  count: (use) => {
    for (const recorder of recorders) recorder.count(use)
  },
  flush: async () => {
    const flushes = await Promise.allSettled(recorders.map((recorder) => recorder.flush()))
    for (const flush of flushes) if (flush.status === 'rejected') throw flush.reason
  },
})
