import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { Mail, Mailer } from '#lib/users/mailer.ts'
import { mailHeaders, onceName } from '#server/adapters/mail-headers.ts'

type OutboxSettings = { readonly folder: string; readonly from: string }

const writeWhole = async (path: string, content: Buffer): Promise<void> => {
  // By a name of its own: a process that died in the middle of it must not be in the way of the next.
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
    await rename(draft, path)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw thrown
  }
}

const ID_LENGTH = 12

// What is sent again takes the place of what was sent before.
const fileName = (once: Mail['once'] | undefined, now: number): string => {
  const time = new Date((once?.at ?? now) * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  const id = once ? onceName(once).slice(0, ID_LENGTH) : randomBytes(ID_LENGTH / 2).toString('hex')
  return `${time}Z-${id}.eml`
}

/**
 * Mails become files `<time>-<id>.eml` (0600) in a folder that only their owner may open: they hold sign-in links.
 * A reader never sees half a mail.
 */
export const createOutboxMailer = ({ folder, from }: OutboxSettings, clock: Clock): Mailer => {
  const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    send: async ({ to, subject, text, once }) => {
      try {
        const now = clock.now()
        const words = { subject, text, date: new Date(now * 1000), ...mailHeaders(once, from) }
        // An address object is taken as one address; a string would be parsed as a list.
        const { message } = await composer.sendMail({ from, to: { name: '', address: to }, ...words })
        if (!Buffer.isBuffer(message)) throw new TypeError('the composer was asked for a buffer')
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeWhole(join(folder, fileName(once, now)), message)
      } catch (thrown) {
        throw new PortalError('mail.unavailable', { internal: `outbox ${folder}`, cause: thrown })
      }
    },
  }
}
