import nodemailer from 'nodemailer'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Mailer } from '#lib/users/mailer.ts'
import { mailHeaders } from '#server/adapters/mail-headers.ts'

type SmtpSettings = { readonly url: string; readonly from: string }

const CONNECT_MS = 10_000
const ANSWER_MS = 20_000

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const toOptions = (url: URL) => {
  const secure = url.protocol === 'smtps:'
  const user = decodeURIComponent(url.username)
  const loopback = LOOPBACK.test(url.hostname)
  return {
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    // A password must not travel in clear because somebody between left STARTTLS out of the greeting.
    requireTLS: !secure && user !== '' && !loopback,
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

// What the server said may name an address, so it goes to the log alone.
const toPortalError = (thrown: unknown): PortalError => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
  const response = thrown instanceof Error && 'responseCode' in thrown ? ` ${String(thrown.responseCode)}` : ''
  const refused = code === 'EENVELOPE'
  return new PortalError('mail.unavailable', {
    ...(refused ? { detail: 'The mail server does not accept mail for this address.' } : {}),
    internal: `smtp ${code}${response}`,
    cause: thrown,
  })
}

/** Mails go to the server that SMTP_URL names: TLS by `smtps`, STARTTLS where offered, always before a password. */
export const createSmtpMailer = ({ url, from }: SmtpSettings): Mailer => {
  const transport = nodemailer.createTransport(toOptions(new URL(url)))
  return {
    send: async ({ to, subject, text, once }) => {
      try {
        // An address object is taken as one address; a string would be parsed as a list.
        const headers = mailHeaders(once, from)
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, ...headers })
      } catch (thrown) {
        throw toPortalError(thrown)
      }
    },
  }
}
