import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'

let world: ApiWorld
let path: string
beforeAll(async () => {
  world = await apiWorld()
  const now = world.clock.now()
  const person = { userId: 'mia', name: 'Mia', email: 'mia@example.com', sessionId: 's', signedInAt: now }
  const trace = { requestId: 'r', address: undefined }
  const { url } = await world.ports.notices.makeCalendar({ person, trace })
  path = url.slice(ORIGIN_HERE.length)
})
afterAll(() => world.remove())

describe('GET /calendar/{secret}.ics', () => {
  it('200: a calendar that no shared cache keeps and no page links away from', async () => {
    const answer = await world.send(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(await answer.text()).toMatch(/^BEGIN:VCALENDAR\r\n/)
  })

  it('404: one answer for every address that is not a calendar’s', async () => {
    const wrong = `${path.slice(0, -5)}${path.at(-5) === 'a' ? 'b' : 'a'}.ics`
    const paths = [
      wrong,
      path.slice(0, -4),
      '/calendar/lkc_.ics',
      '/calendar/x.ics',
      '/calendar/.ics',
      '/calendar/%FF.ics',
    ]
    for (const other of paths) {
      const answer = await world.send(other)
      expect(`${answer.status} ${other}`).toBe(`404 ${other}`)
      const text = await answer.text()
      expect(JSON.parse(text)).toMatchObject({ code: 'resource.not_found' })
      expect(text).not.toContain('lkc_')
    }
  })

  it('405: it is read and nothing else', async () => {
    const answer = await world.send(path, { method: 'POST' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET')
  })

  it('is logged nowhere, and in no document', async () => {
    expect(world.logged.join()).not.toContain('lkc_')
    const document = await (await world.send('/api/v1/openapi.json')).text()
    expect(document).not.toContain('calendar')
  })
})
