import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail as its reader sees it. */
export type Mail = { readonly to: string; readonly subject: string; readonly text: string }

/** A real SMTP server that keeps what it is given. */
export type Mailbox = {
  /** For SMTP_URL. */
  readonly url: string
  /** The newest mail to an address; waits until there is one that was not read yet. */
  next(to: string): Promise<Mail>
  stop(): Promise<void>
}

const WAIT_MS = 10_000

/** Starts a mail server on a free port. */
export const startMailbox = async (): Promise<Mailbox> => {
  const unread = new Map<string, Mail[]>()
  const waiting = new Map<string, (mail: Mail) => void>()
  const deliver = (mail: Mail) => {
    const reader = waiting.get(mail.to)
    waiting.delete(mail.to)
    if (reader) reader(mail)
    else unread.set(mail.to, [...(unread.get(mail.to) ?? []), mail])
  }
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      simpleParser(stream).then(({ subject = '', text = '' }) => {
        for (const { address } of session.envelope.rcptTo) deliver({ to: address, subject, text })
        done()
      }, done)
    },
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  const address = listening.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    next: (to) => {
      const newest = unread.get(to)?.at(-1)
      unread.delete(to)
      if (newest) return Promise.resolve(newest)
      return new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`no mail for ${to} after ${WAIT_MS} ms`)), WAIT_MS)
        waiting.set(to, (mail) => {
          clearTimeout(timer)
          done(mail)
        })
      })
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
