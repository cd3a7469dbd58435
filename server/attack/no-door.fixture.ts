import type { Edge } from '#server/edge.ts'

// In the place of shed-load.ts: a door that lets everybody in.

// oxlint-disable-next-line no-restricted-imports -- by its other name, it would be itself
export { startLagMeter } from '../shed-load.ts'

/** The edge as it is. */
export const shedLoad = (edge: Edge): Edge => edge
