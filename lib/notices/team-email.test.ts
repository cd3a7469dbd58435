import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amend } from '#db/contract/amend.ts'
import { type NoticeRoom, noticeRoom } from '#db/contract/notice-room.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { changeTeamEmail, showTeamEmail } from '#lib/notices/team-email.ts'

let room: NoticeRoom
beforeEach(async () => {
  room = await noticeRoom()
})
afterEach(() => room.remove())

const change = async (by: string, teamEmail: string, slug = 'acme') =>
  changeTeamEmail(room.ports)(await room.as(by, slug), { teamEmail })
const shown = async (by: string, slug = 'acme') => showTeamEmail(room.ports)(await room.as(by, slug))

describe('the team address', () => {
  it('is set, changed and taken away by who manages tokens, each time with its record', async () => {
    expect(await change('adam', '  Tokens@Acme.example ')).toEqual({ teamEmail: 'tokens@acme.example' })
    expect(await shown('olga')).toBe('tokens@acme.example')
    await change('olga', 'ops@acme.example')
    await change('olga', '  ')
    expect(await shown('adam')).toBeUndefined()
    expect(await auditOf(room.connection, 'acme')).toEqual(Array(3).fill('tenant.team_email_changed acme'))
    const [row] = await room.connection.queries.select().from(room.connection.schema.auditEvents)
    expect(JSON.parse(row?.details ?? '')).toEqual({ teamEmail: 'tokens@acme.example', former: null })
  })

  it('is one account’s, and changes no answer about a token', async () => {
    await change('adam', 'tokens@acme.example')
    expect(await shown('gina', 'globex')).toBeUndefined()
    expect(await changesOf(room.connection)).toEqual([])
  })

  it('writes nothing when nothing changes', async () => {
    await change('adam', 'tokens@acme.example')
    await change('olga', 'tokens@acme.example')
    expect(await auditOf(room.connection, 'acme')).toHaveLength(1)
  })

  it('403: for who does not manage tokens, to see and to change', async () => {
    await expect(change('mia', 'mia@example.com')).rejects.toMatchObject({ code: 'access.denied' })
    await expect(shown('mia')).rejects.toMatchObject({ code: 'access.denied' })
    expect(await auditOf(room.connection, 'acme')).toEqual([])
  })

  it.each(['tokens', 'a@b@c.example', 'a@example.com, b@example.com', 'a@example.com\nBcc: b@example.com'])(
    '422: %j',
    async (text) => {
      await expect(change('adam', text)).rejects.toMatchObject({
        code: 'request.invalid',
        fields: { teamEmail: [expect.any(String)] },
      })
    },
  )

  it('is decided on again when rights changed meanwhile (rule 11)', async () => {
    const adam = await room.as('adam')
    const { memberRoles, tenants } = room.connection.schema
    const { teamEmail, ...store } = room.ports.teamEmailStore
    const demoting = {
      ...store,
      teamEmail: async (tenantId: string) => {
        await amend(room.connection, (tx) => tx.delete(memberRoles).returning())
        await amend(room.connection, (tx) => tx.update(tenants).set({ rightsVersion: 9 }).returning())
        return teamEmail(tenantId)
      },
    }
    const changing = changeTeamEmail({ ...room.ports, teamEmailStore: demoting })
    await expect(changing(adam, { teamEmail: 'late@acme.example' })).rejects.toMatchObject({ code: 'access.denied' })
    expect(await teamEmail('acme')).toBeUndefined()
  })
})
