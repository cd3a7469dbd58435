import type { Page } from 'playwright/test'
import { expect, expectAccessible, test } from '#e2e/test.ts'
import type { Account } from '#e2e/world/portal-verbs.ts'
import { newTokenPath, readSecret } from '#e2e/world/token-form.ts'

type Ids = { readonly live: string; readonly ended: string }
type Named = readonly (readonly [words: string, path: string])[]

/** Every page of somebody who manages an account, by its words. */
const PAGES: Readonly<Record<string, (account: Account, ids: Ids) => Named>> = {
  'lists of tokens and the form for a new one': ({ slug }) => [
    ['tokens', `/a/${slug}/tokens`],
    ['all tokens', `/a/${slug}/tokens?state=all`],
    ['account tokens', `/a/${slug}/tokens/account`],
    ['nothing found', `/a/${slug}/tokens?q=nothing-like-it`],
    ['new token', `/a/${slug}/tokens/new`],
    ['new account token', `/a/${slug}/tokens/new?context=tenant&permissions=projects:read`],
  ],
  'pages of one token': ({ slug }, { live, ended }) => [
    ['a token', `/a/${slug}/tokens/${live}`],
    ['an ended token', `/a/${slug}/tokens/${ended}`],
    ['edit', `/a/${slug}/tokens/${live}/edit`],
    ['rotate', `/a/${slug}/tokens/${live}/rotate`],
    ['pause', `/a/${slug}/tokens/${live}/pause`],
    ['revoke', `/a/${slug}/tokens/${live}/revoke`],
  ],
  'members, the profile, errors': ({ slug, people }) => [
    ['members', `/a/${slug}/members`],
    ['new member', `/a/${slug}/members/new`],
    ['a member', `/a/${slug}/members/${people.mia.userId}`],
    ['remove a member', `/a/${slug}/members/${people.mia.userId}/remove`],
    ['notices', `/a/${slug}/notices`],
    ['notifications', `/a/${slug}/notifications`],
    ['profile', '/profile'],
    ['not found', `/a/${slug}/tokens/${slug}`],
    ['an error', '/errors/token.revoked'],
  ],
}

const PUBLIC = [
  ['sign in', '/sign-in'],
  ['forgotten', '/forgotten'],
  ['setup', '/setup'],
  ['found a token', '/leaked'],
  ['a dead link', '/sign-in/link?token=x'],
  ['a dead password link', '/forgotten/link?token=x'],
  ['nothing', '/nothing/here'],
] as const

/** What stands out at the right side of the window, so that the page would scroll sideways. */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width,
    )
    return wide.map(({ outerHTML }) => outerHTML.slice(0, 200))
  })

/** Opens a page, and finds nothing wrong with how it looks or is read. */
const look = async (page: Page, words: string, path: string): Promise<void> => {
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 }), words).toBeVisible()
  expect(await overflow(page), words).toEqual([])
  await expectAccessible(page)
}

const LOOKS = {
  'on a desktop, light': { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  'on a phone, dark': { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
} as const

for (const [name, looks] of Object.entries(LOOKS))
  test.describe(name, () => {
    test.use(looks)
    test.setTimeout(120_000)

    for (const [group, pagesOf] of Object.entries(PAGES))
      test(`${group} keep to their width and to the rules of access`, async ({
        page,
        acme,
        signIn,
        issueToken,
        world,
        expectConsoleErrors,
      }) => {
        expectConsoleErrors(/status of 404/)
        const live = await issueToken({ name: 'a_name_without_any_blank_'.repeat(4) }, 'olga')
        const ended = await issueToken({}, 'olga')
        await world.portal.ask('revokeToken', acme.people.olga.userId, acme.id, ended.id)
        await issueToken({ context: 'tenant' })
        await signIn('olga')
        for (const [words, path] of pagesOf(acme, { live: live.id, ended: ended.id })) await look(page, words, path)
      })

    test('pages before the sign-in keep to them as well', async ({ page, expectConsoleErrors }) => {
      expectConsoleErrors(/status of 404/)
      for (const [words, path] of PUBLIC) await look(page, words, path)
    })

    test('a new secret, its question and an empty list', async ({ page, acme, signIn }) => {
      await signIn('mia')
      await page.goto(`/a/${acme.slug}/tokens`)
      await expect(page.getByText('No tokens yet')).toBeVisible()
      await expectAccessible(page)
      await page.goto(newTokenPath(acme))
      await page.getByLabel('Name', { exact: true }).fill('nightly')
      await page.getByRole('button', { name: 'Make token' }).click()
      await readSecret(page)
      expect(await overflow(page)).toEqual([])
      await expectAccessible(page)
      await page.getByRole('link', { name: 'Tokens' }).first().click()
      await expect(page.getByRole('alertdialog')).toBeVisible()
      await expectAccessible(page)
    })
  })

test('the long name of an account leaves the form’s button on a phone', async ({ page, signIn, world, tag }) => {
  const name = 'International Consolidated Widgets of Northern Rhine-Westphalia GmbH'
  const { slug, people } = await world.portal.ask('makeAccount', name, `${tag}.long`)
  await signIn(people.olga)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/a/${slug}/tokens/new`)
  expect(await overflow(page)).toEqual([])
  await expect(page.getByRole('button', { name: 'Make token' })).toBeInViewport({ ratio: 1 })
})

test('dark is what the system says, until the person says otherwise', async ({ page, signIn, acme }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await signIn('mia')
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color)
  await page.goto(`/a/${acme.slug}/tokens`)
  const dark = await ink()
  await page.getByLabel(/^You: /).click()
  await page.getByRole('button', { name: 'Light theme' }).click()
  await expect.poll(ink).not.toBe(dark)
  const light = await ink()
  await page.reload()
  expect(await ink()).toBe(light)
})
