import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { Visitor } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { LIB_LAYERS } from '#server/checks/lib-layers.ts'
import {
  codeFiles,
  dynamicImportsOf,
  importsOf,
  isTest,
  parse,
  productFiles,
  type TextFile,
} from '#server/checks/source-files.ts'

// What the linter cannot say about the house.
const CLOCKS = new Set(['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'crypto.getRandomValues'])
const OWN_CHANCE = new Set([
  // The port's own adapter.
  'lib/keys/randomness.ts',
  // A nonce that a test could repeat would break the cipher.
  'lib/keys/secret-ring.ts',
  // A password nobody has, compared with so that an unknown person takes as long.
  'lib/sign-in/verify-password.ts',
  // Names a request that came past the edge; nothing depends on it.
  'lib/api/request-origin.ts',
])
const DICE = /^(random|getRandomValues|webcrypto)/

/** Places where a file asks the machine for the time or for chance, instead of a port. */
const impurities = (file: TextFile): readonly string[] => {
  const found: string[] = []
  new Visitor({
    NewExpression: ({ callee, arguments: given }) =>
      void (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0 && found.push('new Date()')),
    MemberExpression: ({ object, property }) => {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return
      const name = `${object.name}.${property.name}`
      if (CLOCKS.has(name)) found.push(name)
    },
    ImportDeclaration: ({ source, specifiers }) => {
      if (!/^node:(crypto|process)$/.test(source.value)) return
      for (const { local } of specifiers)
        if (DICE.test(local.name) || source.value === 'node:process') found.push(local.name)
    },
  }).visit(parse(file).program)
  return found.map((name) => `${file.path}: ${name}`)
}

const resolved = (from: string, specifier: string): string | undefined => {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined
}

const byPath = new Map(codeFiles.map((file) => [file.path, file]))

/** Packages that a file brings with it into a bundle, each with the way that led there. */
const packagesReached = (start: TextFile): ReadonlyMap<string, string> => {
  const packages = new Map<string, string>()
  const seen = new Set<string>()
  const visit = (file: TextFile, way: string) => {
    if (seen.has(file.path)) return
    seen.add(file.path)
    for (const { from } of importsOf(file).filter(({ typeOnly }) => !typeOnly)) {
      const next = byPath.get(resolved(file.path, from) ?? '')
      if (next !== undefined) visit(next, `${way} > ${next.path}`)
      else if (!from.startsWith('#') && !from.startsWith('.')) packages.set(from, way)
    }
  }
  visit(start, start.path)
  return packages
}

describe('lib', () => {
  test('every folder has its place in the order', () => {
    const folders = productFiles('lib').flatMap(({ path }) => path.match(/^lib\/([^/]+)\//)?.[1] ?? [])
    expect([...new Set(folders)].filter((folder) => !LIB_LAYERS.flat().includes(folder))).toEqual([])
  })

  test('time, ids and chance come through ports', () => {
    const text = "import { randomBytes } from 'node:crypto'\nexport const a = [new Date(), Date.now(), randomBytes]\n"
    expect(impurities({ path: 'impure.ts', text, lines: 2 })).toEqual([
      'impure.ts: randomBytes',
      'impure.ts: new Date()',
      'impure.ts: Date.now',
    ])
    expect(
      productFiles('lib')
        .filter(({ path }) => !OWN_CHANCE.has(path))
        .flatMap(impurities),
    ).toEqual([])
  })

  test('what is imported later is named, so that the linter sees it', () => {
    const computed = (file: TextFile) => dynamicImportsOf(file).filter((specifier) => !/^['"]/.test(specifier))
    expect(productFiles('lib', 'components', 'db').flatMap(computed)).toEqual([])
  })
})

describe('the browser', () => {
  test('components bring no zod, driver or Node module with them', () => {
    const heavy = /^(node:|zod|jose|drizzle-orm|better-sqlite3|pg$|@hono|hono|nodemailer|server-only|@node-rs)/
    const ways = productFiles('components').flatMap((file) =>
      [...packagesReached(file)].filter(([name]) => heavy.test(name)).map(([name, way]) => `${way} > ${name}`),
    )
    expect(ways).toEqual([])
  })
})

describe('imports', () => {
  test('every path that is imported exists', () => {
    const missing = codeFiles.flatMap((file) =>
      importsOf(file).flatMap(({ from }) => {
        const path = resolved(file.path, from)
        return path !== undefined && !existsSync(path) ? [`${file.path}: ${from}`] : []
      }),
    )
    expect(missing).toEqual([])
  })

  test('the product knows no tests', () => {
    const known = codeFiles
      .filter((file) => !isTest(file) && !/\.config\.(ts|mjs)$/.test(file.path))
      .flatMap((file) => importsOf(file).map(({ from }) => [file.path, resolved(file.path, from)] as const))
      .filter(([, path]) => {
        const imported = byPath.get(path ?? '')
        return imported !== undefined && isTest(imported)
      })
    expect(known).toEqual([])
  })
})
