import { alerts, expect, expectAccessible, test } from '#e2e/test.ts'

for (const scripts of [true, false])
  test.describe(scripts ? 'members' : 'members, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('are added by address and role, and told by mail', async ({ page, acme, signIn, world, tag }) => {
      const email = `nora.${tag}@example.com`
      await signIn('adam')
      await page.goto(`/a/${acme.slug}/members/new`)
      await page.getByLabel('E-mail address').fill('nora@nowhere')
      await page.getByRole('radio', { name: 'Member', exact: true }).check()
      await page.getByRole('button', { name: 'Add member' }).click()
      await expect(page.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true')
      await page.getByLabel('E-mail address').fill(email)
      await page.getByRole('button', { name: 'Add member' }).click()
      await expect(page.getByText(`${email} is a member now`)).toBeVisible()
      if (scripts) await expectAccessible(page)
      expect((await world.mailbox.take(email, /./)).text).toContain(`${world.portal.url}/sign-in`)
      await page.goto(`/a/${acme.slug}/members`)
      await expect(page.getByText(email)).toBeVisible()
    })
  })

test('nobody gives a role stronger than their own, nor takes one', async ({
  page,
  acme,
  signIn,
  expectConsoleErrors,
}) => {
  expectConsoleErrors(/status of 40[34]/)
  await signIn('adam')
  await page.goto(`/a/${acme.slug}/members/new`)
  await expect(page.getByRole('radio', { name: 'Admin', exact: true })).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Owner', exact: true })).toHaveCount(0)
  await page.goto(`/a/${acme.slug}/members`)
  await expect(page.getByRole('link', { name: /^Manage mia/ })).toBeVisible()
  await expect(page.getByRole('link', { name: /^Manage olga/ })).toHaveCount(0)
})

test('the last owner stays', async ({ page, acme, signIn }) => {
  await signIn('olga')
  await page.goto(`/a/${acme.slug}/members/${acme.people.olga.userId}`)
  await page.getByRole('radio', { name: 'Member', exact: true }).check()
  await page.getByRole('button', { name: 'Save role' }).click()
  await expect(alerts(page)).toContainText('at least one member of its strongest role')
  await page.reload()
  await expect(page.getByRole('radio', { name: 'Owner', exact: true })).toBeChecked()
})
