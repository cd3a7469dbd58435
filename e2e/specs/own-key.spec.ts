import { type CryptoKey, exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import { alerts, expect, expectAccessible, test } from '#e2e/test.ts'
import { asBearer } from '#e2e/world/api-client.ts'
import { fillTokenForm, makeButton, newTokenPath } from '#e2e/world/token-form.ts'

const keyPair = async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    publicJwk: JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'a' }),
    privateJwk: JSON.stringify(await exportJWK(privateKey)),
    key: privateKey,
  }
}

/** What a program with a standard library and the private key is given. */
const exchange = async (url: string, clientId: string, key: CryptoKey): Promise<oauth.TokenEndpointResponse> => {
  const insecure = { [oauth.allowInsecureRequests]: true }
  const issuer = new URL(url)
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  const as = await oauth.processDiscoveryResponse(issuer, found)
  const client = { client_id: clientId }
  const auth = oauth.PrivateKeyJwt({ key, kid: 'a' })
  const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, new URLSearchParams(), insecure)
  return oauth.processClientCredentialsResponse(as, client, answer)
}

for (const scripts of [true, false])
  test.describe(scripts ? 'a client with its own key' : 'a client with its own key, without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('is made in the browser and used by a program', async ({ page, acme, signIn, api, world }) => {
      const { publicJwk, privateJwk, key } = await keyPair()
      await signIn('mia')
      await page.goto(newTokenPath(acme))
      await fillTokenForm(page, { type: 'client_credentials', name: 'signer' })
      await page.getByText('More', { exact: true }).click()
      await page.getByRole('radio', { name: 'With its own key' }).check()
      await page.getByLabel('Refresh tokens').selectOption('off')
      await page.getByLabel('Public key').fill(privateJwk)
      await makeButton(page).click()

      await expect(page.getByText('This is the private key.', { exact: false }).first()).toBeVisible()
      await expect(page.getByRole('radio', { name: 'With its own key' })).toBeChecked()
      expect(await page.content()).not.toContain(JSON.parse(privateJwk)['d'])
      await page.getByLabel('Public key').fill('{"kty":"EC"}')
      await makeButton(page).click()
      await expect(page.getByText('Use a key of the curve P-256', { exact: false }).first()).toBeVisible()
      await expect(page.getByLabel('Public key')).toHaveValue('{"kty":"EC"}')
      await expect(page.getByLabel('Refresh tokens')).toHaveValue('off')
      if (scripts) await expectAccessible(page)

      await page.getByLabel('Public key').fill(publicJwk)
      await makeButton(page).click()
      await expect(page.getByText('There is no secret to copy', { exact: false })).toBeVisible()
      if (scripts) await expectAccessible(page)
      const clientId = await page.locator('#client-id').innerText()
      const answer = await exchange(world.portal.url, clientId, key)
      expect(answer).not.toHaveProperty('refresh_token')
      expect((await api.validate(asBearer(answer.access_token))).body).toMatchObject({ token: { name: 'signer' } })
      if (scripts) await expect(page.getByText('First used just now')).toBeVisible()

      await page.getByRole('link', { name: 'Open the token' }).click()
      await expect(page.getByText('By its own key (private_key_jwt)')).toBeVisible()
      await expect(page.getByText('Never: it exchanges again')).toBeVisible()
      await expect(alerts(page)).toHaveCount(0)
    })
  })

test('other keys are registered by rotating, and both work meanwhile', async ({
  page,
  acme,
  signIn,
  world,
  issueToken,
}) => {
  const [former, next] = [await keyPair(), await keyPair()]
  const { id } = await issueToken({ type: 'client_credentials', name: 'signer', publicJwks: former.publicJwk })
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens/${id}/rotate`)
  await page.getByLabel('Public key').fill(next.publicJwk)
  await page.getByRole('button', { name: 'Rotate' }).click()
  await expect(page.getByText('There is no secret to copy', { exact: false })).toBeVisible()
  for (const { key } of [former, next]) expect(await exchange(world.portal.url, id, key)).toBeDefined()
})

test('what only clients choose is changed by editing', async ({ page, acme, signIn, issueToken }) => {
  const { id } = await issueToken({ type: 'client_credentials', name: 'service' })
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens/${id}/edit`)
  await page.getByLabel('Refresh tokens').selectOption('off')
  await page.getByLabel('Bind tokens to a key (DPoP)').check()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Never: it exchanges again')).toBeVisible()
  await expect(page.getByText('To a key of the client (DPoP)')).toBeVisible()
})
