import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VARIABLES } from '#lib/config/variables.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const DECISIONS = 'docs/decisions'
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
]
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

const targetsIn = (text: string): readonly string[] => {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset)="([^"]+)"/g)]
  return links.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target))
}
// As GitHub makes them: lower case, spaces to hyphens, the rest of the punctuation gone.
const anchorsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const isThere = (page: string, target: string): boolean => {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(ROOT, file))) return false
  return anchor === undefined || anchorsIn(textOf(file)).includes(anchor)
}

describe('the documentation', () => {
  it.each(PAGES)('%s links only to what is there', (page) => {
    expect(targetsIn(textOf(page)).filter((target) => !isThere(page, target))).toEqual([])
  })

  it('lists every decision, with the title it has', () => {
    const list = textOf(`${DECISIONS}/README.md`)
    const records = readdirSync(join(ROOT, DECISIONS)).filter((name) => name !== 'README.md')
    expect(records.length).toBeGreaterThan(9)
    for (const name of records) {
      const [, title = ''] = /^# (.+)\n/.exec(textOf(`${DECISIONS}/${name}`)) ?? []
      expect(list).toContain(`- [${name.slice(0, 4)}](${name}) ${title}\n`)
    }
    const numbers = records.map((name) => name.slice(0, 4))
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('explains every variable in the README, and none that nobody reads', () => {
    const [, table = ''] = /\| variable \|.*\n((?:\|.*\n)+)/.exec(textOf('README.md')) ?? []
    const explained = table
      .split('\n')
      .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)])
      .map(([, name = '']) => name)
    expect(explained.toSorted()).toEqual(
      Object.values(VARIABLES)
        .map(({ name }) => name)
        .toSorted(),
    )
  })
})
