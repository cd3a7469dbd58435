import { expect, expectAccessible, test } from '#e2e/test.ts'
import { asKey, keyOf } from '#e2e/world/api-client.ts'

test('the page of a token says what was asked of it, and what it could do without', async ({
  page,
  acme,
  signIn,
  issueToken,
  api,
}) => {
  const permissions = ['projects:read', 'projects:write', 'records:read']
  const { id, secret } = await issueToken({ grant: { mode: 'permissions', permissions } })
  const ask = async (query: string) => (await api.validate(asKey(keyOf(secret)), query)).status
  expect(await ask('?permission=projects:read&permission=projects:write')).toBe(200)
  expect(await ask('?permission=projects:read')).toBe(200)
  expect(await ask('?permission=projects:delete')).toBe(403)
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens/${id}`)
  // Use is written once a second.
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('3 permissions asked for')).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 30_000 })
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name }).filter({ hasText: 'accepted' })
  await expect(row('projects:read')).toContainText('2 accepted')
  await expect(row('projects:write')).toContainText('1 accepted')
  await expect(row('projects:delete')).toContainText('Not held')
  await expect(row('projects:delete')).toContainText('1 refused')
  await page.getByText('1 permission it could do without').click()
  await expect(page.getByRole('listitem').filter({ hasText: /^Read records$/ })).toBeVisible()
  await expectAccessible(page)

  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByText('As a table').click()
  const today = page.getByRole('table', { name: 'Use by day' }).getByRole('row').nth(1).getByRole('cell')
  await expect(today).toHaveText([/\d{4}$/, '2', '1'])
  const tops = await today.evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().top))
  expect(new Set(tops).size, 'its cells stand in one line').toBe(1)
})
