import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { Mailer } from '#lib/users/mailer.ts'

type OutboxSettings = { readonly folder: string; readonly from: string }

const writeWhole = async (path: string, content: Buffer): Promise<void> => {
  const draft = `${path}.part`
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

const fileName = (seconds: number): string => {
  const time = new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  return `${time}Z-${randomBytes(6).toString('hex')}.eml`
}

/**
 * Mails become files `<time>-<id>.eml` (0600) in a folder that only their owner may open: they hold sign-in links.
 * A reader never sees half a mail.
 */
export const createOutboxMailer = ({ folder, from }: OutboxSettings, clock: Clock): Mailer => {
  const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    send: async ({ to, subject, text }) => {
      try {
        const seconds = clock.now()
        const date = new Date(seconds * 1000)
        // An address object is taken as one address; a string would be parsed as a list.
        const { message } = await composer.sendMail({ from, to: { name: '', address: to }, subject, text, date })
        if (!Buffer.isBuffer(message)) throw new TypeError('the composer was asked for a buffer')
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeWhole(join(folder, fileName(seconds)), message)
      } catch (thrown) {
        throw new PortalError('mail.unavailable', { internal: `outbox ${folder}`, cause: thrown })
      }
    },
  }
}
