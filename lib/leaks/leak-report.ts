import { z } from 'zod'
import { LIMITS } from '#lib/config/limits.ts'
import { isPlainLine } from '#lib/config/plain-line.ts'
import { wordsIn } from '#lib/leaks/found-credential.ts'
import { looksLikeCredential } from '#lib/leaks/recognise.ts'

/** A report by a person or a program: what was found, and where. */
export const leakReport = z.object({
  credential: z
    .string({ error: 'Paste what you found.' })
    .trim()
    .min(1, 'Paste what you found.')
    .max(LIMITS.reportLength, `Paste at most ${LIMITS.reportLength} characters.`),
  foundAt: z
    .string()
    .trim()
    .max(LIMITS.foundAtLength, `Use at most ${LIMITS.foundAtLength} characters.`)
    .refine(isPlainLine, 'Write it on one line, without control characters.')
    .optional(),
})

/**
 * Where something was found, as it may be kept: every credential in it is left out (rule 1), what is too long is cut,
 * what is not one plain line is dropped; undefined for nothing.
 */
export const keptPlace = (foundAt: string | undefined): string | undefined => {
  if (foundAt === undefined || foundAt === '' || !isPlainLine(foundAt)) return undefined
  const credentials = wordsIn(foundAt).filter(looksLikeCredential)
  const without = credentials.reduce((text, credential) => text.replaceAll(credential, '[credential]'), foundAt)
  return without.slice(0, LIMITS.foundAtLength)
}
