import type { Page } from 'playwright/test'
import { alerts, expect, expectAccessible, OPERATOR, test } from '#e2e/test.ts'

const PASSWORD = 'seven slow trains to nowhere'
const LINK = /http:\/\/\S+token=\S+/
const CODE = /\b(\d{3}) (\d{3})\b/

const passwordOf = (page: Page) => page.getByLabel('Password', { exact: true })

const typePassword = async (page: Page, email: string, password: string) => {
  await page.getByLabel('E-mail').fill(email)
  await passwordOf(page).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const askForMail = async (page: Page, email: string) => {
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Mail me a sign-in link' }).click()
  await expect(page).toHaveURL(/\/sign-in\/code$/)
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
}

const codeIn = (text: string): string => {
  const [, first, second] = CODE.exec(text) ?? []
  if (!first || !second) throw new Error(`there is no code in: ${text}`)
  return `${first} ${second}`
}

const linkIn = (text: string): string => {
  const link = LINK.exec(text)?.[0]
  if (!link) throw new Error(`there is no link in: ${text}`)
  return link
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'signing in' : 'signing in without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('by password leads to where one wanted to go', async ({ page, world, acme }) => {
      await world.portal.ask('setPassword', acme.people.mia.userId, PASSWORD)
      await page.goto('/profile')
      await expect(page).toHaveURL('/sign-in?next=%2Fprofile')
      await typePassword(page, acme.people.mia.email, PASSWORD)
      await expect(page).toHaveURL('/profile')
      await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
    })

    test('by mailed code', async ({ page, acme, lastMail }) => {
      await page.goto('/sign-in')
      await askForMail(page, acme.people.mia.email)
      const { text } = await lastMail('mia', /Sign in/)
      await page.getByLabel('Code from the mail').fill(codeIn(text))
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(`/a/${acme.slug}/tokens`)
    })

    test('by mailed link, which works once', async ({ page, acme, lastMail, context }) => {
      await page.goto('/sign-in')
      await askForMail(page, acme.people.mia.email)
      const link = linkIn((await lastMail('mia', /Sign in/)).text)
      await page.goto(link)
      await page.getByRole('button', { name: `Sign in as ${acme.people.mia.email}` }).click()
      await expect(page).toHaveURL(`/a/${acme.slug}/tokens`)
      await context.clearCookies()
      await page.goto(link)
      await expect(page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible()
    })

    test('by the provider, known by a verified address', async ({ page, acme }) => {
      await page.goto('/sign-in')
      await page.getByRole('link', { name: 'Continue with single sign-on' }).click()
      await page.getByLabel('Account').fill(acme.people.mia.email)
      await page.getByRole('button', { name: 'Continue' }).click()
      await expect(page).toHaveURL(`/a/${acme.slug}/tokens`)
    })

    test('says the same to a wrong password and an unknown address, and keeps the address', async ({
      page,
      world,
      acme,
    }) => {
      await world.portal.ask('setPassword', acme.people.mia.userId, PASSWORD)
      await page.goto('/sign-in')
      const said: string[] = []
      for (const email of [acme.people.mia.email, acme.people.rita.email, 'nobody@example.com']) {
        await typePassword(page, email, 'not the password of anyone')
        await expect(page.getByLabel('E-mail')).toHaveValue(email)
        await expect(alerts(page)).toBeVisible()
        said.push(await alerts(page).innerText())
        await expect(passwordOf(page)).toHaveValue('')
        expect(await page.content()).not.toContain('not the password of anyone')
        await page.goto('/sign-in')
      }
      expect(new Set(said).size).toBe(1)
    })

    test('again after a forgotten password ends every other session', async ({
      page,
      acme,
      lastMail,
      signIn,
      elsewhere,
      context,
    }) => {
      await signIn('mia')
      await page.goto('/profile')
      const other = await elsewhere()
      await other.goto('/sign-in')
      await other.getByRole('link', { name: 'Forgotten?' }).click()
      await expect(other.getByRole('heading', { name: 'Forgotten password' })).toBeVisible()
      await other.getByLabel('E-mail').fill(acme.people.mia.email)
      await other.getByRole('button', { name: 'Mail me a link' }).click()
      await expect(other).toHaveURL('/forgotten/code')
      await other.goto(linkIn((await lastMail('mia', /password/)).text))
      await other.getByLabel('New password').fill(PASSWORD)
      await other.getByRole('button', { name: 'Save and sign in' }).click()
      await expect(other).toHaveURL(`/a/${acme.slug}/tokens`)
      await page.goto('/profile')
      await expect(page).toHaveURL(/\/sign-in/)
      await context.clearCookies()
      await page.goto('/sign-in')
      await typePassword(page, acme.people.mia.email, PASSWORD)
      await expect(page).toHaveURL(`/a/${acme.slug}/tokens`)
    })
  })
}

test('a link opened in another browser shows the code and signs nobody in', async ({
  page,
  acme,
  lastMail,
  elsewhere,
}) => {
  await page.goto('/sign-in')
  await askForMail(page, acme.people.mia.email)
  const { text } = await lastMail('mia', /Sign in/)
  const other = await elsewhere()
  await other.goto(linkIn(text))
  await expect(other.getByTestId('code')).toHaveText(codeIn(text))
  await expectAccessible(other)
  await other.goto('/profile')
  await expect(other).toHaveURL(/\/sign-in/)
  await page.getByLabel('Code from the mail').fill(codeIn(text))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(`/a/${acme.slug}/tokens`)
})

