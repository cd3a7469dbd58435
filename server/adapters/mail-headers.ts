import { createHash } from 'node:crypto'
import type { Mail } from '#lib/users/mailer.ts'

const ID_LENGTH = 32

/** A name that follows from the id of a mail that is sent once: 32 hexadecimal characters. */
export const onceName = ({ id }: NonNullable<Mail['once']>): string =>
  createHash('sha256').update(id).digest('hex').slice(0, ID_LENGTH)

/**
 * What both transports say about a mail beside its words: that no person wrote it (RFC 3834 §5), so that no holiday
 * answers it; and for one that is sent once, its own Message-ID and date.
 */
export const mailHeaders = (once: Mail['once'] | undefined, from: string) => ({
  headers: { 'Auto-Submitted': 'auto-generated' },
  ...(once && {
    messageId: `<${onceName(once)}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    date: new Date(once.at * 1000),
  }),
})
