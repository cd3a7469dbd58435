import { expect, expectAccessible, test } from '#e2e/test.ts'
import { fillTokenForm, makeButton, newTokenPath, readSecret } from '#e2e/world/token-form.ts'

for (const scripts of [true, false])
  test.describe(scripts ? 'a refused form' : 'a refused form, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('says beside each field what is wrong and keeps what was typed', async ({ page, acme, signIn }) => {
      await signIn('adam')
      await page.goto(newTokenPath(acme))
      await fillTokenForm(page, {
        context: 'tenant',
        type: 'client_credentials',
        name: '   ',
        permissions: [['records', 'write']],
      })
      await page.getByLabel('Description').fill('for the night')
      await page.getByText('More', { exact: true }).click()
      await page.getByLabel('IP allowlist').fill('192.0.2.1\nmy house')
      await page.getByRole('radio', { name: '30 days' }).check({ force: true })
      await makeButton(page).click()

      await expect(page.getByText('Give the token a name.').first()).toBeVisible()
      await expect(page.getByText('“my house” is no IP address or CIDR range.').first()).toBeVisible()
      await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true')
      await expect(page.getByLabel('Description')).toHaveValue('for the night')
      await expect(page.getByLabel('IP allowlist')).toHaveValue('192.0.2.1\nmy house')
      await expect(page.getByRole('radio', { name: /\(account\)$/ })).toBeChecked()
      await expect(page.getByRole('radio', { name: 'Client credentials' })).toBeChecked()
      await expect(page.getByRole('radio', { name: '30 days' })).toBeChecked()
      const records = page.getByRole('group', { name: 'records', exact: true })
      await expect(records.getByRole('checkbox', { name: /^write/ })).toBeChecked()
      if (scripts) await expectAccessible(page)

      await page.getByLabel('Name', { exact: true }).fill('nightly')
      await page.getByLabel('IP allowlist').fill('192.0.2.1')
      await makeButton(page).click()
      await readSecret(page)
    })

    test('with nothing ticked asks for a permission', async ({ page, acme, signIn }) => {
      await signIn('adam')
      await page.goto(newTokenPath(acme))
      await fillTokenForm(page, { context: 'tenant', name: 'nothing' })
      await makeButton(page).click()
      await expect(page.getByText('Choose at least one permission.').first()).toBeVisible()
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue('nothing')
    })
  })

test('a form outlives its session: signing in elsewhere is enough', async ({ page, acme, signIn, world, context }) => {
  await signIn('mia')
  await page.goto(newTokenPath(acme))
  await fillTokenForm(page, { name: 'patient' })
  await context.clearCookies()
  await makeButton(page).click()
  await expect(page.getByText('what you typed stays here')).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('patient')
  const cookie = await world.portal.ask('startSession', acme.people.mia.userId)
  await context.addCookies([{ ...cookie, url: world.portal.url }])
  await makeButton(page).click()
  await readSecret(page)
})

test('the form for the account opens after a fresh sign-in', async ({ page, acme, signIn, world }) => {
  await world.portal.ask('setPassword', acme.people.adam.userId, 'seven slow trains to nowhere')
  await signIn('adam', 601)
  await page.goto(newTokenPath(acme))
  await expect(page.getByRole('radio', { name: /\(account\)$/ })).toHaveCount(0)
  await page.getByRole('link', { name: /Confirm that it is you first/ }).click()
  await expect(page.getByRole('heading', { name: 'Confirm that it is you' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Password', { exact: true }).fill('seven slow trains to nowhere')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('radio', { name: /\(account\)$/ })).toBeChecked()
})

test('an old sign-in revokes without being asked again', async ({ page, acme, signIn, issueToken }) => {
  const { id } = await issueToken({ context: 'tenant', name: 'ours' })
  await signIn('olga', 86_400)
  await page.goto(`/a/${acme.slug}/tokens/${id}/revoke`)
  await page.getByLabel(/to confirm/).fill('ours')
  await page.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('Revoked', { exact: true })).toBeVisible()
})

test('a link prefills the form and sends nothing', async ({ page, acme, signIn }) => {
  await signIn('mia')
  await page.goto(`${newTokenPath(acme)}?name=from%20a%20link&permissions=projects:read,projects:delete`)
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('from a link')
  await expect(page.getByRole('radio', { name: 'Only these' })).toBeChecked()
  await expect(page.getByText('You do not hold projects:delete.')).toBeVisible()
  await page.goto(`/a/${acme.slug}/tokens`)
  await expect(page.getByText('No tokens yet')).toBeVisible()
})

test('the list searches, filters and turns its pages', async ({ page, acme, signIn, issueToken, advance }) => {
  await issueToken({ name: 'token 10' })
  await advance(1)
  for (let number = 11; number < 40; number += 1) await issueToken({ name: `token ${number}` })
  await advance(1)
  await issueToken({ name: '50% of_all', type: 'client_credentials' })
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens`)
  const rows = page.getByRole('table').getByRole('link')
  await expect(rows.first()).toHaveText('50% of_all')
  await expect(rows).toHaveCount(25)
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(rows).toHaveCount(6)
  await expect(rows.last()).toHaveText('token 10')
  await page.getByRole('link', { name: 'Newer' }).click()
  await expect(rows).toHaveCount(25)
  await page.getByRole('searchbox').fill('%')
  await page.getByRole('button', { name: 'Search' }).click()
  await expect(rows).toHaveText(['50% of_all'])
  await page.getByRole('searchbox').fill('TOKEN 1')
  await page.getByLabel('Type').focus()
  await page.getByLabel('Type').selectOption('access_token')
  await expect(rows).toHaveCount(10)
  await expect(page.getByLabel('Type')).toBeFocused()
})
