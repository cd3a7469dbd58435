import { expect, test } from '#e2e/test.ts'

test.describe('each page', () => {
  const check = (headers: Readonly<Record<string, string>>) => {
    const policy = Object.fromEntries(
      (headers['content-security-policy'] ?? '').split(';').map((directive) => {
        const [name = '', ...values] = directive.trim().split(/\s+/)
        return [name, values]
      }),
    )
    const scripts = policy['script-src'] ?? policy['default-src'] ?? ["'unsafe-inline'"]
    expect(scripts).not.toContain("'unsafe-inline'")
    expect(scripts).not.toContain("'unsafe-eval'")
    expect(scripts).not.toContain('*')
    expect(scripts.some((source) => source.startsWith("'nonce-"))).toBe(true)
    expect(policy['frame-ancestors']).toEqual(["'none'"])
    expect(policy['object-src'] ?? policy['default-src']).toEqual(["'none'"])
    expect(policy['base-uri']).toEqual(["'none'"])
    expect(policy['form-action']).toBeDefined()
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('same-origin')
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['cache-control']).toMatch(/no-store/)
  }

  test('is guarded by its headers, with a nonce of its own', async ({ page, acme, signIn, issueToken }) => {
    const { id } = await issueToken()
    await signIn('mia')
    const nonces: string[] = []
    for (const path of [
      '/sign-in',
      '/profile',
      `/a/${acme.slug}/tokens`,
      `/a/${acme.slug}/tokens/new`,
      `/a/${acme.slug}/tokens/${id}`,
      '/nothing/here',
    ]) {
      const response = await page.request.get(path, { maxRedirects: 0 })
      check(response.headers())
      nonces.push(/'nonce-([^']+)'/.exec(response.headers()['content-security-policy'] ?? '')?.[1] ?? '')
    }
    expect(new Set(nonces).size).toBe(nonces.length)
  })

  test('runs no script that somebody put into it', async ({ page, acme, signIn, issueToken, expectConsoleErrors }) => {
    expectConsoleErrors(/Content Security Policy/)
    await issueToken({ name: '<script>window.broken = 1</script><img src=x onerror="window.broken = 1">' })
    await signIn('mia')
    await page.goto(`/a/${acme.slug}/tokens`)
    await expect(page.getByRole('link', { name: /<script>/ })).toBeVisible()
    await page.evaluate(() => {
      const script = document.createElement('div')
      script.innerHTML = '<img src="data:," onerror="window.broken = 1">'
      document.body.append(script)
    })
    expect(await page.evaluate(() => Reflect.get(window, 'broken'))).toBeUndefined()
  })

  test('cannot be framed, and is no place to be sent on from', async ({ page, acme, signIn, world }) => {
    await signIn('mia')
    for (const next of [
      'https://elsewhere.example/',
      '//elsewhere.example',
      '/\\elsewhere.example',
      'javascript:alert(1)',
    ]) {
      const response = await page.request.get(`/sign-in?next=${encodeURIComponent(next)}`, { maxRedirects: 0 })
      const location = new URL(response.headers()['location'] ?? '/', world.portal.url)
      expect(location.origin, next).toBe(world.portal.url)
    }
    const post = await page.request.post(`/a/${acme.slug}/tokens/new`, {
      headers: { Origin: 'https://elsewhere.example' },
      form: { name: 'stolen' },
    })
    expect(post.status()).toBe(403)
  })

  test('takes no body that is larger than any of its forms', async ({ page, signIn, acme, world }) => {
    await signIn('mia')
    const response = await page.request.post(`/a/${acme.slug}/tokens/new`, {
      headers: { Origin: world.portal.url },
      form: { name: 'x'.repeat(70_000) },
    })
    expect(response.status()).toBe(413)
  })
})

// A page of refusal names no icon until its scripts run; the 404 would stand in the browser's console.
test('the icon is where browsers look for it unasked', async ({ page }) => {
  const response = await page.request.get('/favicon.ico')
  expect(response.status()).toBe(200)
  expect(response.headers()['content-type']).toMatch(/^image\//)
})