test('a code is dead after ten minutes, and after five wrong ones', async ({ page, acme, lastMail, advance }) => {
  const enter = async (code: string) => {
    const field = page.getByLabel('Code from the mail')
    await field.fill(code)
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.getByRole('button', { name: 'Sign in' }).click(),
    ])
    await expect(alerts(page)).toBeVisible()
    await expect(page).toHaveURL(/\/sign-in\/code$/)
    // React empties the form once the answer is in: what is typed before that would go with it.
    await expect(field).toHaveValue('')
  }
  await page.goto('/sign-in')
  await askForMail(page, acme.people.mia.email)
  const first = codeIn((await lastMail('mia', /Sign in/)).text)
  await advance(601)
  await enter(first)

  await page.goto('/sign-in')
  await askForMail(page, acme.people.mia.email)
  const second = codeIn((await lastMail('mia', /Sign in/)).text)
  const wrong = second.startsWith('000') ? '111 111' : '000 000'
  for (let times = 0; times < 5; times += 1) await enter(wrong)
  await enter(second)
})

test('no mail goes to an address nobody has, and the page says the same', async ({ page, world }) => {
  await page.goto('/sign-in')
  await askForMail(page, 'nobody@example.com')
  await expect(page.getByText('nobody@example.com')).toBeVisible()
  expect(world.mailbox.count('nobody@example.com')).toBe(0)
})

test.describe('the provider', () => {
  const arrive = async (page: Page, account: string) => {
    await page.goto('/sign-in')
    await page.getByRole('link', { name: 'Continue with single sign-on' }).click()
    await page.getByLabel('Account').fill(account)
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page).toHaveURL(/\/sign-in/)
  }

  test('lets in nobody the portal does not know', async ({ page }) => {
    await arrive(page, 'stranger@example.com')
    await expect(page.getByText(/Ask an administrator to invite you/)).toBeVisible()
    await expectAccessible(page)
  })

  test('lets in nobody whose address it has not verified', async ({ page, acme }) => {
    await arrive(page, `unverified.${acme.people.mia.email}`)
    await expect(page.getByText(/Ask an administrator to invite you/)).toBeVisible()
    await page.goto('/profile')
    await expect(page).toHaveURL(/\/sign-in/)
  })
})

test.describe('a session', () => {
  test('ends where one signs out', async ({ page, signIn, context, acme }) => {
    await signIn('mia')
    const kept = await context.cookies()
    await page.goto(`/a/${acme.slug}/tokens`)
    await page
      .getByText('You: ', { exact: false })
      .or(page.getByLabel(/^You: /))
      .first()
      .click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(/\/sign-in/)
    // The cookie of before is worth nothing: the row it names has ended.
    await context.addCookies(kept)
    await page.goto('/profile')
    await expect(page).toHaveURL(/\/sign-in/)
  })

  test('ends everywhere at once', async ({ page, signIn, elsewhere, world, acme, context }) => {
    await signIn('mia')
    const other = await elsewhere()
    const cookie = await world.portal.ask('startSession', acme.people.mia.userId)
    await other.context().addCookies([{ ...cookie, url: world.portal.url }])
    await other.goto('/profile')
    await expect(other.getByRole('heading', { name: 'Profile' })).toBeVisible()
    await page.goto('/profile')
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await expect(page).toHaveURL(/\/sign-in/)
    await other.goto('/profile')
    await expect(other).toHaveURL(/\/sign-in/)
    expect((await context.cookies()).filter(({ name }) => name === cookie.name)).toEqual([])
  })

  test('ends by itself in time', async ({ page, signIn, advance }) => {
    await signIn('mia')
    await page.goto('/profile')
    await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
    await advance(31 * 86_400)
    await page.goto('/profile')
    await expect(page).toHaveURL(/\/sign-in/)
  })

  test('ends elsewhere when the password changes', async ({ page, signIn, world, acme, elsewhere }) => {
    await world.portal.ask('setPassword', acme.people.mia.userId, PASSWORD)
    const other = await elsewhere()
    const cookie = await world.portal.ask('startSession', acme.people.mia.userId)
    await other.context().addCookies([{ ...cookie, url: world.portal.url }])
    await signIn('mia')
    await page.goto('/profile')
    await page.getByLabel('Present password').fill(PASSWORD)
    await page.getByLabel('New password').fill('nine green boats in the rain')
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(page.getByText('Your password is changed')).toBeVisible()
    await other.goto('/profile')
    await expect(other).toHaveURL(/\/sign-in/)
  })

  test('has a cookie that scripts cannot read and other sites do not get', async ({ page, context }) => {
    await page.goto('/sign-in')
    await typePassword(page, OPERATOR.email, OPERATOR.password)
    await expect(page).toHaveURL(/\/a\/.+\/tokens$/)
    const [session] = (await context.cookies()).filter(({ name }) => name.includes('session'))
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  })
})
