import { expect, test } from '#e2e/test.ts'
import type { Account } from '#e2e/world/portal-verbs.ts'

const UNKNOWN = '00000000-0000-4000-8000-000000000000'

/** The pages of an account, of which a stranger learns nothing. */
const pagesOf = ({ slug, people }: Account, tokenId: string): readonly string[] => {
  const tokens = `/a/${slug}/tokens`
  const members = `/a/${slug}/members`
  return [
    tokens,
    `${tokens}/account`,
    `${tokens}/new`,
    ...['', '/edit', '/pause', '/rotate', '/rotation/finish', '/revoke', '/last-use'].map(
      (page) => `${tokens}/${tokenId}${page}`,
    ),
    members,
    `${members}/new`,
    `${members}/${people.mia.userId}`,
    `${members}/${people.mia.userId}/remove`,
  ]
}

type Route = { readonly method: string; readonly path: string; readonly data?: unknown }

const routesOf = (tenantId: string, tokenId: string): readonly Route[] => {
  const tokens = `/api/v1/tenants/${tenantId}/tokens`
  const issue = { context: 'user', type: 'access_token', name: 'x', grant: { mode: 'owner' }, expiresInSeconds: 3600 }
  return [
    { method: 'GET', path: tokens },
    { method: 'POST', path: tokens, data: issue },
    { method: 'GET', path: `${tokens}/${tokenId}` },
    { method: 'PATCH', path: `${tokens}/${tokenId}`, data: { name: 'stolen' } },
    { method: 'DELETE', path: `${tokens}/${tokenId}` },
    { method: 'POST', path: `${tokens}/${tokenId}/rotate`, data: {} },
    { method: 'POST', path: `${tokens}/${tokenId}/rotation/finish`, data: {} },
    { method: 'POST', path: `${tokens}/${tokenId}/rotation/extend`, data: { overlapSeconds: 60 } },
    { method: 'POST', path: `${tokens}/${tokenId}/rotation/cancel`, data: {} },
    { method: 'POST', path: `${tokens}/${tokenId}/pause`, data: {} },
    { method: 'POST', path: `${tokens}/${tokenId}/resume`, data: {} },
  ]
}

test.describe('another account', () => {
  let globex: Account
  test.beforeEach(async ({ world, acme, signIn, tag }) => {
    globex = await world.portal.ask('makeAccount', `Globex ${tag}`, `globex.${tag}`)
    await signIn('olga')
    expect(acme.slug).not.toBe(globex.slug)
  })

  test('is not there: each page answers as one that nobody has', async ({ page, world, issueToken, acme }) => {
    const theirs = await world.portal.ask('issueToken', globex.people.olga.userId, globex.id, {
      context: 'tenant',
      type: 'access_token',
      name: 'theirs',
      grant: { mode: 'permissions', permissions: ['projects:read'] },
      expiry: { kind: 'never' },
    })
    const nobodys: Account = { ...globex, slug: 'nobody-has-this' }
    const pagesHere = pagesOf(globex, theirs.id)
    const pagesNowhere = pagesOf(nobodys, theirs.id)
    const text = async (path: string) => {
      const response = await page.request.get(path, { maxRedirects: 0 })
      expect(response.status(), path).toBe(404)
      const html = (await response.text()).replaceAll(/nonce="[^"]*"/g, '')
      expect(html, path).not.toContain('theirs')
      expect(html, path).not.toContain('Globex')
      return html.length
    }
    for (const [index, path] of pagesHere.entries()) {
      const difference = Math.abs((await text(path)) - (await text(pagesNowhere[index] ?? '')))
      // The address itself stands in the page; nothing else may differ.
      expect(difference, path).toBeLessThan(200)
    }
    // Their token under one's own account, and one's own under theirs.
    const ours = await issueToken({}, 'olga')
    for (const page of ['', '/edit', '/rotate', '/pause', '/revoke']) {
      await text(`/a/${acme.slug}/tokens/${theirs.id}${page}`)
      await text(`/a/${globex.slug}/tokens/${ours.id}${page}`)
      await text(`/a/${acme.slug}/tokens/${UNKNOWN}${page}`)
    }
  })

  test('is not there: each management route answers the same body', async ({ page, world, acme, issueToken }) => {
    const theirs = await world.portal.ask('issueToken', globex.people.olga.userId, globex.id, {
      context: 'tenant',
      type: 'client_credentials',
      name: 'theirs',
      grant: { mode: 'permissions', permissions: ['projects:read'] },
      expiry: { kind: 'never' },
    })
    const ask = async ({ method, path, data }: Route) => {
      const headers = { Origin: world.portal.url }
      const response = await page.request.fetch(path, { method, headers, ...(data === undefined ? {} : { data }) })
      const body: unknown = await response.json().catch(() => undefined)
      const known = typeof body === 'object' ? { ...body, instance: undefined, requestId: undefined } : body
      return { status: response.status(), body: known }
    }
    const nowhere = routesOf(UNKNOWN, UNKNOWN)
    const missing = { status: 404, body: expect.objectContaining({ status: 404 }) as unknown }
    for (const [tenantId, tokenId] of [
      [globex.id, theirs.id],
      [globex.id, UNKNOWN],
      [globex.slug, theirs.id],
    ] as const)
      for (const [index, route] of routesOf(tenantId, tokenId).entries()) {
        const here = await ask(route)
        expect(here, `${route.method} ${route.path}`).toEqual(missing)
        expect(here).toEqual(await ask(nowhere[index] ?? route))
      }
    for (const route of routesOf(acme.id, theirs.id).filter(({ path }) => path.includes(theirs.id)))
      expect(await ask(route), `${route.method} ${route.path}`).toEqual(missing)
    const mine = await issueToken({}, 'mia')
    expect((await ask({ method: 'GET', path: `/api/v1/tenants/${acme.id}/tokens/${mine.id}` })).status).toBe(200)
  })

  test('is a link in the header for who belongs to both, and the address alone says which is shown', async ({
    page,
    world,
    acme,
    context,
  }) => {
    await world.portal.ask('join', globex, acme.people.olga.email, 'read_only')
    const other = await context.newPage()
    await page.goto(`/a/${acme.slug}/tokens`)
    await other.goto(`/a/${globex.slug}/tokens`)
    await page.getByLabel(/^Account: Acme/).click()
    await expect(page.getByRole('link', { name: globex.name })).toBeVisible()
    await page.reload()
    await expect(page.getByText(`Yours, in ${acme.name}.`)).toBeVisible()
    await expect(other.getByText(`Yours, in ${globex.name}.`)).toBeVisible()
    // Olga owns Acme and only reads in Globex.
    await expect(page.getByRole('link', { name: 'Account', exact: true })).toBeVisible()
    await expect(other.getByRole('link', { name: 'Account', exact: true })).toHaveCount(0)
  })
})

