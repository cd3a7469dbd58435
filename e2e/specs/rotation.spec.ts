import type { Page } from 'playwright/test'
import { alerts, expect, expectAccessible, test } from '#e2e/test.ts'
import { asKey } from '#e2e/world/api-client.ts'
import type { Account } from '#e2e/world/portal-verbs.ts'
import { readSecret } from '#e2e/world/token-form.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { CredentialSecret } from '#lib/tokens/mint-credential.ts'

const secretOf = (secret: CredentialSecret): string => {
  if (secret.type === 'public_jwks') throw new Error('a client with keys of its own has no secret')
  return secret.type === 'access_token' ? secret.accessToken : secret.clientSecret
}

const open = (page: Page, { slug }: Account, id: string, rest = '') => page.goto(`/a/${slug}/tokens/${id}${rest}`)
const group = (page: Page, name: string) => page.getByRole('group', { name })
const panel = (page: Page) => page.locator('#rotation')

/** Rotates in the browser and answers the new secret. */
const rotate = async (page: Page, acme: Account, id: string, overlap = '7 days'): Promise<string> => {
  await open(page, acme, id, '/rotate')
  await group(page, 'How long shall the old one go on working?').getByRole('radio', { name: overlap }).check()
  await page.getByRole('button', { name: 'Rotate' }).click()
  return (await readSecret(page)).secret
}

const take = async (page: Page, link: string, button = link): Promise<void> => {
  await panel(page).getByRole('link', { name: link }).click()
  await page.getByRole('button', { name: button }).click()
}

for (const scripts of [true, false])
  test.describe(scripts ? 'a rotation' : 'a rotation, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('lets both secrets work, shows who was seen, and finishes', async ({
      page,
      acme,
      signIn,
      issueToken,
      api,
      world,
      advance,
    }) => {
      const { id, secret } = await issueToken({ type: 'client_credentials' })
      const former = secretOf(secret)
      await signIn('mia')
      await advance(60)
      const fresh = await rotate(page, acme, id)
      await open(page, acme, id)
      await expect(panel(page)).toContainText('Nobody has used the new one yet')
      for (const one of [former, fresh]) expect((await api.exchange(id, one)).token_type).toBe('bearer')
      await world.portal.ask('flushUsage')
      await page.reload()
      await expect(panel(page)).toContainText('The former one is still in use')
      for (const one of [former, fresh]) await expect(panel(page)).toContainText(`····${one.slice(-4)}`)
      await expect(panel(page).getByText('127.0.0.1')).toHaveCount(2)

      await take(page, 'Finish now')
      await expect(page.getByText('Finished. The former secret is refused')).toBeVisible()
      await expect(panel(page)).toHaveCount(0)
      await expect(api.exchange(id, former)).rejects.toMatchObject({ status: 401 })
      expect((await api.exchange(id, fresh)).token_type).toBe('bearer')
      await world.portal.ask('flushUsage')
      await open(page, acme, id)
      await expect(page.getByText('Something still sends a secret that has ended')).toBeVisible()
      await expect(page.getByText(/The former secret was used on .* from 127\.0\.0\.1/)).toBeVisible()
    })

    test('is extended, for as long as 30 days', async ({ page, acme, signIn, issueToken, api, advance }) => {
      const { id, secret } = await issueToken()
      await signIn('mia')
      await rotate(page, acme, id, '24 hours')
      await open(page, acme, id)
      await panel(page).getByRole('link', { name: 'Extend' }).click()
      await page.getByRole('radio', { name: '30 days after the rotation' }).check()
      await page.getByRole('button', { name: 'Extend' }).click()
      await expect(page.getByText('Extended. Both secrets go on working.')).toBeVisible()
      await expect(panel(page).getByRole('link', { name: 'Extend' })).toHaveCount(0)
      await advance(29 * DAY_SECONDS)
      expect((await api.validate(asKey(secretOf(secret)))).status).toBe(200)
      await advance(2 * DAY_SECONDS)
      expect((await api.validate(asKey(secretOf(secret)))).status).toBe(401)
    })

    test('is cancelled, and the former secret lives on', async ({ page, acme, signIn, issueToken, api }) => {
      const { id, secret } = await issueToken()
      const former = secretOf(secret)
      await signIn('mia')
      const fresh = await rotate(page, acme, id)
      await open(page, acme, id)
      await take(page, 'Cancel the rotation')
      await expect(page.getByText('Cancelled. The new secret is refused')).toBeVisible()
      expect((await api.validate(asKey(fresh))).status).toBe(401)
      expect((await api.validate(asKey(former))).status).toBe(200)
      await expect(page.getByText(`····${former.slice(-4)}`).first()).toBeVisible()
    })
  })

