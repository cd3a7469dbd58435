import { expect, expectAccessible, test } from '#e2e/test.ts'
import { asBearer, asKey, type Sent } from '#e2e/world/api-client.ts'
import { makeToken } from '#e2e/world/token-form.ts'

const CONTEXTS = ['user', 'tenant'] as const
const TYPES = ['access_token', 'client_credentials'] as const

for (const scripts of [true, false]) {
  test.describe(scripts ? 'made in the browser' : 'made without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    for (const context of CONTEXTS)
      for (const type of TYPES)
        test(`${context} ${type} is used by a program`, async ({ page, acme, signIn, api }) => {
          await signIn('adam')
          const account = {
            permissions: [
              ['projects', 'read'],
              ['records', 'write'],
            ],
          } as const
          const shown = await makeToken(page, acme, {
            context,
            type,
            name: 'nightly',
            ...(context === 'tenant' ? account : {}),
          })

          let sent: Sent = asKey(shown.secret)
          let wrong: Sent = asBearer(shown.secret)
          if (type === 'client_credentials') {
            const { access_token, refresh_token, token_type } = await api.exchange(shown.clientId ?? '', shown.secret)
            expect(token_type).toBe('bearer')
            sent = asBearer(access_token)
            wrong = asKey(access_token)
            const refreshed = await api.refresh(shown.clientId ?? '', shown.secret, refresh_token ?? '')
            expect((await api.validate(asBearer(refreshed.access_token))).status).toBe(200)
          }

          const validated = await api.validate(sent, '?permission=projects:read&permission=records:write')
          expect(validated.status).toBe(200)
          expect(validated.body).toMatchObject({
            active: true,
            token: { context, type, name: 'nightly' },
            tenant: { id: acme.id, name: acme.name },
          })
          expect((await api.me(sent)).body).toMatchObject({ token: { name: 'nightly' } })
          const { user, permissions } = validated.body as { user?: { email: string }; permissions: string[] }
          expect(user?.email).toBe(context === 'user' ? acme.people.adam.email : undefined)
          // A personal token follows its owner, but never into the portal; one of the account has what was ticked.
          expect(permissions.filter((key) => key.startsWith('tenant.'))).toEqual([])
          if (context === 'tenant') expect(permissions).toEqual(['projects:read', 'records:write'])
          else expect(permissions).toContain('projects:delete')

          expect((await api.validate(sent, '?permission=subscription:write')).status).toBe(403)
          expect((await api.validate(wrong)).status).toBe(401)
          expect((await api.validate({ ...sent, ...wrong })).status).toBe(400)
        })
  })
}

test('the page of a new secret is told of its first use', async ({ page, acme, signIn, api }) => {
  await signIn('mia')
  const { secret } = await makeToken(page, acme, { name: 'nightly' })
  await expect(page.getByText('Not used yet')).toBeVisible()
  await expectAccessible(page)
  expect((await api.validate(asKey(secret))).status).toBe(200)
  await expect(page.getByText('First used just now')).toBeVisible()
})

test('what is copied is the secret, and the examples read it from the environment', async ({
  page,
  acme,
  signIn,
  world,
}) => {
  await signIn('mia')
  const { secret } = await makeToken(page, acme, { name: 'nightly' })
  await page.getByRole('button', { name: 'Copy Access token' }).click()
  await expect(page.getByText('Copied', { exact: true }).first()).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  for (const [language, words] of [
    ['curl', 'X-API-KEY: $LATCHKEY_TOKEN'],
    ['Node', 'process.env.LATCHKEY_TOKEN'],
    ['Python', 'LATCHKEY_TOKEN'],
    ['GitHub Actions', 'secrets.LATCHKEY_TOKEN'],
  ] as const) {
    await page.getByText(language, { exact: true }).click()
    await expect(page.getByRole('radio', { name: language })).toBeChecked()
    const code = page.locator('[id^="code-"]:visible')
    await expect(code).toContainText(words)
    await expect(code).toContainText(world.portal.url)
  }
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '.env' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/env$/)
})
