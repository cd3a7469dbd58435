import { alerts, expect, expectAccessible, test } from '#e2e/test.ts'
import { startPortal } from '#e2e/world/start-portal.ts'

for (const scripts of [true, false])
  test.describe(scripts ? 'an empty portal' : 'an empty portal, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('is set up by the link in the terminal, once', async ({ watched }) => {
      test.setTimeout(120_000)
      const portal = await startPortal()
      try {
        const notices = (await portal.ask('startupNotices')).join('\n')
        const link = /http:\/\/\S+\/setup\?key=\S+/.exec(notices)?.[0] ?? ''
        expect(link).toContain(portal.url)
        const page = await watched.context.newPage()
        await page.goto(`${portal.url}/`)
        await expect(page.getByRole('heading', { name: 'Not set up yet' })).toBeVisible()
        if (scripts) await expectAccessible(page)

        await page.goto(link)
        if (scripts) await expectAccessible(page)
        await page.getByLabel('Your name').fill('Ada')
        await page.getByLabel('E-mail').fill('ada@example.com')
        await page.getByLabel('Password', { exact: true }).fill('password')
        await page.getByLabel('Account name').fill('Analytical Engines')
        await page.getByRole('button', { name: 'Set up' }).click()
        await expect(alerts(page).first()).toBeVisible()
        await expect(page.getByLabel('Account name')).toHaveValue('Analytical Engines')
        await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')

        await page.getByLabel('Password', { exact: true }).fill('five quiet rivers at dawn')
        await page.getByRole('button', { name: 'Set up' }).click()
        await expect(page).toHaveURL(`${portal.url}/a/analytical-engines/tokens`)
        await expect(page.getByText('No tokens yet')).toBeVisible()

        await page.goto(link)
        await expect(page.getByRole('heading', { name: 'Setup is done' })).toBeVisible()
        expect(await portal.ask('startupNotices')).toEqual([])
      } finally {
        // A page that is still open fetches ahead, and would meet a portal that is gone.
        for (const open of watched.context.pages()) await open.close()
        await portal.stop()
      }
    })
  })
