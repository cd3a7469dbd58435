import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, test as base, type Page } from 'playwright/test'
import { type ApiClient, apiClient } from '#e2e/world/api-client.ts'
import { type IdentityProvider, startIdentityProvider } from '#e2e/world/identity-provider.ts'
import { type Mail, type Mailbox, startMailbox } from '#e2e/world/mailbox.ts'
import type { Account, Role } from '#e2e/world/portal-verbs.ts'
import { type RunningPortal, startPortal } from '#e2e/world/start-portal.ts'
import type { CredentialSecret } from '#lib/tokens/mint-credential.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'

export { expect } from 'playwright/test'

/** The operator of every portal that is set up; owner of its first account. */
export const OPERATOR = { email: 'operator@example.com', password: 'five quiet rivers at dawn' } as const

type World = {
  readonly portal: RunningPortal
  readonly mailbox: Mailbox
  readonly provider: IdentityProvider
  readonly number: () => number
}

/** What a test may do besides looking at the page. */
export type Verbs = {
  /** An account of its own for this test, with olga (owner), adam (admin), mia (member) and rita (read-only). */
  readonly acme: Account
  /** Signs the browser in; `age`: how many seconds ago the person proved who they are. */
  signIn(who: Role | { readonly userId: string }, age?: number): Promise<void>
  /** Issues a token by its use-case: a personal access token of mia's that follows her, unless asked otherwise. */
  issueToken(
    asked?: Partial<IssueRequest>,
    who?: Role,
  ): Promise<{ readonly id: string; readonly secret: CredentialSecret }>
  /** Moves the portal's clock on, until the test ends. */
  advance(seconds: number): Promise<void>
  /** The newest mail to a person of the account with such a subject that was not read yet. */
  lastMail(who: Role, subject: RegExp): Promise<Mail>
  /** A page in another browser: no cookie, no session. */
  elsewhere(): Promise<Page>
  /** A program that uses tokens over HTTP. */
  readonly api: ApiClient
  /** The address that this test's browsers come from. */
  readonly address: string
  /** Lets console errors pass that a test provokes; every other one fails it. */
  expectConsoleErrors(pattern: RegExp): void
}

