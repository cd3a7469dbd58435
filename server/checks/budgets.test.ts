import { describe, expect, test } from 'vitest'
import {
  codeFiles,
  functionLengths,
  median,
  parse,
  productFiles,
  type TextFile,
  testFiles,
  textFiles,
  undocumentedExports,
} from '#server/checks/source-files.ts'

// Figures that no linter counts.
const PARTS = ['app', 'components', 'lib', 'db', 'server']
const sum = (files: readonly TextFile[]) => files.reduce((total, { lines }) => total + lines, 0)

describe('sizes', () => {
  test('there is something to measure', () => {
    expect(PARTS.filter((part) => productFiles(part).length === 0)).toEqual([])
    expect(functionLengths({ path: 'a.ts', text: 'const f = () => {\n  g(() => 1)\n}\n', lines: 3 })).toEqual([3])
  })

  test.each(PARTS)('half of the files of %s have at most 80 lines', (part) => {
    expect(median(productFiles(part).map(({ lines }) => lines))).toBeLessThanOrEqual(80)
  })

  test.each(PARTS)('half of the functions of %s have at most 12 lines', (part) => {
    expect(median(productFiles(part).flatMap(functionLengths))).toBeLessThanOrEqual(12)
  })

  // Lines of tests for each line of source. The house asks for 1: raise these as tests grow, never lower them.
  test.each([
    ['lib', 1],
    ['db', 1.2],
  ])('%s has tests in proportion to its source', (part, least) => {
    expect(sum(testFiles(part)) / sum(productFiles(part))).toBeGreaterThanOrEqual(least)
  })
})

describe('promises', () => {
  test('every export of lib and db says what it promises', () => {
    expect(productFiles('lib', 'db').flatMap(undocumentedExports)).toEqual([])
  })

  test('an export without a docstring is seen', () => {
    const text = '/** Says it. */\nexport const a = 1\n\nexport const b = 2\n/** x */\nexport type C = 1\n'
    expect(undocumentedExports({ path: 'undocumented.ts', text, lines: 6 })).toEqual([
      'undocumented.ts: b',
      'undocumented.ts: C',
    ])
  })
})

describe('names', () => {
  const VAGUE = /^(utils?|helpers?|common|misc)$|(^|-)(utils?|helpers?)(-|$)/

  test('no file or folder is named for nothing in particular', () => {
    const vague = ({ path }: TextFile) => path.split('/').some((segment) => VAGUE.test(segment.replace(/\..*$/, '')))
    expect(codeFiles.filter(vague).map(({ path }) => path)).toEqual([])
  })

  test('no file only passes on what others export', () => {
    const isBarrel = (file: TextFile) => {
      const { body } = parse(file).program
      const passesOn = body.filter(
        (node) => node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source),
      )
      return passesOn.length > 0 && body.every((node) => passesOn.includes(node) || node.type === 'ImportDeclaration')
    }
    const isIndex = ({ path }: TextFile) => /(^|\/)index\.\w+$/.test(path)
    expect(codeFiles.filter((file) => isIndex(file) || isBarrel(file)).map(({ path }) => path)).toEqual([])
  })
})

describe('texts', () => {
  // In parts, so that this file does not find itself.
  const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)
  const MACHINE = new RegExp(['work', 'root', 'home'].map((name) => `(^|[^\\w.])/${name}/`).join('|'), 'm')
  const REGISTRY = new RegExp(`${'regi' + 'stry'}\\.[a-z-]+\\.[a-z]|${'npm' + 'mirror'}\\.com`)
  const found = (pattern: RegExp) => textFiles.filter(({ text }) => pattern.test(text)).map(({ path }) => path)

  test('nothing is left for later, but in the linter’s own cases', () => {
    expect(found(UNFINISHED)).toEqual(['server/checks/lint-cases.ts'])
  })

  test('no path of a machine and no host of a registry', () => {
    expect([...found(MACHINE), ...found(REGISTRY)]).toEqual([])
  })
})
