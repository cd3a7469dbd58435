import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const described = z.object({ version: z.string() })

/** The version of Latchkey that runs here. */
export const VERSION = described.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')),
).version
