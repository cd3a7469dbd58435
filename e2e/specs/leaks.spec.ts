import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alerts, expect, expectAccessible, test } from '#e2e/test.ts'
import { asKey } from '#e2e/world/api-client.ts'

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))

const accessTokenOf = (secret: { readonly type: string; readonly accessToken?: string }): string => {
  if (secret.accessToken === undefined) throw new TypeError('this is no access token')
  return secret.accessToken
}

for (const scripts of [true, false])
  test.describe(scripts ? 'a token that a stranger found' : 'the same, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('is refused from then on, and its owner reads why', async ({
      page,
      elsewhere,
      acme,
      signIn,
      issueToken,
      api,
      world,
    }) => {
      const { id, secret } = await issueToken()
      const text = accessTokenOf(secret)
      expect((await api.validate(asKey(text))).status).toBe(200)
      await signIn('mia')
      await page.goto(`/a/${acme.slug}/tokens/${id}`)
      await expect(page.getByRole('heading', { name: 'nightly', exact: true })).toBeVisible()

      const stranger = scripts ? await elsewhere() : page
      await stranger.goto('/leaked')
      await stranger.getByLabel('What you found').fill(`LATCHKEY_TOKEN="${text}"`)
      await stranger.getByLabel(/Where you found it/).fill(`https://paste.example/?q=${text}`)
      await stranger.getByRole('button', { name: 'Report it' }).click()
      await expect(stranger.getByText('Thank you. We know one token in it')).toBeVisible()
      await expect(stranger).toHaveURL(/\/leaked$/)
      for (const field of ['What you found', /Where you found it/])
        await expect(stranger.getByLabel(field)).toHaveValue('')
      expect(await stranger.content()).not.toContain(text)

      const refused = await api.validate(asKey(text))
      expect([refused.status, refused.body]).toEqual([401, expect.objectContaining({ code: 'token.revoked' })])
      await page.goto(`/a/${acme.slug}/tokens/${id}`)
      await expect(page.getByText('Its secret was found where others can read it.')).toBeVisible()
      expect(filesUnder(world.portal.folder).filter((content) => content.includes(text))).toEqual([])
      expect(world.portal.said()).not.toContain(text)
    })

    test('does not come back to the page when a report is refused', async ({ page, issueToken }) => {
      const { secret } = await issueToken()
      const text = accessTokenOf(secret)
      await page.goto('/leaked')
      await page.getByLabel('What you found').fill('   ')
      await page.getByLabel(/Where you found it/).fill(text)
      await page.getByRole('button', { name: 'Report it' }).click()
      await expect(alerts(page)).toContainText('Nothing was reported')
      // axe itself is a script.
      if (scripts) await expectAccessible(page)
      expect(await page.content()).not.toContain(text)
      await expect(page.getByLabel(/Where you found it/)).toHaveValue('')
    })
  })

test('the thanks keep to the rules of access', async ({ page, issueToken }) => {
  const { secret } = await issueToken()
  for (const [text, thanks] of [
    [accessTokenOf(secret), 'We know one token in it'],
    ['nothing of yours', 'There is no token of ours in it'],
  ] as const) {
    await page.goto('/leaked')
    await page.getByLabel('What you found').fill(text)
    await page.getByRole('button', { name: 'Report it' }).click()
    await expect(page.getByRole('status').filter({ hasText: thanks })).toBeVisible()
    await expectAccessible(page)
  }
})

test('who finds a token comes there from the sign-in by keyboard', async ({ page }) => {
  await page.goto('/sign-in')
  const link = page.getByRole('link', { name: 'Found a token? Report it' })
  await link.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/leaked$/)
  await page.getByLabel('What you found').focus()
  await page.keyboard.type('nothing of yours')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByText('There is no token of ours in it')).toBeVisible()
})

test('a report that another site sends is refused', async ({ page, world }) => {
  const response = await page.request.post('/leaked', {
    headers: { Origin: 'https://evil.example', 'Content-Type': 'application/x-www-form-urlencoded' },
    data: 'credential=x',
  })
  expect(response.status()).toBe(403)
  expect(world.portal.url).not.toContain('evil')
})
