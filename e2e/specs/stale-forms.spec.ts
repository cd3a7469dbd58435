import { alerts, expect, test } from '#e2e/test.ts'

test('a form that was open while somebody else changed the token undoes nothing', async ({
  page,
  acme,
  signIn,
  issueToken,
}) => {
  const { id } = await issueToken({ grant: { mode: 'permissions', permissions: ['projects:read'] } })
  await signIn('mia')
  const path = `/a/${acme.slug}/tokens/${id}`
  await page.goto(`${path}/edit`)
  await expect(page.getByLabel('Description')).toBeVisible()
  const tightened = await page.context().newPage()
  await tightened.goto(`${path}/edit`)
  await tightened.getByLabel(/IP/).fill('10.0.0.0/8')
  await tightened.getByRole('button', { name: 'Save' }).click()
  await expect(tightened).toHaveURL(/done=edited$/)
  await page.getByLabel('Description').fill('nightly')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(alerts(page)).toContainText('was changed after you opened this form')
  await expect(page.getByLabel('Description')).toHaveValue('nightly')
  await page.goto(path)
  await expect(page.getByText('10.0.0.0/8')).toBeVisible()
})

test('addresses that somebody wrote lead to a page', async ({ page, acme, signIn }) => {
  await signIn('olga')
  for (const done of ['constructor', '__proto__', 'password']) {
    const answer = await page.goto(`/profile?done=${done}`)
    expect(answer?.status()).toBe(200)
  }
  await expect(page.getByText('Your password is changed.')).toBeVisible()
  await page.goto(`/a/${acme.slug}/members?after=%00`)
  await expect(page).toHaveURL(/\/members$/)
  await expect(page.getByRole('heading', { name: 'Members' })).toBeVisible()
})
