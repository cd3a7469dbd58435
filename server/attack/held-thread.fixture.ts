// oxlint-disable-next-line no-restricted-imports -- by its other name, it would be itself
import { openWriterThread as open } from '../../db/writer/writer-thread.ts'

// In the place of writer-thread.ts: the same, with a program that can be held between a commit and its word of it.
const PROGRAM = new URL('./held-writer.fixture.ts', import.meta.url)

/** A writer that can be held. */
export const openWriterThread: typeof open = (file, options) => open(file, { ...options, program: PROGRAM })
