import { expect, type Page } from 'playwright/test'
import type { Account } from '#e2e/world/portal-verbs.ts'

/** What a person chooses in the form for a new token. */
export type Choices = {
  readonly context?: 'user' | 'tenant'
  readonly type?: 'access_token' | 'client_credentials'
  readonly name: string
  /** Ticked in the picker, as `resource` and the words of the action: `['projects', 'read']`. */
  readonly permissions?: readonly (readonly [resource: string, action: string])[]
}

/** What the page then shows, once. */
export type Shown = { readonly secret: string; readonly clientId: string | undefined }

/** The path of an account's form for a new token. */
export const newTokenPath = ({ slug }: Pick<Account, 'slug'>): string => `/a/${slug}/tokens/new`

/** Fills the form, as a person would, and leaves it unsent. */
export const fillTokenForm = async (page: Page, { context, type, name, permissions }: Choices): Promise<void> => {
  if (context) await page.getByRole('radio', { name: context === 'user' ? /^Me, in / : /\(account\)$/ }).check()
  if (type)
    await page.getByRole('radio', { name: type === 'access_token' ? 'Access token' : 'Client credentials' }).check()
  await page.getByLabel('Name', { exact: true }).fill(name)
  if (!permissions) return
  if (context !== 'tenant') await page.getByRole('radio', { name: 'Only these' }).check()
  for (const [resource, action] of permissions)
    await page
      .getByRole('group', { name: resource, exact: true })
      .getByRole('checkbox', { name: new RegExp(`^${action}\\b`) })
      .check()
}

/** The button that sends the form. */
export const makeButton = (page: Page) => page.getByRole('button', { name: 'Make token' })

/** Reads the secret from the page that shows it. */
export const readSecret = async (page: Page): Promise<Shown> => {
  await expect(page.getByText('Copy it now; it is not shown again.')).toBeVisible()
  const hasId = (await page.locator('#client-id').count()) > 0
  return {
    secret: await page.locator('#secret').innerText(),
    clientId: hasId ? await page.locator('#client-id').innerText() : undefined,
  }
}

/** Makes a token in the browser and answers what its page shows. */
export const makeToken = async (page: Page, account: Pick<Account, 'slug'>, choices: Choices): Promise<Shown> => {
  await page.goto(newTokenPath(account))
  await fillTokenForm(page, choices)
  await makeButton(page).click()
  return readSecret(page)
}
