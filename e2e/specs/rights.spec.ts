import { alerts, expect, test } from '#e2e/test.ts'
import { asBearer, asKey, keyOf } from '#e2e/world/api-client.ts'

const permissions = (...keys: string[]) => ({ mode: 'permissions' as const, permissions: keys })

test('a demotion in the browser takes effect on the very next validation', async ({
  page,
  acme,
  signIn,
  issueToken,
  api,
}) => {
  const { secret } = await issueToken()
  const ours = await issueToken({ context: 'tenant', grant: permissions('projects:write') })
  const { secret: credentials } = await issueToken({ type: 'client_credentials', name: 'service' })
  if (credentials.type !== 'client_credentials') throw new Error('these are no client credentials')
  const { access_token } = await api.exchange(credentials.clientId, credentials.clientSecret)
  const writes = '?permission=projects:write'
  for (const sent of [asKey(keyOf(secret)), asBearer(access_token), asKey(keyOf(ours.secret))])
    expect((await api.validate(sent, writes)).status).toBe(200)

  await signIn('adam')
  await page.goto(`/a/${acme.slug}/members`)
  await page.getByRole('link', { name: /^Manage mia/ }).click()
  await page.getByRole('radio', { name: 'Read-only' }).check()
  await page.getByRole('button', { name: 'Save role' }).click()
  await expect(page.getByText('Role saved: Read-only.')).toBeVisible()

  for (const sent of [asKey(keyOf(secret)), asBearer(access_token)]) {
    expect((await api.validate(sent, writes)).status).toBe(403)
    expect((await api.validate(sent)).body).toMatchObject({ roles: ['read_only'] })
  }
  // A token of the account stands on nobody's role.
  expect((await api.validate(asKey(keyOf(ours.secret)), writes)).status).toBe(200)
})

test('a member who is removed takes their tokens along, and leaves those of the account', async ({
  page,
  acme,
  signIn,
  issueToken,
  api,
}) => {
  const mine = await issueToken({}, 'adam')
  const ours = await issueToken({ context: 'tenant', name: 'of Acme' }, 'adam')
  await signIn('olga')
  await page.goto(`/a/${acme.slug}/members`)
  await page.getByRole('link', { name: /^Manage adam/ }).click()
  await page.getByRole('link', { name: /Remove/ }).click()
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /Remove/ })
    .click()
  await expect(page.getByText('They are no member any more')).toBeVisible()
  expect((await api.validate(asKey(keyOf(mine.secret)))).status).toBe(401)
  expect((await api.validate(asKey(keyOf(ours.secret)))).status).toBe(200)
  await page.goto(`/a/${acme.slug}/tokens/${ours.id}`)
  await expect(page.getByText(/^adam/).first()).toBeVisible()
})

for (const scripts of [true, false])
  test.describe(scripts ? 'a token' : 'a token, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('is refused from the first request after it was revoked', async ({ page, acme, signIn, issueToken, api }) => {
      const { id, secret } = await issueToken({ name: 'old backup' })
      const sent = asKey(keyOf(secret))
      expect((await api.validate(sent)).status).toBe(200)
      await signIn('mia')
      await page.goto(`/a/${acme.slug}/tokens/${id}`)
      await page.getByRole('link', { name: 'Revoke' }).click()
      await page.getByLabel(/to confirm/).fill('another name')
      await page.getByRole('button', { name: 'Revoke' }).click()
      await expect(alerts(page).first()).toBeVisible()
      expect((await api.validate(sent)).status).toBe(200)
      await page.getByLabel(/to confirm/).fill('old backup')
      await page.getByRole('button', { name: 'Revoke' }).click()
      await expect(page).toHaveURL(new RegExp(`/tokens/${id}(\\?|$)`))
      await expect(page.getByText('Revoked', { exact: true })).toBeVisible()
      const { status, body } = await api.validate(sent)
      expect(status).toBe(401)
      expect(body).toMatchObject({ status: 401 })
      await page.goto(`/a/${acme.slug}/tokens`)
      await expect(page.getByRole('link', { name: 'old backup' })).toHaveCount(0)
      await page.getByRole('link', { name: 'Ended' }).first().click()
      await expect(page.getByRole('link', { name: 'old backup' })).toBeVisible()
    })

    test('rests while it is paused', async ({ page, acme, signIn, issueToken, api }) => {
      const { id, secret } = await issueToken()
      const sent = asKey(keyOf(secret))
      await signIn('mia')
      await page.goto(`/a/${acme.slug}/tokens/${id}`)
      const confirm = async (verb: string) => {
        await page
          .getByRole(scripts ? 'button' : 'link', { name: verb })
          .or(page.getByRole('link', { name: verb }))
          .first()
          .click()
        const place = scripts ? page.getByRole('alertdialog') : page
        await place.getByRole('button', { name: verb }).click()
      }
      await confirm('Pause')
      await expect(page.getByText('Paused', { exact: true })).toBeVisible()
      expect((await api.validate(sent)).status).toBe(401)
      await confirm('Resume')
      await expect(page.getByText('Active', { exact: true })).toBeVisible()
      expect((await api.validate(sent)).status).toBe(200)
    })

    test('has two secrets while a rotation overlaps, and one when there was no time', async ({
      page,
      acme,
      signIn,
      issueToken,
      api,
      advance,
    }) => {
      const { id, secret } = await issueToken()
      await signIn('mia')
      const rotate = async (overlap: string): Promise<string> => {
        await page.goto(`/a/${acme.slug}/tokens/${id}/rotate`)
        await page.getByRole('radio', { name: overlap }).check()
        await page.getByRole('button', { name: 'Rotate' }).click()
        return page.locator('#secret').innerText()
      }
      const status = async (...secrets: readonly string[]) =>
        Promise.all(secrets.map(async (one) => (await api.validate(asKey(one))).status))
      const first = keyOf(secret)
      const second = await rotate('1 hour')
      expect(await status(first, second)).toEqual([200, 200])
      await advance(3600)
      expect(await status(first, second)).toEqual([401, 200])
      const third = await rotate('It leaked: end the old one now')
      expect(await status(first, second, third)).toEqual([401, 401, 200])
    })
  })