test('a new end is chosen with the rotation', async ({ page, acme, signIn, issueToken, api, advance }) => {
  const { id } = await issueToken({ expiry: { kind: 'after', seconds: 2 * DAY_SECONDS } })
  await signIn('mia')
  await open(page, acme, id, '/rotate')
  await expect(page.getByRole('radio', { name: /^As it is: / })).toBeChecked()
  await group(page, 'When does the token expire?').getByText('30 days', { exact: true }).click()
  await page.getByRole('button', { name: 'Rotate' }).click()
  const { secret } = await readSecret(page)
  await advance(3 * DAY_SECONDS)
  expect((await api.validate(asKey(secret))).status).toBe(200)
})

test('rotating again says first what ends at once', async ({ page, acme, signIn, issueToken, api }) => {
  const { id, secret } = await issueToken()
  await signIn('mia')
  await rotate(page, acme, id)
  await open(page, acme, id, '/rotate')
  await expect(page.getByText('This token is in the middle of a rotation')).toBeVisible()
  await expect(page.getByText(`····${secretOf(secret).slice(-4)}`)).toBeVisible()
  await page.getByRole('button', { name: 'Rotate' }).click()
  await readSecret(page)
  expect((await api.validate(asKey(secretOf(secret)))).status).toBe(401)
})

test('a form that is sent again after its answer was lost makes no second secret', async ({
  page,
  acme,
  signIn,
  issueToken,
  expectConsoleErrors,
}) => {
  expectConsoleErrors(/Failed to load resource: net::ERR_FAILED/)
  const { id } = await issueToken()
  await signIn('mia')
  await open(page, acme, id, '/rotate')
  await expect(page.locator('input[name=idempotencyKey]')).toHaveValue(/^[0-9a-f-]{36}$/)
  let lost = false
  await page.route('**/rotate**', async (route) => {
    if (lost || route.request().method() !== 'POST') return route.continue()
    lost = true
    // The portal does its work, and the answer never arrives.
    await route.fetch()
    return route.abort()
  })
  await page.getByRole('button', { name: 'Rotate' }).click()
  await expect(alerts(page).filter({ hasText: 'No answer came' })).toBeVisible()
  await page.getByRole('button', { name: 'Rotate' }).click()
  await expect(page.getByText('This form has rotated the token already')).toBeVisible()
  await page.getByRole('link', { name: 'Open the token' }).click()
  await expect(panel(page).getByText('New', { exact: true })).toHaveCount(1)
  await expect(panel(page).getByText('Former', { exact: true })).toHaveCount(1)
})

test('a double click rotates once', async ({ page, acme, signIn, issueToken }) => {
  const { id } = await issueToken()
  await signIn('mia')
  await open(page, acme, id, '/rotate')
  await page.getByRole('button', { name: 'Rotate' }).dblclick()
  await readSecret(page)
  await open(page, acme, id)
  await expect(panel(page)).toBeVisible()
})

