import { eq } from 'drizzle-orm'
import { createChallengeStore } from '#db/challenge-store.ts'
import type { Connection } from '#db/connection.ts'
import { amend } from '#db/contract/amend.ts'
import { seedUser } from '#db/contract/seed-people.ts'
import { temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createGuessStore } from '#db/guess-store.ts'
import { createSessionStore } from '#db/session-store.ts'
import { createSetupStore } from '#db/setup-store.ts'
import { createUserStore } from '#db/user-store.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { signInUseCases } from '#lib/sign-in/sign-in-use-cases.ts'
import type { Mail } from '#lib/users/mailer.ts'
import { usersUseCases } from '#lib/users/users-use-cases.ts'
import { createPasswordHasher } from '#server/adapters/argon2.ts'
import { createSessionCookieCodec } from '#server/adapters/session-cookie.ts'

/** The first second in these tests. */
const START = 1_800_000_000

/** Ada's password in these tests. */
export const PASSWORD = 'correct horse battery staple'

/** A browser without any cookie. */
export const NEW_BROWSER = { sid: undefined, known: undefined }

/** A request from some address. */
export const from = (address: string | undefined = '192.0.2.1') => ({ requestId: 'req-1', address, agent: 'Test/1' })

/** The real argon2id, counting how often it was asked. */
const countingHasher = () => {
  const hasher = createPasswordHasher()
  const calls = { hash: 0, verify: 0 }
  return {
    calls,
    hash: (password: string) => {
      calls.hash += 1
      return hasher.hash(password)
    },
    verify: (stored: string, password: string) => {
      calls.verify += 1
      return hasher.verify(stored, password)
    },
  }
}

/** Under which these tests run unless they say otherwise. */
export const SECRET = 'a secret of the tests with more than thirty-two characters'

/** Mails as they were taken, and work that waits until a test says `await background.settled()`. */
const mailInMemory = () => {
  const outbox: Mail[] = []
  const tasks: (() => Promise<void>)[] = []
  return {
    outbox,
    mailer: { send: async (mail: Mail) => void outbox.push(mail) },
    background: {
      run: (_name: string, _requestId: string, task: () => Promise<void>) => void tasks.push(task),
      settled: async () => {
        for (const task of tasks.splice(0)) await task()
      },
    },
  }
}

/** Ports over a database, with a clock that can be turned: `time.now = …`. */
const signInPorts = (connection: Connection, secrets: readonly [string, ...string[]] = [SECRET]) => {
  const secretRing = createSecretRing(secrets)
  const time = { now: START }
  return {
    time,
    clock: { now: () => time.now },
    randomness: systemRandomness,
    secretRing,
    settings: { url: 'https://id.example', productName: 'Analytical Cloud' },
    passwordHasher: countingHasher(),
    userStore: createUserStore(connection),
    sessionStore: createSessionStore(connection),
    setupStore: createSetupStore(connection),
    guessStore: createGuessStore(connection),
    challengeStore: createChallengeStore(connection),
    ...mailInMemory(),
    sessionCookieCodec: createSessionCookieCodec(secretRing),
  }
}

const openUseCases = (connection: Connection, secrets?: readonly [string, ...string[]]) => {
  const ports = signInPorts(connection, secrets)
  return { ports, signIn: signInUseCases(ports), users: usersUseCases(ports) }
}

/** A database nobody has set up, the use-cases over it, and the same over a second connection. */
export const emptyRoom = async () => {
  const database = await temporaryDatabase(START)
  const second = await database.open()
  return {
    ...database,
    ...openUseCases(database.connection),
    atAnotherConnection: openUseCases(second),
    withSecrets: (...secrets: [string, ...string[]]) => openUseCases(database.connection, secrets).signIn,
    remove: async () => {
      await second.close()
      await database.remove()
    },
  }
}

/** The key of the setup link. */
export const setupKey = async (link: Promise<string | undefined>): Promise<string> =>
  new URL((await link) ?? 'none:').searchParams.get('key') ?? ''

/** What the first person types. */
export const ADA = { name: 'Ada', email: 'ada@example.com', password: PASSWORD, accountName: 'Engines' } as const

/**
 * A room set up by ada, who signed in from `browser`; ben has no password, dora (same password as ada) is disabled.
 */
export const signInRoom = async () => {
  const room = await emptyRoom()
  const { connection, signIn, ports } = room
  const { sid } = await signIn.setUp({
    ...ADA,
    key: await setupKey(signIn.setupLink()),
    known: undefined,
    trace: from(),
  })
  const ada = await ports.userStore.byEmail(ADA.email)
  await seedUser(connection, { id: 'ben' })
  await seedUser(connection, { id: 'dora', disabled: true })
  const { users } = connection.schema
  await amend(connection, (tx) =>
    tx
      .update(users)
      .set({ passwordDigest: ada?.passwordDigest ?? null })
      .where(eq(users.id, 'dora'))
      .returning(),
  )
  ports.passwordHasher.calls.hash = 0
  ports.passwordHasher.calls.verify = 0
  const password = (changes: Partial<Parameters<typeof signIn.signInWithPassword>[0]> = {}) =>
    signIn.signInWithPassword({ email: ADA.email, password: PASSWORD, browser: NEW_BROWSER, trace: from(), ...changes })
  const personOf = async (own: string) => {
    const person = await signIn.findPerson(own)
    if (!person) throw new Error('no such session')
    return person
  }
  return { ...room, sid, password, personOf }
}

/** What `signInRoom` makes. */
export type SignInRoom = Awaited<ReturnType<typeof signInRoom>>
