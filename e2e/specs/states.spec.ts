import { alerts, expect, expectAccessible, test } from '#e2e/test.ts'

// What pages look like after something happened on them; the pages themselves are in face.spec.ts.
test.describe('states that follow the rules of access', () => {
  test.setTimeout(120_000)

  test('menus and dialogs', async ({ page, acme, signIn, issueToken, world, tag }) => {
    const globex = await world.portal.ask('makeAccount', `Globex ${tag}`, `globex.${tag}`)
    await world.portal.ask('join', globex, acme.people.olga.email, 'member')
    const { id } = await issueToken({}, 'olga')
    await signIn('olga')
    await page.goto(`/a/${acme.slug}/tokens/${id}`)
    await page.getByLabel(/^You: /).click()
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden()
    await page.getByLabel(/^Account: /).click()
    await expect(page.getByRole('link', { name: globex.name })).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page
      .getByRole('link', { name: 'Pause' })
      .or(page.getByRole('button', { name: 'Pause' }))
      .click()
    await expect(page.getByRole('alertdialog')).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('alertdialog')).toBeHidden()
    await page.goto(`/a/${acme.slug}/members`)
    await page
      .getByRole('link', { name: 'Add member' })
      .or(page.getByRole('button', { name: 'Add member' }))
      .click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessible(page)
  })

  test('tokens that rest, end soon, have ended or lack something', async ({
    page,
    acme,
    signIn,
    issueToken,
    world,
    advance,
  }) => {
    const { userId } = acme.people.mia
    const grant = { mode: 'permissions' as const, permissions: ['projects:read', 'projects:write'] }
    const paused = await issueToken({ name: 'paused' })
    const soon = await issueToken({ name: 'soon', expiry: { kind: 'after', seconds: 86_400 } })
    const over = await issueToken({ name: 'over', expiry: { kind: 'after', seconds: 60 } })
    const less = await issueToken({ name: 'less', grant })
    await world.portal.ask('pauseToken', userId, acme.id, paused.id)
    await world.portal.ask('changeRoles', acme, userId, ['read_only'])
    await advance(60)
    await signIn('mia')
    for (const [{ id }, words] of [
      [paused, 'Paused'],
      [soon, 'Expires soon'],
      [over, 'Expired'],
      [less, '1 granted permission without effect today'],
    ] as const) {
      await page.goto(`/a/${acme.slug}/tokens/${id}`)
      await expect(page.getByText(words).first()).toBeVisible()
      await expectAccessible(page)
    }
    await page.goto(`/a/${acme.slug}/tokens?state=all`)
    await expect(page.getByRole('row')).toHaveCount(5)
    await expectAccessible(page)
    await page.goto(`/a/${acme.slug}/tokens/${less.id}/rotate`)
    await page.getByRole('button', { name: 'Rotate' }).click()
    await expect(page.locator('#secret')).toBeVisible()
    await expectAccessible(page)
  })

  test('signing in: refused, waiting for a mail, choosing a password', async ({ page, acme }) => {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').fill(acme.people.mia.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password of anyone')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(alerts(page)).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Mail me a sign-in link' }).click()
    await expect(page.getByLabel('Code from the mail')).toBeVisible()
    await expectAccessible(page)
    await page.goto('/forgotten')
    await page.getByLabel('E-mail').fill(acme.people.mia.email)
    await page.getByRole('button', { name: 'Mail me a link' }).click()
    await expect(page.getByLabel('New password')).toBeVisible()
    await expectAccessible(page)
  })

  test('forms that were refused, and what pages say once something is done', async ({
    page,
    acme,
    signIn,
    issueToken,
    expectConsoleErrors,
  }) => {
    expectConsoleErrors(/status of 403/)
    const { id } = await issueToken({ name: 'nightly' })
    await signIn('mia')
    await page.goto(`/a/${acme.slug}/tokens/account`)
    await expect(page.getByRole('heading', { name: 'Your role does not allow this' })).toBeVisible()
    await expectAccessible(page)
    await page.goto(`/a/${acme.slug}/tokens/${id}/edit`)
    await page.getByLabel('Name', { exact: true }).fill('   ')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(alerts(page).first()).toBeVisible()
    await expectAccessible(page)
    await page.goto(`/a/${acme.slug}/tokens/${id}/revoke`)
    await page.getByLabel(/to confirm/).fill('another')
    await page.getByRole('button', { name: 'Revoke' }).click()
    await expect(alerts(page).first()).toBeVisible()
    await expectAccessible(page)
    await page.getByLabel(/to confirm/).fill('nightly')
    await page.getByRole('button', { name: 'Revoke' }).click()
    await expect(page.getByText('Revoked', { exact: true }).first()).toBeVisible()
    await expectAccessible(page)
    await page.goto('/profile')
    await page.getByLabel('Name', { exact: true }).fill('Mia Moss')
    await page.getByRole('button', { name: 'Save name' }).click()
    await expect(page.getByText(/saved/i).first()).toBeVisible()
    await expectAccessible(page)
    await signIn('olga')
    const member = `/a/${acme.slug}/members/${acme.people.mia.userId}`
    await page.goto(member)
    await page.getByRole('radio', { name: 'Read-only', exact: true }).check()
    await page.getByRole('button', { name: 'Save role' }).click()
    await expect(page.getByText(/Role saved: /)).toBeVisible()
    await expectAccessible(page)
    await page.goto(`${member}/remove`)
    await page.getByRole('button', { name: /^Remove/ }).click()
    await expect(page).toHaveURL(/\/members\?done=removed$/)
    await expectAccessible(page)
  })
})
