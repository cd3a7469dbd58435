import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright/test'
import { expect, test } from '#e2e/test.ts'
import { fillTokenForm, makeButton, makeToken, newTokenPath, readSecret } from '#e2e/world/token-form.ts'

/** Everything that leaves the browser from now on: addresses, headers, bodies. */
const listen = (context: BrowserContext): (() => string) => {
  const sent: string[] = []
  context.on('request', (request) => {
    sent.push(request.method(), request.url(), JSON.stringify(request.headers()), request.postData() ?? '')
  })
  return () => sent.join('\n')
}

/** What stands in attributes of the page (values of inputs included), in its storage, and where it is. */
const hiddenPlaces = (page: Page) =>
  page.evaluate(() => {
    const attributes = [...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].map(({ name, value }) => `${name}=${value}`),
    )
    const values = [...document.querySelectorAll('input, textarea, select')].map((input) => Reflect.get(input, 'value'))
    return [
      ...attributes,
      ...values,
      document.cookie,
      location.href,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    ].join('\n')
  })

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))

for (const scripts of [true, false]) {
  test.describe(scripts ? 'a secret' : 'a secret, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    for (const type of ['access_token', 'client_credentials'] as const)
      test(`of an ${type} is shown once and found nowhere else`, async ({
        page,
        context,
        acme,
        signIn,
        world,
        expectConsoleErrors,
      }) => {
        await signIn('mia')
        const { secret } = await makeToken(page, acme, { name: 'nightly', type })
        const sent = listen(context)
        await expect(page.getByText(secret)).toHaveCount(1)
        expect(await hiddenPlaces(page)).not.toContain(secret)

        // Whatever is pressed next, it does not travel again.
        await page.getByRole('link', { name: 'I have stored it' }).click()
        await expect(page.getByRole('heading', { name: 'nightly', exact: true })).toBeVisible()
        expect(await page.content()).not.toContain(secret)
        // Without scripts the page before is the answer to a form, which no browser keeps: it asks to send it again.
        if (scripts) await page.goBack()
        else {
          // The page on which it asks is the browser's own, from which it may not fetch our icon, and sometimes tries.
          expectConsoleErrors(/ 'http\S+\/favicon\.ico\S*' from origin 'null' .*\(chrome-error:\/\/chromewebdata\/\)$/)
          expectConsoleErrors(/^console error: Failed to load resource: net::ERR_FAILED \(http\S+\/favicon\.ico\S*\)$/)
          await expect(page.goBack()).rejects.toThrow('ERR_CACHE_MISS')
        }
        await expect(page.locator('body')).not.toContainText(secret)
        expect(await page.content()).not.toContain(secret)
        await page.goto(`/a/${acme.slug}/tokens`)
        await expect(page.getByRole('link', { name: 'nightly' })).toBeVisible()
        expect(await page.content()).not.toContain(secret)
        expect(sent()).not.toContain(secret)
        expect(JSON.stringify(await context.storageState())).not.toContain(secret)

        // Nor does the machine keep it: not in the database, its journal or any other file, not in the log.
        expect(filesUnder(world.portal.folder).filter((content) => content.includes(secret))).toEqual([])
        expect(world.portal.said()).not.toContain(secret)
      })
  })
}

test('a reload leads to the token’s page, which has no secret', async ({ page, acme, signIn }) => {
  await signIn('mia')
  const { secret } = await makeToken(page, acme, { name: 'nightly' })
  await expect(page).toHaveURL(/\/tokens\/[0-9a-f-]{36}$/)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'nightly', exact: true })).toBeVisible()
  expect(await page.content()).not.toContain(secret)
  await expect(page.getByRole('link', { name: /Make another/ })).toBeVisible()
})

test('leaving before copying asks', async ({ page, acme, signIn }) => {
  await signIn('mia')
  await makeToken(page, acme, { name: 'nightly' })
  await page.getByRole('link', { name: 'Members' }).click()
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText('Leave without copying it?')
  await dialog.getByRole('button', { name: 'Stay' }).click()
  await expect(page.getByText('Copy it now')).toBeVisible()
  await page.getByRole('button', { name: 'Copy Access token' }).click()
  await page.getByRole('link', { name: 'Members' }).click()
  await expect(page).toHaveURL(/\/members$/)
})

test('a double click makes one token', async ({ page, acme, signIn }) => {
  await signIn('mia')
  await page.goto(newTokenPath(acme))
  await fillTokenForm(page, { name: 'only one' })
  await makeButton(page).dblclick()
  await readSecret(page)
  await page.goto(`/a/${acme.slug}/tokens`)
  await expect(page.getByRole('link', { name: 'only one' })).toHaveCount(1)
})

test('a form that is sent again after its answer was lost makes no second token', async ({
  page,
  acme,
  signIn,
  expectConsoleErrors,
}) => {
  expectConsoleErrors(/Failed to load resource: net::ERR_FAILED/)
  await signIn('mia')
  await page.goto(newTokenPath(acme))
  await fillTokenForm(page, { name: 'only one' })
  let lost = false
  await page.route('**/tokens/new**', async (route) => {
    if (lost || route.request().method() !== 'POST') return route.continue()
    lost = true
    // The portal does its work, and the answer never arrives.
    await route.fetch()
    return route.abort()
  })
  await makeButton(page).click()
  await expect(page.getByRole('alert').filter({ hasText: 'No answer came' })).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('only one')
  await makeButton(page).click()
  await expect(page.getByText('This form has made its token already')).toBeVisible()
  await page.getByRole('link', { name: 'Open the token' }).click()
  await expect(page.getByRole('heading', { name: 'only one' })).toBeVisible()
  await page.goto(`/a/${acme.slug}/tokens`)
  await expect(page.getByRole('link', { name: 'only one' })).toHaveCount(1)
})
