import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { seedEvent } from '#db/contract/seed-events.ts'
import { seedMember, seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { seedToken } from '#db/contract/seed-token.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import { type Child, startChild } from '#server/child.fixture.ts'
import { composePortal } from '#server/compose.ts'

const PROGRAM = join(import.meta.dirname, 'chores.fixture.ts')
const SECRET = 'q3Zt8vWm1LxR7cYb5NdK2fHj9GsPa4Ue'
// A lease of a process that died ends after ten minutes, and so does the wait for a second attempt.
const AFTER_LEASE = 11 * 60

let folder: string
const children: Child[] = []
const closers: (() => Promise<void>)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-mails-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.process.kill('SIGKILL')
  await Promise.all(closers.splice(0).map((close) => close()))
  rmSync(folder, { recursive: true, force: true })
})

const envOf = (smtp?: string) => ({
  DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
  LATCHKEY_SECRET: SECRET,
  LATCHKEY_MAIL_FROM: 'portal@example.com',
  ...(smtp === undefined ? {} : { SMTP_URL: smtp }),
})

const startChores = (later: number, smtp?: string): Child => {
  const child = startChild(PROGRAM, envOf(smtp), [String(later)])
  children.push(child)
  return child
}
const runChores = async (later: number, smtp?: string): Promise<void> => {
  const clock = { now: () => Math.floor(Date.now() / 1000) + later }
  const portal = await composePortal(readConfig(envOf(smtp)), { clock, choring: false })
  await portal.runChores()
  await portal.close()
}

const startSmtp = async (hooks: SMTPServerOptions = {}) => {
  const ids: string[] = []
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      simpleParser(stream).then(({ messageId = '' }) => {
        ids.push(messageId)
        done()
      }, done)
    },
    ...hooks,
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  closers.push(() => new Promise((resolve) => server.close(() => resolve())))
  const address = listening.address()
  return { ids, url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` }
}

/** A portal with one person, one token of theirs, and something that they have to be told. */
const seedNews = async (): Promise<void> => {
  const portal = await composePortal(readConfig(envOf()), { choring: false })
  await portal.close()
  const connection = openSqlite(join(folder, 'latchkey.db'))
  await seedTenant(connection, { id: 'acme' })
  await seedUser(connection, { id: 'mia' })
  await seedMember(connection, { tenantId: 'acme', userId: 'mia', roleKeys: ['member'] })
  await seedToken(connection, { tenantId: 'acme', id: 'of-mia', ownerUserId: 'mia' })
  await seedEvent(connection, 'token.leaked', { of: 'of-mia', at: Math.floor(Date.now() / 1000) })
  await connection.close()
}

describe('a mail is sent', { timeout: 120_000 }, () => {
  it('once by two processes at a time', async () => {
    await seedNews()
    const { ids, url } = await startSmtp()
    const both = [startChores(0, url), startChores(0, url)]
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
    await runChores(60, url)
    expect(ids).toHaveLength(1)
  })

  it('once, though the process that was to send it was killed with it in hand', async () => {
    await seedNews()
    const reached = Promise.withResolvers<void>()
    const silent = await startSmtp({ onMailFrom: () => reached.resolve() })
    const killed = startChores(0, silent.url)
    await reached.promise
    killed.process.kill('SIGKILL')
    expect(await killed.ended).toBe('SIGKILL')
    const { ids, url } = await startSmtp()
    await runChores(60, url)
    expect(ids).toHaveLength(0)
    await runChores(AFTER_LEASE, url)
    await runChores(AFTER_LEASE + 60, url)
    expect(ids).toHaveLength(1)
    expect(silent.ids).toHaveLength(0)
  })

  it('again under the same Message-ID, where a process was killed before it heard that it was taken', async () => {
    await seedNews()
    const taken = Promise.withResolvers<string>()
    const silent = await startSmtp({
      onData: (stream) => void simpleParser(stream).then(({ messageId = '' }) => taken.resolve(messageId)),
    })
    const killed = startChores(0, silent.url)
    const first = await taken.promise
    killed.process.kill('SIGKILL')
    await killed.ended
    const { ids, url } = await startSmtp()
    await runChores(AFTER_LEASE, url)
    expect(ids).toEqual([first])
  })

  it('into the outbox once, whatever happens', async () => {
    await seedNews()
    await runChores(0)
    const connection = openSqlite(join(folder, 'latchkey.db'))
    const { outgoingMails } = connection.schema
    // As it would be had the process died between the file and the mark.
    await amend(connection, (tx) => tx.update(outgoingMails).set({ sentAt: null }).returning())
    await connection.close()
    await runChores(AFTER_LEASE)
    expect(readdirSync(join(folder, 'outbox'))).toHaveLength(1)
  })
})
