import { expect, expectAccessible, OPERATOR, test } from '#e2e/test.ts'

test('the sign-in page', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in/)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('E-mail').fill(OPERATOR.email)
  await page.getByLabel('Password', { exact: true }).fill(OPERATOR.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).not.toHaveURL(/sign-in/)
})

test('a session', async ({ page, signIn, acme }) => {
  await signIn('mia')
  await page.goto('/profile')
  await expect(page.getByText(acme.people.mia.email).first()).toBeVisible()
  await expectAccessible(page)
})
