import { HOUR_SECONDS } from '#lib/time/duration.ts'
import { ACCOUNTS, type AccountSlug, PEOPLE, type PersonKey } from '#server/demo/demo-people.ts'
import type { Stage } from '#server/demo/stage.ts'

/** Something that happens some days before the present. */
export type Scene = { readonly daysAgo: number; play(stage: Stage): Promise<void> }

const NO_BROWSER = { sid: undefined, known: undefined }

/** The first scene of all: Ada opens the setup link. */
export const setUpAcme = async (stage: Stage): Promise<void> => {
  const { portal, password } = stage
  const link = await portal.signIn.setupLink()
  const key = link && new URL(link).searchParams.get('key')
  if (!key) throw new Error('the demo plays on an empty environment only')
  const { name, email } = PEOPLE.ada
  const { sid } = await portal.signIn.setUp({
    key,
    name,
    email,
    password,
    accountName: ACCOUNTS.acme,
    known: undefined,
    trace: stage.trace('ada'),
  })
  const ada = await portal.signIn.findPerson(sid)
  if (!ada) throw new Error('the set-up signed nobody in')
  stage.meet('ada', ada.userId)
}

// Added by somebody; two hours later the mail is read, and the account has a person with a name and a password.
const join = async (stage: Stage, key: PersonKey, by: PersonKey, account: AccountSlug, role: string) => {
  const { portal, clock, password } = stage
  const { name, email } = PEOPLE[key]
  const { userId } = await portal.members.addMember(await stage.as(by, account), { email, roleKeys: [role] })
  stage.meet(key, userId)
  clock.turn(clock.now() + 2 * HOUR_SECONDS)
  const person = { ...stage.person(key), name: email.slice(0, email.indexOf('@')) }
  await portal.users.renameUser({ person, name, trace: stage.trace(key) })
  await portal.signIn.setFirstPassword({
    person: stage.person(key),
    newPassword: password,
    browser: NO_BROWSER,
    trace: stage.trace(key),
  })
}

const changeRole = async (stage: Stage, key: PersonKey, by: PersonKey, account: AccountSlug, role: string) =>
  stage.portal.members.changeMemberRoles(await stage.as(by, account), {
    userId: stage.person(key).userId,
    roleKeys: [role],
  })

const joins = (daysAgo: number, key: PersonKey, by: PersonKey, account: AccountSlug, role: string): Scene => ({
  daysAgo,
  play: (stage) => join(stage, key, by, account, role),
})

// Ada runs the environment, makes the second account, hands it to Hedy, and stays in it as a guest.
const openBirchVale = async (stage: Stage): Promise<void> => {
  await stage.portal.tenants.createTenant({
    person: stage.person('ada'),
    name: ACCOUNTS['birch-vale'],
    trace: stage.trace('ada'),
  })
  await join(stage, 'hedy', 'ada', 'birch-vale', 'owner')
  await changeRole(stage, 'ada', 'hedy', 'birch-vale', 'member')
}

const signIn = async (stage: Stage, key: PersonKey, agent: string): Promise<void> => {
  const { email } = PEOPLE[key]
  const trace = { ...stage.trace(key), agent }
  await stage.portal.signIn.signInWithPassword({ email, password: stage.password, browser: NO_BROWSER, trace })
}

/** Who came, rose, fell and went. */
export const PEOPLE_SCENES: readonly Scene[] = [
  joins(44.6, 'grace', 'ada', 'acme', 'admin'),
  joins(44.3, 'alan', 'ada', 'acme', 'admin'),
  joins(44, 'radia', 'grace', 'acme', 'member'),
  joins(43.7, 'edsger', 'grace', 'acme', 'read_only'),
  joins(43.4, 'kathleen', 'grace', 'acme', 'member'),
  { daysAgo: 37, play: openBirchVale },
  joins(36.5, 'annie', 'hedy', 'birch-vale', 'admin'),
  {
    daysAgo: 10,
    play: async (stage) => {
      const { userId } = stage.person('kathleen')
      await stage.portal.members.removeMember(await stage.as('ada', 'acme'), { userId })
    },
  },
  { daysAgo: 8, play: (stage) => changeRole(stage, 'alan', 'ada', 'acme', 'member') },
  {
    daysAgo: 2.2,
    play: (stage) =>
      signIn(
        stage,
        'ada',
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1',
      ),
  },
]
