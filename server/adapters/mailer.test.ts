import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MailConfig } from '#lib/config/config.ts'
import { createMailer } from '#server/adapters/mailer.ts'
import { selfSigned } from '#server/adapters/self-signed.fixture.ts'

const clock = { now: () => Date.UTC(2026, 10, 22, 22, 28, 17) / 1000 }
const MAIL = { to: 'ada@example.com', subject: 'Ihr Anmelde-Code: 123456 ✓', text: 'Grüße\n.\nCode: 123456\n' }
const FROM = 'portal@example.com'

type Received = { readonly content: string; readonly secure: boolean; readonly user: unknown; readonly to: string[] }

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

const startSmtp = async (options: SMTPServerOptions = {}) => {
  const received: Received[] = []
  const server = new SMTPServer({
    logger: false,
    ...selfSigned(),
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'portal@acme' && password === 'p@ss:word/ü' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody@') ? done(Object.assign(new Error('no such box'), { responseCode: 550 })) : done(),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ content: Buffer.concat(chunks).toString(), secure: session.secure, user: session.user, to })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, 'localhost')
  await new Promise((resolve) => listening.once('listening', resolve))
  closers.push(() => new Promise((resolve) => server.close(() => resolve())))
  const address = listening.address()
  return { received, port: typeof address === 'object' && address ? address.port : 0 }
}

const smtp = (url: string) => createMailer({ transport: 'smtp', url, from: FROM }, clock)

describe('createMailer over SMTP', () => {
  it('hands the mail to the server, one recipient, words intact', async () => {
    const { received, port } = await startSmtp({ disabledCommands: ['STARTTLS', 'AUTH'] })
    await smtp(`smtp://localhost:${port}`).send(MAIL)
    expect(received).toHaveLength(1)
    expect(received[0]?.to).toEqual(['ada@example.com'])
    const parsed = await simpleParser(received[0]?.content ?? '')
    expect(parsed.subject).toBe(MAIL.subject)
    expect(parsed.text?.trimEnd()).toBe(MAIL.text.trimEnd())
    expect(parsed.from?.value[0]?.address).toBe(FROM)
    expect(parsed.headers.has('x-mailer')).toBe(false)
  })

  it('says of a mail that is sent once the same Message-ID each time, and of every mail that no person wrote it', async () => {
    const { received, port } = await startSmtp({ disabledCommands: ['STARTTLS', 'AUTH'] })
    const once = { id: 'event/acme/member/ada', at: clock.now() - 60 }
    for (const mail of [MAIL, { ...MAIL, once }, { ...MAIL, once }, { ...MAIL, once: { ...once, id: 'other' } }])
      await smtp(`smtp://localhost:${port}`).send(mail)
    const [plain, first, again, other] = await Promise.all(received.map(({ content }) => simpleParser(content)))
    expect(first?.messageId).toMatch(/^<[0-9a-f]{32}@example\.com>$/)
    expect(again?.messageId).toBe(first?.messageId)
    expect(new Set([plain, first, other].map((mail) => mail?.messageId)).size).toBe(3)
    expect(first?.date).toEqual(new Date(once.at * 1000))
    expect(plain?.headers.get('auto-submitted')).toBe('auto-generated')
  })

  it('signs in with the decoded user and password of the address', async () => {
    const { received, port } = await startSmtp({ disabledCommands: ['STARTTLS'] })
    await smtp(`smtp://portal%40acme:p%40ss%3Aword%2F%C3%BC@localhost:${port}`).send(MAIL)
    expect(received[0]?.user).toBe('portal@acme')
  })

  it('says so when the server does not know the password, and shows it nowhere', async () => {
    const { received, port } = await startSmtp({ disabledCommands: ['STARTTLS'] })
    const failure: unknown = await smtp(`smtp://portal:hunter2@localhost:${port}`)
      .send(MAIL)
      .catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'mail.unavailable', internal: 'smtp EAUTH 535', detail: undefined })
    expect(JSON.stringify(failure)).not.toContain('hunter2')
    expect(received).toHaveLength(0)
  })

  it('tells a refused recipient from a broken server', async () => {
    const { received, port } = await startSmtp({ disabledCommands: ['STARTTLS', 'AUTH'] })
    await expect(smtp(`smtp://localhost:${port}`).send({ ...MAIL, to: 'nobody@example.com' })).rejects.toMatchObject({
      code: 'mail.unavailable',
      detail: 'The mail server does not accept mail for this address.',
      internal: 'smtp EENVELOPE 550',
    })
    expect(received).toHaveLength(0)
  })

  it('never falls back to clear text when STARTTLS meets a certificate it cannot trust', async () => {
    const { received, port } = await startSmtp()
    await expect(smtp(`smtp://localhost:${port}`).send(MAIL)).rejects.toMatchObject({ code: 'mail.unavailable' })
    expect(received).toHaveLength(0)
  })

  describe('with a certificate that the machine trusts', () => {
    const certificate = selfSigned()
    const before = tls.getCACertificates('default')
    beforeEach(() => tls.setDefaultCACertificates([...before, certificate.cert]))
    afterEach(() => tls.setDefaultCACertificates(before))

    it('uses STARTTLS where the server offers it', async () => {
      const { received, port } = await startSmtp(certificate)
      await smtp(`smtp://localhost:${port}`).send(MAIL)
      expect(received[0]?.secure).toBe(true)
    })

    it('uses TLS from the first byte with smtps', async () => {
      const { received, port } = await startSmtp({ ...certificate, secure: true })
      await smtp(`smtps://localhost:${port}`).send(MAIL)
      expect(received[0]?.secure).toBe(true)
    })
  })

  it('cannot be talked into more recipients or headers', async () => {
    const { received, port } = await startSmtp({ disabledCommands: ['STARTTLS', 'AUTH'] })
    const mailer = smtp(`smtp://localhost:${port}`)
    await mailer.send({ ...MAIL, subject: 'Code\r\nBcc: eve@example.com' })
    await mailer.send({ ...MAIL, to: 'ada@example.com, eve@example.com' }).catch(() => undefined)
    await mailer.send({ ...MAIL, to: 'ada@example.com\r\nRCPT TO:<eve@example.com>' }).catch(() => undefined)
    expect(received.flatMap(({ to }) => to)).not.toContain('eve@example.com')
    expect(received[0]?.content).not.toMatch(/^Bcc:/im)
  })

  it('gives up on a server that hangs up, and on one that is not there', async () => {
    const rude = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => rude.listen(0, 'localhost', resolve))
    const address = rude.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(smtp(`smtp://localhost:${port}`).send(MAIL)).rejects.toMatchObject({ code: 'mail.unavailable' })
    await new Promise((resolve) => rude.close(resolve))
    await expect(smtp(`smtp://localhost:${port}`).send(MAIL)).rejects.toMatchObject({ code: 'mail.unavailable' })
  })
})

