import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail as its reader sees it. */
export type Mail = { readonly to: string; readonly subject: string; readonly text: string }

/** A real SMTP server that keeps what it is given. */
export type Mailbox = {
  /** For SMTP_URL. */
  readonly url: string
  /** Takes the newest mail to an address with such a subject out of the box; waits for one to come. */
  take(to: string, subject: RegExp): Promise<Mail>
  /** How many mails to an address lie in the box. */
  count(to: string): number
  stop(): Promise<void>
}

const WAIT_MS = 10_000

type Reader = { readonly wants: (mail: Mail) => boolean; readonly give: (mail: Mail) => void }

const createBox = () => {
  const kept = new Set<Mail>()
  const readers = new Set<Reader>()
  return {
    kept,
    deliver: (mail: Mail): void => {
      const reader = [...readers].find(({ wants }) => wants(mail))
      if (reader) reader.give(mail)
      else kept.add(mail)
    },
    take: (wants: Reader['wants'], what: string): Promise<Mail> => {
      const newest = [...kept].findLast(wants)
      if (newest) {
        kept.delete(newest)
        return Promise.resolve(newest)
      }
      return new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`no mail ${what} after ${WAIT_MS} ms`)), WAIT_MS)
        const reader: Reader = {
          wants,
          give: (mail) => {
            clearTimeout(timer)
            readers.delete(reader)
            done(mail)
          },
        }
        readers.add(reader)
      })
    },
  }
}

/** Starts a mail server on a free port. */
export const startMailbox = async (): Promise<Mailbox> => {
  const box = createBox()
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      simpleParser(stream).then(({ subject = '', text = '' }) => {
        for (const { address } of session.envelope.rcptTo) box.deliver({ to: address, subject, text })
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
    take: (to, subject) => box.take((mail) => mail.to === to && subject.test(mail.subject), `${subject} to ${to}`),
    count: (to) => [...box.kept].filter((mail) => mail.to === to).length,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