test('what an editor may give is what the token may do next', async ({ page, acme, signIn, issueToken, api }) => {
  const { id, secret } = await issueToken({ grant: permissions('projects:read', 'records:read') })
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens/${id}/edit`)
  await page.getByLabel('Name', { exact: true }).fill('renamed')
  await page
    .getByRole('group', { name: 'projects', exact: true })
    .getByRole('checkbox', { name: /^write/ })
    .check()
  await page.getByRole('group', { name: 'records', exact: true }).getByRole('checkbox', { name: /^read/ }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'renamed' })).toBeVisible()
  const { body } = await api.validate(asKey(keyOf(secret)))
  expect(body).toMatchObject({ token: { name: 'renamed' }, permissions: ['projects:read', 'projects:write'] })
  // What mia does not hold is not there to be ticked.
  await page.goto(`/a/${acme.slug}/tokens/${id}/edit`)
  await expect(
    page.getByRole('group', { name: 'projects', exact: true }).getByRole('checkbox', { name: /^delete/ }),
  ).toHaveCount(0)
})

test('the page of a token says what is missing today, and why', async ({ page, acme, signIn, issueToken, world }) => {
  const { id } = await issueToken({ grant: permissions('projects:read', 'projects:write') })
  await world.portal.ask('changeRoles', acme, acme.people.mia.userId, ['read_only'])
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens/${id}`)
  await expect(page.getByText('1 granted permission without effect today')).toBeVisible()
  await expect(page.getByText('Your role does not hold it any more')).toBeVisible()
})

test('a token ends when it said it would', async ({ issueToken, api, advance, page, signIn, acme }) => {
  const { id, secret } = await issueToken({ expiry: { kind: 'after', seconds: 3600 } })
  expect((await api.validate(asKey(keyOf(secret)))).status).toBe(200)
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens/${id}`)
  await expect(page.getByText('Expires soon', { exact: true })).toBeVisible()
  await advance(3600)
  expect((await api.validate(asKey(keyOf(secret)))).status).toBe(401)
  await page.reload()
  await expect(page.getByText('Expired', { exact: true }).first()).toBeVisible()
})

test('an IP allowlist is about the client’s address', async ({ world, issueToken }) => {
  const { secret } = await issueToken({ ipAllowlist: ['192.0.2.0/24'] })
  const from = async (address: string) =>
    (
      await fetch(`${world.portal.url}/api/v1/validate`, {
        headers: { 'X-API-KEY': keyOf(secret), 'X-Forwarded-For': address },
      })
    ).status
  expect(await from('192.0.2.77')).toBe(200)
  expect(await from('198.51.100.1')).toBe(403)
  // Only the last hop is believed; what a client wrote before it is not.
  expect(await from('192.0.2.77, 198.51.100.1')).toBe(403)
})
