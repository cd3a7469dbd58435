import { expect, it } from 'vitest'
import { serveHere } from '#server/served-here.fixture.ts'

it('a server is ready until its store is gone, and alive all the while', async () => {
  const served = await serveHere()
  const ask = async (path: string) => {
    const answer = await fetch(`${served.url}${path}`)
    return [answer.status, await answer.text()]
  }
  expect(await ask('/readyz')).toEqual([200, 'ok\n'])
  await served.portal.close()
  expect(await ask('/readyz')).toEqual([
    503,
    expect.stringMatching(/^not ready: the (?:change feed|store) cannot be read\n$/),
  ])
  expect(await ask('/healthz')).toEqual([200, 'ok\n'])
  await served.stop().catch(() => undefined)
})
