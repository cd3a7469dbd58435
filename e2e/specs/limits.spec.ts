import { alerts, expect, expectAccessible, test } from '#e2e/test.ts'
import { asKey } from '#e2e/world/api-client.ts'
import { fillTokenForm, makeButton, newTokenPath, readSecret } from '#e2e/world/token-form.ts'

for (const scripts of [true, false])
  test.describe(scripts ? 'a token with a limit' : 'a token with a limit, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('is made, kept to, shown, changed and copied', async ({ page, acme, signIn, api }) => {
      await signIn('mia')
      await page.goto(newTokenPath(acme))
      await fillTokenForm(page, { name: 'slow' })
      await page.getByText('More', { exact: true }).click()
      await page.getByLabel('Requests per minute').fill('two')
      await makeButton(page).click()
      await expect(page.getByText('Use a whole number from 1 to 1,000,000.').first()).toBeVisible()
      await expect(page.getByLabel('Requests per minute')).toHaveValue('two')
      if (scripts) await expectAccessible(page)

      await page.getByLabel('Requests per minute').fill('2')
      await makeButton(page).click()
      const { secret } = await readSecret(page)
      const statuses = async (times: number) => {
        const answers = []
        for (let n = 0; n < times; n += 1) answers.push((await api.validate(asKey(secret))).status)
        return answers
      }
      expect(await statuses(3)).toEqual([200, 200, 429])

      await page.getByRole('link', { name: 'I have stored it' }).click()
      await expect(page.getByText('2 requests a minute')).toBeVisible()
      await page.getByRole('link', { name: 'Edit' }).click()
      await expect(page.getByLabel('Requests per minute')).toHaveValue('2')
      await page.getByLabel('Requests per minute').fill('3')
      if (scripts) await expectAccessible(page)
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('3 requests a minute')).toBeVisible()
      expect(await statuses(2)).toEqual([200, 429])

      await page.getByRole('link', { name: 'Make another like this' }).click()
      await expect(page.getByLabel('Requests per minute')).toHaveValue('3')
      await page.goBack()
      await page.getByRole('link', { name: 'Edit' }).click()
      await page.getByLabel('Requests per minute').fill('')
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Any address')).toBeVisible()
      await expect(page.getByText('requests a minute')).toHaveCount(0)
      expect(await statuses(5)).toEqual([200, 200, 200, 200, 200])
      await expect(alerts(page)).toHaveCount(0)
    })
  })
