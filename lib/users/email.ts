import { z } from 'zod'
import { LIMITS } from '#lib/config/limits.ts'
import { isPlainLine, isVisible } from '#lib/config/plain-line.ts'

/** The one form an address is stored and looked up in: without white space around it, lower-cased. */
export const normalizeEmail = (text: string): string => text.trim().toLowerCase()

/** Reads an e-mail address as typed and gives its stored form. */
export const emailSchema = z
  .string()
  .transform(normalizeEmail)
  .pipe(z.email('Enter an e-mail address, like name@example.com.').max(LIMITS.emailLength))

/** Reads a person's or an account's name: one line, trimmed, with something to see. */
export const nameSchema = (empty: string) =>
  z
    .string()
    .trim()
    .min(1, empty)
    .max(LIMITS.nameLength, `Use at most ${LIMITS.nameLength} characters.`)
    .refine(isPlainLine, 'Use one line of plain text.')
    // Mails to strangers begin with it.
    .refine((text) => !text.includes('://'), 'Use a name, not an address.')
    .refine((text) => text === '' || isVisible(text), empty)