describe('createMailer into the outbox', () => {
  let folder: string
  let settings: MailConfig
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-outbox-'))
    settings = { transport: 'outbox', folder: join(folder, 'outbox'), from: FROM }
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('writes one file per mail, whole, for its owner only, in order of time', async () => {
    const mailer = createMailer(settings, clock)
    await Promise.all([mailer.send(MAIL), mailer.send(MAIL)])
    const names = readdirSync(join(folder, 'outbox'))
    expect(names).toHaveLength(2)
    expect(names[0]).toMatch(/^20261122T222817Z-[0-9a-f]{12}\.eml$/)
    const path = join(folder, 'outbox', names[0] ?? '')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'outbox')).mode & 0o777).toBe(0o700)
    const parsed = await simpleParser(readFileSync(path))
    expect(parsed.subject).toBe(MAIL.subject)
    expect(parsed.text?.trimEnd()).toBe(MAIL.text.trimEnd())
    expect(parsed.date).toEqual(new Date(clock.now() * 1000))
  })

  it('writes a mail that is sent once into one file, however often it is sent', async () => {
    const at = clock.now() - 60
    const later = { now: () => clock.now() + 3600 }
    await createMailer(settings, clock).send({ ...MAIL, once: { id: 'one', at } })
    await createMailer(settings, later).send({ ...MAIL, once: { id: 'one', at } })
    expect(readdirSync(join(folder, 'outbox'))).toEqual([expect.stringMatching(/^20261122T222717Z-[0-9a-f]{12}\.eml$/)])
    await createMailer(settings, later).send({ ...MAIL, once: { id: 'other', at } })
    expect(readdirSync(join(folder, 'outbox'))).toHaveLength(2)
  })

  it('says so when the folder cannot be written, and leaves nothing half', async () => {
    writeFileSync(join(folder, 'outbox'), 'a file in the way')
    await expect(createMailer(settings, clock).send(MAIL)).rejects.toMatchObject({ code: 'mail.unavailable' })
    expect(readdirSync(folder)).toEqual(['outbox'])
  })
})
