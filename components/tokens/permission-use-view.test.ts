import { expect, it } from 'vitest'
import { permissionUseView } from '#components/tokens/permission-use-view.ts'

const permission = (key: string, label: string) => ({ key, label, description: '', category: 'Projects' })
const read = permission('projects:read', 'Read projects')
const write = permission('projects:write', 'Write projects')
const remove = permission('projects:delete', 'Delete projects')
const use = (key: string, accepted: number, refused = 0) => ({ permission: key, accepted, refused, lastDay: 0 })

it('names what was asked for, most often first, and says whether the token holds it', () => {
  const permissionUse = [use('gone:read', 1), use('projects:delete', 0, 7), use('projects:read', 5, 1)]
  const effective = new Set([read.key, write.key])
  const view = permissionUseView({ permissionUse, effective }, [read, write, remove])
  expect(view.asked).toEqual([
    { ...use('projects:delete', 0, 7), label: 'Delete projects', isHeld: false },
    { ...use('projects:read', 5, 1), label: 'Read projects', isHeld: true },
    { ...use('gone:read', 1), label: 'gone:read', isHeld: false },
  ])
  expect(view.unasked).toEqual([write])
})

it('has nothing to say of a token that nobody asked anything of', () => {
  expect(permissionUseView({ permissionUse: [], effective: new Set() }, [read])).toEqual({ asked: [], unasked: [] })
})