test('without a session every page leads to the sign-in, and every route says so', async ({
  page,
  acme,
  issueToken,
  world,
}) => {
  const { id } = await issueToken()
  for (const path of ['/', '/profile', '/confirm', ...pagesOf(acme, id).filter((one) => !one.endsWith('last-use'))]) {
    const response = await page.request.get(path, { maxRedirects: 0 })
    expect([302, 303, 307, 308], path).toContain(response.status())
    expect(response.headers()['location'], path).toMatch(/\/sign-in/)
  }
  for (const { method, path, data } of routesOf(acme.id, id)) {
    const response = await page.request.fetch(path, {
      method,
      headers: { Origin: world.portal.url },
      ...(data === undefined ? {} : { data }),
    })
    expect(response.status(), `${method} ${path}`).toBe(401)
  }
})

test('a member sees no page of what their role does not hold', async ({
  page,
  acme,
  signIn,
  issueToken,
  expectConsoleErrors,
}) => {
  expectConsoleErrors(/status of 40[34]/)
  const ours = await issueToken({ context: 'tenant' })
  const hers = await issueToken({}, 'olga')
  await signIn('mia')
  await page.goto(`/a/${acme.slug}/tokens`)
  await expect(page.getByRole('link', { name: 'Account', exact: true })).toHaveCount(0)
  expect((await page.goto(`/a/${acme.slug}/tokens/account`))?.status()).toBe(403)
  for (const id of [ours.id, hers.id]) expect((await page.goto(`/a/${acme.slug}/tokens/${id}`))?.status()).toBe(404)
  expect((await page.goto(`/a/${acme.slug}/members/new`))?.status()).toBe(403)
  await page.goto(`/a/${acme.slug}/tokens/new?context=tenant`)
  await expect(page.getByRole('radio', { name: /\(account\)$/ })).toHaveCount(0)
})

test('a route that changes something refuses other sites and other bodies', async ({ page, acme, signIn, world }) => {
  await signIn('mia')
  const path = `/api/v1/tenants/${acme.id}/tokens`
  const data = { context: 'user', type: 'access_token', name: 'x', grant: { mode: 'owner' } }
  const status = async (headers: Record<string, string>) => (await page.request.post(path, { headers, data })).status()
  expect(await status({ Origin: 'https://elsewhere.example' })).toBe(403)
  expect(await status({})).toBe(403)
  expect(await status({ Origin: world.portal.url, 'Content-Type': 'text/plain' })).toBe(415)
})
