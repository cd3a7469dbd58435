import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const lockfile = z
  .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')))

// Security releases of 2026.
const FLOORS = { next: '16.4.1', 'next-auth': '4.24.15', 'drizzle-orm': '0.45.2', sharp: '0.35.5' }

const isAtLeast = (version: string, floor: string): boolean => {
  const [have, need] = [version, floor].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)))
  const at = need?.findIndex((part, index) => part !== have?.[index]) ?? -1
  return at === -1 || (have?.[at] ?? 0) > (need?.[at] ?? 0)
}

const versionsOf = (name: string) =>
  Object.entries(lockfile.packages).flatMap(([path, { version }]) =>
    path.endsWith(`node_modules/${name}`) && version !== undefined ? [version] : [],
  )

test('versions are compared part by part', () => {
  expect(isAtLeast('16.4.1', '16.4.1')).toBe(true)
  expect(isAtLeast('16.10.0', '16.4.1')).toBe(true)
  expect(isAtLeast('16.4.0', '16.4.1')).toBe(false)
  expect(isAtLeast('15.9.9', '16.4.1')).toBe(false)
})

test.each(Object.entries(FLOORS))('every %s in the lockfile is %s or newer', (name, floor) => {
  expect(versionsOf(name).filter((version) => !isAtLeast(version, floor))).toEqual([])
})

test('our own jose is 6.2 or newer; next-auth brings an older one for its cookies', () => {
  expect(isAtLeast(lockfile.packages['node_modules/jose']?.version ?? '0', '6.2')).toBe(true)
})

test('the named packages are installed, and none says where it was downloaded', () => {
  for (const name of ['next', 'next-auth', 'drizzle-orm']) expect(versionsOf(name)).not.toEqual([])
  expect(Object.entries(lockfile.packages).filter(([, entry]) => 'resolved' in entry)).toEqual([])
})

const tsconfig = z
  .object({ compilerOptions: z.looseObject({ allowJs: z.boolean() }), include: z.array(z.string()) })
  .parse(JSON.parse(readFileSync('tsconfig.json', 'utf8')))

test('tsconfig.json holds what Next would write into it, so that a build changes no file', () => {
  expect(tsconfig.compilerOptions.allowJs).toBe(true)
  expect(tsconfig.include).toEqual(expect.arrayContaining(['.next/types/**/*.ts', '.next/dev/types/**/*.ts']))
})

test('whichever way it is started, Node is given the same', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')))
  const flags = ['start', 'dev', 'demo'].map(
    (name) => / node_modules\/\.bin\/node (.*) server\/serve\.ts/.exec(scripts[name] ?? '')?.[1],
  )
  expect(flags).toEqual(Array.from({ length: 3 }, () => '--max-semi-space-size=32'))
})
