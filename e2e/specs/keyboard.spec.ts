import type { Page } from 'playwright/test'
import { expect, test } from '#e2e/test.ts'
import { keyboardOf } from '#e2e/world/keyboard.ts'
import { readSecret } from '#e2e/world/token-form.ts'

const PASSWORD = 'seven slow trains to nowhere'

// Each key is a question to the browser, and there are many.
test.setTimeout(120_000)

test('a person signs in and makes a token with the keyboard alone', async ({ page, acme, world }) => {
  const { userId, email } = acme.people.mia
  await world.portal.ask('setPassword', userId, PASSWORD)
  const keyboard = keyboardOf(page)
  await page.goto(`/a/${acme.slug}/tokens`)
  await keyboard.reach(/^\s*E-mail/)
  await keyboard.type(email)
  await keyboard.reach(/Password/)
  await keyboard.type(PASSWORD)
  await keyboard.key('Enter')
  await expect(page).toHaveURL(new RegExp(`/a/${acme.slug}/tokens$`))
  await expect(page.getByText('No tokens yet')).toBeVisible()

  await page.reload()
  await keyboard.press(/skip/i)
  await keyboard.press(/New token/)
  await expect(page).toHaveURL(/\/tokens\/new/)
  await keyboard.reach(/Access token/)
  await keyboard.key('ArrowRight')
  await expect(page.getByRole('radio', { name: 'Client credentials' })).toBeChecked()
  await keyboard.reach(/^\s*Name/)
  await keyboard.type('by keyboard')
  await keyboard.reach(/All I may do/)
  await keyboard.key('ArrowDown')
  await expect(page.getByRole('radio', { name: 'Only these' })).toBeChecked()
  await keyboard.reach(/^\s*read, Read projects/)
  await keyboard.key('Space')
  await keyboard.press(/Make token/)
  const { clientId } = await readSecret(page)
  expect(clientId).toMatch(/^[0-9a-f-]{36}$/)
  await expect(page.locator(':focus')).toHaveText(/by keyboard/)
  await keyboard.press(/Copy Client secret/)
  await expect(page.getByText('Copied', { exact: true }).first()).toBeVisible()
  await keyboard.press(/I have stored it/)
  await expect(page.getByRole('heading', { name: 'by keyboard', exact: true })).toBeVisible()
})

test('a token is rotated, paused, resumed and revoked with the keyboard alone', async ({
  page,
  acme,
  signIn,
  issueToken,
}) => {
  const { id } = await issueToken({ name: 'nightly' })
  await signIn('mia')
  const keyboard = keyboardOf(page)
  await page.goto(`/a/${acme.slug}/tokens/${id}`)
  await keyboard.press(/^ *Rotate$/)
  await expect(page).toHaveURL(/\/rotate$/)
  await keyboard.reach(/24 hours/)
  await keyboard.key('ArrowDown')
  await expect(page.getByRole('radio', { name: '1 hour' })).toBeChecked()
  await keyboard.press(/^ *Rotate$/)
  await readSecret(page)
  await keyboard.press(/Copy Access token/)
  await keyboard.press(/I have stored it/)
  await expect(page.getByRole('heading', { name: 'nightly', exact: true })).toBeVisible()

  const dialog = page.getByRole('alertdialog')
  for (const [verb, state, said] of [
    ['Pause', 'Paused', 'Paused. Every use is refused'],
    ['Resume', 'Active', 'Resumed. It works again'],
  ] as const) {
    await keyboard.press(new RegExp(`^ *${verb}$`))
    await expect(dialog).toBeVisible()
    // Neither Tab nor Shift+Tab leads out of the question, and leaving it leads back to where one was.
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await keyboard.key(key)
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true)
    }
    await keyboard.key('Escape')
    await expect(dialog).toBeHidden()
    await expect(page.locator(':focus')).toHaveText(verb)
    await keyboard.key('Enter')
    await expect(dialog).toBeVisible()
    await keyboard.press(new RegExp(`^ *${verb}$`))
    await expect(page.getByText(state, { exact: true }).first()).toBeVisible()
    await expect(dialog).toBeHidden()
    await expect(page.locator(':focus')).toContainText(said)
  }

  await keyboard.press(/^ *Revoke$/)
  await expect(page).toHaveURL(/\/revoke$/)
  await keyboard.reach(/to confirm/)
  await keyboard.type('nightly')
  await keyboard.key('Enter')
  await expect(page.getByText('Revoked', { exact: true }).first()).toBeVisible()
})

/** How many pixels of what has the focus, a radio with its label, stand under the bar of its form. */
const underBar = (page: Page) =>
  page.evaluate(() => {
    const focused = document.activeElement
    const bar = document.querySelector('form .sticky')
    if (!focused || !bar || focused === document.body || bar.contains(focused)) return 0
    const whole = focused.closest('label') ?? focused
    return Math.max(0, Math.round(whole.getBoundingClientRect().bottom - bar.getBoundingClientRect().top))
  })

test('what has the focus is not under the bar of its form', async ({ page, acme, signIn, issueToken }) => {
  const { id } = await issueToken({ type: 'client_credentials' })
  await signIn('mia')
  await page.setViewportSize({ width: 1280, height: 600 })
  for (const path of [`${id}/edit`, 'new']) {
    await page.goto(`/a/${acme.slug}/tokens/${path}`)
    if (path === 'new') {
      await page.getByRole('radio', { name: 'Client credentials' }).check()
      await page.getByText('More', { exact: true }).click()
      await page.evaluate(() => scrollTo(0, 0))
    }
    const seen = new Set<string>()
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab')
      seen.add(await page.evaluate(() => document.activeElement?.tagName ?? ''))
      expect(await underBar(page), await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))).toBe(0)
    }
    expect([...seen]).toEqual(expect.arrayContaining(['INPUT', 'SELECT', 'TEXTAREA', 'BUTTON']))
  }
})