test('a step means the rotation that was looked at', async ({ page, acme, signIn, issueToken, elsewhere, api }) => {
  const { id } = await issueToken()
  await signIn('mia')
  const second = await rotate(page, acme, id)
  await open(page, acme, id, '/rotation/finish')
  // Meanwhile, in another tab.
  const tab = await page.context().newPage()
  const third = await rotate(tab, acme, id)
  await page.getByRole('button', { name: 'Finish now' }).click()
  await expect(alerts(page).filter({ hasText: 'This rotation is over' })).toBeVisible()
  for (const one of [second, third]) expect((await api.validate(asKey(one))).status).toBe(200)
  const stranger = await elsewhere()
  await stranger.goto(`/a/${acme.slug}/tokens/${id}/rotation/finish`)
  await expect(stranger).toHaveURL(/\/sign-in/)
})

test('an extension for the account asks who one is; taking away does not', async ({
  page,
  acme,
  signIn,
  issueToken,
}) => {
  const { id } = await issueToken({ context: 'tenant' })
  await signIn('olga')
  await rotate(page, acme, id)
  await signIn('olga', 3600)
  await open(page, acme, id, '/rotation/extend')
  await expect(page).toHaveURL(/\/confirm\?next=/)
  await open(page, acme, id, '/rotation/finish')
  await page.getByRole('button', { name: 'Finish now' }).click()
  await expect(page.getByText('Finished. The former secret is refused')).toBeVisible()
})

test('the keyboard alone takes a step', async ({ page, acme, signIn, issueToken }) => {
  const { id } = await issueToken()
  await signIn('mia')
  await rotate(page, acme, id, '24 hours')
  await open(page, acme, id)
  await panel(page).getByRole('link', { name: 'Extend' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('radio', { name: '2 days after the rotation' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('radio', { name: '7 days after the rotation' })).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(page.getByText('Extended. Both secrets go on working.')).toBeVisible()
})

test('a token whose key was compromised says so, and leads to its rotation', async ({
  page,
  acme,
  signIn,
  issueToken,
  api,
  world,
}) => {
  const { id, secret } = await issueToken()
  await signIn('mia')
  const lost = page.getByText('Its signing key was compromised: rotate this token')
  await open(page, acme, id)
  await expect(lost).toHaveCount(0)
  await world.portal.ask('compromiseKeyOf', secretOf(secret))
  expect((await api.validate(asKey(secretOf(secret)))).status).toBe(401)
  await page.reload()
  await expect(lost).toBeVisible()
  await expectAccessible(page)
  // It may be seen by who manages tokens, and rotated by its owner alone.
  await signIn('adam')
  await page.reload()
  await expect(lost).toBeVisible()
  await expect(page.getByRole('link', { name: 'Rotate it now' })).toHaveCount(0)
  await signIn('mia')
  await page.reload()
  await page.getByRole('link', { name: 'Rotate it now' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Rotate' }).click()
  const fresh = (await readSecret(page)).secret
  expect((await api.validate(asKey(fresh))).status).toBe(200)
  await open(page, acme, id)
  await expect(lost).toHaveCount(0)
})

test('pages of a rotation follow the rules of access, on a phone and on a desk', async ({
  page,
  acme,
  signIn,
  issueToken,
  api,
  world,
  advance,
}) => {
  test.setTimeout(120_000)
  const { id, secret } = await issueToken({ expiry: { kind: 'after', seconds: 90 * DAY_SECONDS } })
  await signIn('mia')
  await rotate(page, acme, id)
  await api.validate(asKey(secretOf(secret)))
  await world.portal.ask('flushUsage')
  const expectFitting = async (rest: string): Promise<void> => {
    await open(page, acme, id, rest)
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      await expectAccessible(page)
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
      expect(scrolls, `${rest} fits ${width} pixels`).toBe(false)
    }
  }
  for (const rest of ['', '/rotate', '/rotation/finish', '/rotation/extend', '/rotation/cancel'])
    await expectFitting(rest)
  await advance(8 * DAY_SECONDS)
  await api.validate(asKey(secretOf(secret)))
  await world.portal.ask('flushUsage')
  // No session lasts that long.
  await signIn('mia')
  await expectFitting('')
  await expect(page.getByText('Something still sends a secret that has ended')).toBeVisible()
})
