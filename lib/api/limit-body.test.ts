import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { limitBody } from '#lib/api/limit-body.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

const app = new Hono()
app.post('/', limitBody, async (context) => context.text(String((await context.req.text()).length)))
app.onError((thrown, context) => context.text(isPortalError(thrown) ? thrown.code : 'another error', 400))

const post = async (length: number, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const body = 'x'.repeat(length)
  return (await app.request('/', { method: 'POST', body, headers })).text()
}
const said = (length: number) => ({ 'Content-Length': String(length) })

it.each([
  ['whose length is said', said],
  ['whose length is not said', () => ({})],
  ['in chunks, whatever length is said beside them', () => ({ ...said(1), 'Transfer-Encoding': 'chunked' })],
])('a body %s is read up to the limit, and refused beyond it', async (_, headers) => {
  const max = LIMITS.bodyBytes
  expect(await post(max, headers(max))).toBe(String(max))
  expect(await post(max + 1, headers(max + 1))).toBe('request.too_large')
})

it('no body is no body', async () => {
  expect(await (await app.request('/', { method: 'POST' })).text()).toBe('0')
})

it('a length that is no number is refused', async () => {
  expect(await post(3, { 'Content-Length': 'three' })).toBe('request.too_large')
})
