import type { MailConfig } from '#lib/config/config.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { Mailer } from '#lib/users/mailer.ts'
import { createOutboxMailer } from '#server/adapters/outbox-mailer.ts'
import { createSmtpMailer } from '#server/adapters/smtp-mailer.ts'

/** The mailer that the settings ask for. */
export const createMailer = (mail: MailConfig, clock: Clock): Mailer =>
  mail.transport === 'smtp' ? createSmtpMailer(mail) : createOutboxMailer(mail, clock)
