import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What one of several processes in turn makes in the folder that they share, as JSON, and the others read: each of them answers
 * from the same database. The folder is its last argument (`run.ts`).
 */
export const kept = async <Made>(name: string, make: (folder: string) => Promise<Made>): Promise<Made> => {
  const folder = process.argv.at(-1) ?? ''
  const file = join(folder, `${name}.json`)
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await make(folder)))
  return JSON.parse(readFileSync(file, 'utf8')) as Made
}
