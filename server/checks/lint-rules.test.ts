import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { LIB_LAYERS } from '#server/checks/lib-layers.ts'
import { MUST_FAIL, MUST_PASS } from '#server/checks/lint-cases.ts'

// A linter that sees nothing passes; so its real configuration is put over files that must fail.
const rooms: string[] = []

const room = async (files: readonly (readonly [path: string, code: string, ...unknown[]])[]): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'latchkey-lint-'))
  rooms.push(root)
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) await copyFile(name, join(root, name))
  await writeFile(join(root, '.gitignore'), 'node_modules\n')
  await symlink(resolve('node_modules'), join(root, 'node_modules'))
  for (const [path, code] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), code)
  }
  return root
}

type Report = { readonly diagnostics: readonly { readonly code: string; readonly filename: string }[] }

/** The rules that spoke, file by file. */
const lint = async (root: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const out = await new Promise<string>((done, fail) => {
    const args = [resolve('node_modules/.bin/oxlint'), '--format=json', '--ignore-pattern=node_modules']
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      stdout.startsWith('{') ? done(stdout) : fail(error ?? new Error(stderr)),
    )
  })
  const report = JSON.parse(out) as Report
  const found = new Map<string, Set<string>>()
  for (const { code, filename } of report.diagnostics) found.set(filename, (found.get(filename) ?? new Set()).add(code))
  return found
}

afterAll(async () => {
  for (const root of rooms) await rm(root, { recursive: true, force: true })
})

const FOLDERS = LIB_LAYERS.flat()

const layerOf = (folder: string) => LIB_LAYERS.findIndex((layer) => layer.includes(folder))

const mayUse = (importer: string, imported: string): boolean =>
  importer === imported ||
  layerOf(imported) < layerOf(importer) ||
  (importer === 'config' && ['errors', 'time'].includes(imported))

describe('the order in lib', async () => {
  const pairs = FOLDERS.flatMap((importer) => FOLDERS.map((imported) => [importer, imported] as const))
  const pathOf = (importer: string, imported: string) => `lib/${importer}/uses-${imported}.ts`
  const codeOf = (imported: string) => `import { x } from '#lib/${imported}/x.ts'\n\nexport const y: unknown = x\n`
  const found = await lint(await room(pairs.map(([a, b]) => [pathOf(a, b), codeOf(b)])))

  test.each(FOLDERS)('%s imports what stands below it and nothing else', (importer) => {
    const refused = FOLDERS.filter((imported) => found.has(pathOf(importer, imported)))
    expect(refused).toEqual(FOLDERS.filter((imported) => !mayUse(importer, imported)))
  })
})

describe('every rule has a file that must fail', async () => {
  const found = await lint(await room(MUST_FAIL))

  test.each(MUST_FAIL)('%s', (path, _code, rule) => {
    expect([...(found.get(path) ?? [])]).toContain(rule)
  })
})

test('files that keep the rules pass', async () => {
  const found = await lint(await room(MUST_PASS))
  expect(Object.fromEntries([...found].map(([path, rules]) => [path, [...rules]]))).toEqual({})
})
