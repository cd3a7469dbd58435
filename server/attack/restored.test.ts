import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import { given } from '#server/attack/race-world.fixture.ts'
import { type Deployment, deploy } from '#server/attack/restored.fixture.ts'

const PATIENCE_MS = 180_000
const LOOK_MS = 50

let deployment: Deployment
beforeEach(async () => {
  deployment = await deploy()
}, PATIENCE_MS)
afterEach(() => deployment.remove())

const RESTORED = { status: 503, json: { code: 'store.restored' } }
const REVOKED = { status: 401, json: { code: 'token.revoked' } }

const until = async (ask: () => Promise<Answer>, isSo: (answer: Answer) => boolean): Promise<Answer> => {
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    await delay(LOOK_MS)
  }
}

describe('a restored database', { timeout: PATIENCE_MS }, () => {
  it('is answered for again once the log is replayed: what was revoked stays revoked, the rest lives', async () => {
    const { owner } = deployment
    const [kept, lost] = [await deployment.issue(), await deployment.issue()]
    const client = await deployment.client()
    const first = given(await client.exchange(deployment.server()))
    deployment.backUp()
    expect((await deployment.revoke(lost.id)).status).toBe(200)
    const late = await deployment.issue()
    const lateBearer = given(await client.exchange(deployment.server())).bearer

    const server = await deployment.restore()
    for (const text of [kept.text, lost.text, late.text]) expect(await server.validate(text)).toMatchObject(RESTORED)
    expect(await client.exchange(server)).toMatchObject({ status: 503, json: { error: 'temporarily_unavailable' } })
    expect(await client.refresh(server, first.refresh)).toMatchObject({ status: 503 })
    expect(await server.introspect({ token: first.bearer, ...client.identity })).toMatchObject({ status: 503 })
    expect(await server.revoke({ token: first.refresh, ...client.identity })).toMatchObject({ status: 503 })
    expect(await server.manage(owner.cookie, 'DELETE', client.path)).toMatchObject(RESTORED)

    const shown = await deployment.command('restore', 'show')
    expect(shown.said).toContain('the database lacks changes that its witness has seen')
    expect(shown.said).toContain('1  tokens that were revoked')
    expect(await deployment.command('restore', 'accept')).toMatchObject({ code: 2 })
    expect(await deployment.command('restore', 'accept', '--replay')).toMatchObject({
      code: 0,
      said: 'Accepted. 1 token ended, and so did every refresh token and every session.',
    })

    expect(
      await until(
        () => server.validate(kept.text),
        ({ status }) => status !== 503,
      ),
    ).toMatchObject({ status: 200 })
    expect(await server.validate(lost.text)).toMatchObject(REVOKED)
    expect(await server.validate(late.text)).toMatchObject({ status: 401, json: { code: 'credential.invalid' } })
    expect(await client.refresh(server, first.refresh)).toMatchObject({ status: 400 })
    expect(await client.exchange(server)).toMatchObject({ status: 200 })
    // Nobody revoked what it came of, and it says so itself for minutes only.
    expect(await server.validate(lateBearer, 'authorization')).toMatchObject({ status: 200 })
    expect(await server.manage(owner.cookie, 'DELETE', client.path)).toMatchObject({ status: 401 })
    expect(await deployment.audited('environment.restored')).toMatchObject([
      { details: '{"choice":"replay","missing":1}' },
    ])
    expect(await deployment.audited('token.revoked')).toMatchObject([
      { targetId: lost.id, details: '{"reason":"restored"}' },
    ])
    expect(await deployment.command('restore', 'accept', '--as-is')).toMatchObject({ code: 2 })
  })

  it('stays refused by any start, and lets all tokens be revoked, or itself be taken as it is', async () => {
    const token = await deployment.issue()
    deployment.backUp()
    await deployment.revoke(token.id)
    expect(await (await deployment.restore()).validate(token.text)).toMatchObject(RESTORED)
    expect(await (await deployment.restore()).validate(token.text)).toMatchObject(RESTORED)
    expect((await deployment.command('restore', 'accept', '--as-is')).code).toBe(0)
    const isOpen = ({ status }: Answer) => status !== 503
    expect(await until(() => deployment.server().validate(token.text), isOpen)).toMatchObject({ status: 200 })

    // The same copy once more: it lacks what it lacked, and the life that began.
    expect(await (await deployment.restore()).validate(token.text)).toMatchObject(RESTORED)
    expect((await deployment.command('restore', 'accept', '--revoke-all')).code).toBe(0)
    expect(await until(() => deployment.server().validate(token.text), isOpen)).toMatchObject(REVOKED)
    // What is done from then on counts in the life that began: nothing is missing at the next start.
    await deployment.kill()
    expect(await (await deployment.start()).validate(token.text)).toMatchObject(REVOKED)
  })

  it('is found out under a running server, when another file takes its place', async () => {
    const token = await deployment.issue()
    deployment.backUp()
    await deployment.revoke(token.id)
    expect(await deployment.server().validate(token.text)).toMatchObject(REVOKED)
    rmSync(deployment.file)
    deployment.putBack()
    const ask = () => deployment.server().validate(token.text)
    expect(await until(ask, ({ status }) => status === 503)).toMatchObject(RESTORED)
    await deployment.kill()
    expect(await (await deployment.start()).validate(token.text)).toMatchObject(RESTORED)
  })
})

describe('a database without its witness', { timeout: PATIENCE_MS }, () => {
  it('is refused, and cannot be replayed', async () => {
    const token = await deployment.issue()
    await deployment.kill()
    rmSync(deployment.witness, { recursive: true })
    const server = await deployment.start()
    expect(await server.validate(token.text)).toMatchObject(RESTORED)
    const { said } = await deployment.command('restore', 'show')
    expect(said).toContain('the witness of this database is missing')
    expect(await deployment.command('restore', 'accept', '--replay')).toMatchObject({ code: 2 })
    expect((await deployment.command('restore', 'accept', '--as-is')).code).toBe(0)
    expect(
      await until(
        () => server.validate(token.text),
        ({ status }) => status !== 503,
      ),
    ).toMatchObject({ status: 200 })
  })

  it('acknowledges no revocation, and makes none, while the witness cannot be written', async () => {
    const token = await deployment.issue()
    rmSync(deployment.witness, { recursive: true })
    writeFileSync(deployment.witness, 'a file where a folder should be')
    expect(await deployment.revoke(token.id)).toMatchObject({ status: 503 })
    expect(await deployment.audited('token.revoked')).toEqual([])
  })
})
