import { describe, expect, it } from 'vitest'
import {
  describePermissions,
  groupPermissions,
  isReading,
  matchesSearch,
} from '#components/tokens/permission-groups.ts'

const permission = (key: string, category: string) => ({
  key,
  category,
  label: `Label of ${key}`,
  description: 'Words.',
})

const CATALOG = [
  permission('projects:read', 'Projects'),
  permission('projects:write', 'Projects'),
  permission('records:read', 'Data'),
  permission('deployments:read', 'Projects'),
  permission('projects:delete', 'Projects'),
]

describe('groupPermissions', () => {
  it('makes one row per resource and one group per category, in the order of the catalog', () => {
    const groups = groupPermissions(CATALOG)
    expect(groups.map(({ category }) => category)).toEqual(['Projects', 'Data'])
    expect(
      groups[0]?.resources.map(({ resource, actions }) => [resource, actions.map(({ action }) => action)]),
    ).toEqual([
      ['projects', ['read', 'write', 'delete']],
      ['deployments', ['read']],
    ])
    expect(groups[0]?.keys).toHaveLength(4)
  })

  it('holds every permission exactly once, also among 200', () => {
    const many = Array.from({ length: 200 }, (_, n) => permission(`r${n % 40}:a${n}`, `c${n % 7}`))
    const keys = groupPermissions(many).flatMap((group) =>
      group.resources.flatMap(({ actions }) => actions.map(({ key }) => key)),
    )
    expect(keys.toSorted()).toEqual(many.map(({ key }) => key).toSorted())
  })

  it('groups nothing into nothing', () => {
    expect(groupPermissions([])).toEqual([])
  })
})

describe('isReading', () => {
  it.each(['projects:read', 'projects:list', 'a:view'])('%s only looks', (key) => expect(isReading(key)).toBe(true))
  it.each(['projects:write', 'exports:create', 'read:write'])('%s does more', (key) =>
    expect(isReading(key)).toBe(false),
  )
})

describe('matchesSearch', () => {
  it.each(['', 'PROJECTS', 'label write', 'projects:write', 'words'])('"%s" finds projects:write', (search) =>
    expect(matchesSearch(permission('projects:write', 'Projects'), search)).toBe(true),
  )
  it.each(['read', 'projects nothing'])('"%s" does not', (search) =>
    expect(matchesSearch(permission('projects:write', 'Projects'), search)).toBe(false),
  )
})

describe('describePermissions', () => {
  it('keeps the order of the catalog and names what is gone by its key', () => {
    const found = describePermissions(CATALOG, ['gone:away', 'records:read', 'projects:read'])
    expect(found.map(({ key }) => key)).toEqual(['projects:read', 'records:read', 'gone:away'])
    expect(found[2]).toMatchObject({ label: 'gone:away', category: 'No longer offered' })
  })
})