const watch = (page: Page, errors: string[]): void => {
  page.on('pageerror', (error) => errors.push(`page error: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      errors.push(`console ${message.type()}: ${message.text()} (${message.location().url})`)
  })
}

const cookieFor = (url: string, { name, value }: { readonly name: string; readonly value: string }) => ({
  name,
  value,
  url,
  httpOnly: true,
  sameSite: 'Lax' as const,
})

type Watched = {
  readonly context: BrowserContext
  readonly expected: RegExp[]
  readonly watch: (page: Page) => void
}

export const test = base.extend<Verbs & { tag: string; watched: Watched }, { world: World }>({
  world: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures are needed.
    async ({}, give) => {
      const [mailbox, provider] = await Promise.all([startMailbox(), startIdentityProvider()])
      const portal = await startPortal({
        LATCHKEY_BOOTSTRAP_EMAIL: OPERATOR.email,
        LATCHKEY_BOOTSTRAP_PASSWORD: OPERATOR.password,
        SMTP_URL: mailbox.url,
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: provider.clientId,
        OIDC_CLIENT_SECRET: provider.clientSecret,
      })
      provider.serve(portal.url)
      let last = 0
      const number = () => {
        last += 1
        return last
      }
      await give({ portal, mailbox, provider, number })
      await portal.stop()
      await Promise.all([mailbox.stop(), provider.stop()])
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ world }, give) => give(world.portal.url),
  tag: async ({ world }, give, { workerIndex }) => give(`${workerIndex}-${world.number()}`),
  address: async ({ tag }, give) => {
    const [worker = 0, number = 0] = tag.split('-').map(Number)
    await give(`10.${worker % 256}.${Math.floor(number / 256)}.${number % 256}`)
  },
  extraHTTPHeaders: async ({ address }, give) => give({ 'X-Forwarded-For': address }),
  watched: async ({ context, world }, give, info) => {
    const errors: string[] = []
    const expected: RegExp[] = []
    const watched = { context, expected, watch: (page: Page) => watch(page, errors) }
    context.on('page', watched.watch)
    world.portal.said()
    await give(watched)
    const surprising = errors.filter((error) => !expected.some((pattern) => pattern.test(error)))
    const said = world.portal.said()
    if (info.status !== info.expectedStatus || surprising.length > 0)
      await info.attach('portal.log', { body: said, contentType: 'text/plain' })
    base.expect(surprising, 'the browser’s console stays empty').toEqual([])
  },
  page: async ({ watched }, give) => give(await watched.context.newPage()),
  acme: async ({ world, tag }, give) => give(await world.portal.ask('makeAccount', `Acme ${tag}`, tag)),
  signIn: async ({ world, acme, context }, give) =>
    give(async (who, age = 0) => {
      const userId = typeof who === 'string' ? acme.people[who].userId : who.userId
      const cookie = await world.portal.ask('startSession', userId, age)
      await context.addCookies([cookieFor(world.portal.url, cookie)])
    }),
  issueToken: async ({ world, acme }, give) =>
    give((asked = {}, who = asked.context === 'tenant' ? 'olga' : 'mia') => {
      const context = asked.context ?? 'user'
      const grant =
        context === 'user'
          ? { mode: 'owner' as const }
          : { mode: 'permissions' as const, permissions: ['projects:read'] }
      const usual: IssueRequest = { context, type: 'access_token', name: 'nightly', grant, expiry: { kind: 'never' } }
      return world.portal.ask('issueToken', acme.people[who].userId, acme.id, { ...usual, ...asked })
    }),
  advance: async ({ world }, give) => {
    let ahead = 0
    await give(async (seconds) => {
      ahead += seconds
      await world.portal.ask('setAhead', ahead)
    })
    if (ahead > 0) await world.portal.ask('setAhead', 0)
  },
  lastMail: async ({ world, acme }, give) =>
    give((who, subject) => world.mailbox.take(acme.people[who].email, subject)),
  api: async ({ world }, give) => give(apiClient(world.portal.url)),
  elsewhere: async ({ browser, world, watched, address }, give) => {
    const contexts: BrowserContext[] = []
    await give(async () => {
      const context = await browser.newContext({
        baseURL: world.portal.url,
        extraHTTPHeaders: { 'X-Forwarded-For': address },
      })
      contexts.push(context)
      context.on('page', watched.watch)
      return context.newPage()
    })
    for (const context of contexts) await context.close()
  },
  expectConsoleErrors: async ({ watched }, give) => give((pattern) => void watched.expected.push(pattern)),
})

/** What the page says aloud: refusals and warnings, but not Next's announcement of each page's title. */
export const alerts = (page: Page) =>
  page.locator('[role=alert]:not(#__next-route-announcer__)').filter({ hasText: /\S/ })

// The rules of axe that depend on colours. Everything else is the same by day and by night.
const OF_COLOURS = ['color-contrast', 'link-in-text-block']

const expectNothingFrom = async (axe: AxeBuilder, what: string): Promise<void> => {
  const { violations } = await axe.analyze()
  const told = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
  )
  base.expect(told, what).toEqual([])
}

// A colour on its way to another is neither: of the theme, and of a dialog that is just opening. Without motion a transition
// still takes until the next frame.
const emulateAtRest = async (page: Page, media: Parameters<Page['emulateMedia']>[0]): Promise<void> => {
  await page.emulateMedia({ ...media, reducedMotion: 'reduce' })
  await page.evaluate(async () => {
    await new Promise((frame) => requestAnimationFrame(frame))
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
    await new Promise((frame) => requestAnimationFrame(frame))
  })
}

/** Fails with every rule of axe that the page breaks, in light and in dark colours. */
export const expectAccessible = async (page: Page): Promise<void> => {
  await emulateAtRest(page, {})
  await expectNothingFrom(new AxeBuilder({ page }), `axe on ${page.url()}`)
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  const [as, other] = isDark ? (['dark', 'light'] as const) : (['light', 'dark'] as const)
  await emulateAtRest(page, { colorScheme: other })
  await expectNothingFrom(new AxeBuilder({ page }).withRules(OF_COLOURS), `axe on ${page.url()}, ${other}`)
  await page.emulateMedia({ colorScheme: as, reducedMotion: null })
}
