/** A file that breaks one rule: where it lies, what it says, and the rule that must speak up. */
export type LintCase = readonly [path: string, code: string, rule: string]

const IMPORTS = 'eslint(no-restricted-imports)'
const uses = (specifier: string) => `import { x } from '${specifier}'\n\nexport const y: unknown = x\n`
const lines = (count: number, line: string) => `${line}\n`.repeat(count)
const longFunction = (count: number) => `export const long = (add: () => void) => {\n${lines(count - 2, '  add()')}}\n`

const zone = (path: string, ...specifiers: readonly string[]): readonly LintCase[] =>
  specifiers.map((specifier, at) => [path.replace('.ts', `-${at}.ts`), uses(specifier), IMPORTS])

/** Imports that no zone may have; the order inside lib has its own test. */
const ZONES: readonly LintCase[] = [
  ...zone('lib/tokens/part.ts', '#app/x.ts', '#components/x.ts', '#db/x.ts', '#server/x.ts', '#e2e/x.ts'),
  ...zone(
    'lib/tokens/framework.ts',
    'next',
    'next/headers',
    'next-auth/jwt',
    'react',
    'react-dom/server',
    'server-only',
  ),
  ...zone('lib/tokens/driver.ts', 'drizzle-orm', 'drizzle-orm/pg-core', 'better-sqlite3', 'pg'),
  ...zone('lib/tokens/door.ts', 'hono', 'hono/cookie', '@hono/zod-openapi'),
  ...zone('lib/tokens/way.ts', '../errors/errors.ts', './../errors/errors.ts', '..'),
  ...zone('lib/api/part.ts', '#db/x.ts', 'next', 'react', 'better-sqlite3', '../errors/errors.ts'),
  ...zone('lib/portal.ts', '#db/x.ts', '#server/x.ts', 'hono', 'next', 'drizzle-orm'),
  ...zone('lib/unknown/x.ts', '#lib/errors/errors.ts', 'hono', '#db/x.ts'),
  ...zone(
    'lib/tokens/x-limits.ts',
    'zod',
    'jose',
    '#lib/tokens/issue-token.ts',
    './issue-token.ts',
    '../time/x.ts',
  ).map(([path, code, rule]): LintCase => [path.replace(/x-limits-(\d)/, 'x$1-limits'), code, rule]),
  ...zone('components/token/x.ts', '#app/x.ts', '#db/x.ts', '#server/x.ts', '#e2e/x.ts', '#lib/tokens/issue-token.ts'),
  ...zone('components/token/y.ts', 'zod', 'hono', 'drizzle-orm', 'node:crypto', 'server-only', '../ui/button.tsx'),
  ...zone('app/x.ts', '#db/x.ts', '#server/x.ts', '#e2e/x.ts', 'drizzle-orm', 'better-sqlite3', 'hono', '../lib/x.ts'),
  ['app/portal.ts', uses('drizzle-orm'), IMPORTS],
  ...zone(
    'db/x.ts',
    '#app/x.ts',
    '#components/x.ts',
    '#server/x.ts',
    '#e2e/x.ts',
    'next',
    'react',
    'hono',
    '../lib/x.ts',
  ),
  ...zone(
    'server/x.ts',
    '#app/x.ts',
    '#components/x.ts',
    '#e2e/x.ts',
    'react',
    'drizzle-orm',
    'better-sqlite3',
    'hono',
  ),
  ...zone('server/y.ts', '@hono/zod-openapi', 'server-only', '../lib/x.ts'),
  ...zone('e2e/x.ts', '#app/x.ts', '#components/x.ts', 'server-only', '../lib/x.ts'),
  ...zone('bench/x.ts', '#app/x.ts', '#components/x.ts'),
  ...zone('lib/tokens/x.test.ts', '#app/x.ts', '#components/x.ts', '../errors/errors.ts').map(
    ([path, code, rule]): LintCase => [path.replace(/x\.test-(\d)/, 'x$1.test'), code, rule],
  ),
  ['components/token/x.test.ts', uses('#db/x.ts'), IMPORTS],
  ['lib/tokens/again.ts', "export { x } from '#db/x.ts'\n", IMPORTS],
  ['lib/tokens/later.ts', "export const load = () => import('#db/x.ts')\n", IMPORTS],
]

const BANS: readonly LintCase[] = [
  ['lib/tokens/any.ts', 'export const f = (x: any): unknown => x\n', 'typescript(no-explicit-any)'],
  ['lib/tokens/bang.ts', 'export const f = (x?: string): string => x!\n', 'typescript(no-non-null-assertion)'],
  ['lib/tokens/default.ts', 'export default 1\n', 'import(no-default-export)'],
  ['components/token/default.tsx', 'export default 1\n', 'import(no-default-export)'],
  ['app/page-parts.tsx', 'export default 1\n', 'import(no-default-export)'],
  ['lib/tokens/barrel.ts', "export * from './limits-of-all.ts'\n", 'oxc(no-barrel-file)'],
  ['lib/tokens/env.ts', 'export const f = () => process.env.PORT\n', 'node(no-process-env)'],
  ['server/env.ts', 'export const f = () => process.env.PORT\n', 'node(no-process-env)'],
  ['app/env.ts', 'export const f = () => process.env.PORT\n', 'node(no-process-env)'],
  ['lib/tokens/log.ts', 'export const f = () => console.log(1)\n', 'eslint(no-console)'],
  ['lib/tokens/warn.ts', '// TODO: later\nexport const a = 1\n', 'eslint(no-warning-comments)'],
  ['lib/tokens/BadName.ts', 'export const a = 1\n', 'unicorn(filename-case)'],
  ['lib/tokens/bad_name.ts', 'export const a = 1\n', 'unicorn(filename-case)'],
  ['lib/tokens/interface.ts', 'export interface A {\n  a: 1\n}\n', 'typescript(consistent-type-definitions)'],
  ['lib/tokens/ignore.ts', '// @ts-ignore\nexport const a = 1\n', 'typescript(ban-ts-comment)'],
  ['lib/tokens/types.ts', "import { A } from './a.ts'\n\nexport type B = A\n", 'typescript(consistent-type-imports)'],
  ['lib/tokens/equal.ts', 'export const f = (a: string, b: string) => a == b\n', 'eslint(eqeqeq)'],
  ['lib/tokens/node.ts', uses('fs'), 'unicorn(prefer-node-protocol)'],
  ['lib/tokens/circle-a.ts', "import { b } from './circle-b.ts'\n\nexport const a = () => b\n", 'import(no-cycle)'],
  ['lib/tokens/circle-b.ts', "import { a } from './circle-a.ts'\n\nexport const b = () => a\n", 'import(no-cycle)'],
  [
    'components/token/html.tsx',
    'export const A = () => <i dangerouslySetInnerHTML={{ __html: "" }} />\n',
    'react(no-danger)',
  ],
  [
    'lib/tokens/only.test.ts',
    "import { test } from 'vitest'\n\ntest.only('a', () => {})\n",
    'vitest(no-focused-tests)',
  ],
  [
    'lib/tokens/skip.test.ts',
    "import { test } from 'vitest'\n\ntest.skip('a', () => {})\n",
    'vitest(no-disabled-tests)',
  ],
  [
    'lib/tokens/mock.test.ts',
    "import { vi } from 'vitest'\n\nvi.mock('#lib/x.ts')\n",
    'vitest(no-restricted-vi-methods)',
  ],
]

const PROMISE = 'const f = async (): Promise<number> => 1\n'
const TYPED: readonly LintCase[] = [
  ['lib/tokens/floating.ts', `${PROMISE}\nexport const g = () => {\n  f()\n}\n`, 'typescript(no-floating-promises)'],
  ['lib/tokens/floating.test.ts', `${PROMISE}\nf()\n`, 'typescript(no-floating-promises)'],
  ['server/misused.ts', `${PROMISE}\nexport const g = () => (f() ? 1 : 2)\n`, 'typescript(no-misused-promises)'],
  ['lib/tokens/throws.ts', "export const f = () => {\n  throw 'text'\n}\n", 'typescript(only-throw-error)'],
  [
    'lib/tokens/switch.ts',
    "export const f = (x: 'a' | 'b') => {\n  switch (x) {\n    case 'a':\n      return 1\n  }\n  return 2\n}\n",
    'typescript(switch-exhaustiveness-check)',
  ],
]

const SIZES: readonly LintCase[] = [
  ['lib/tokens/long-file.ts', lines(301, '// a line'), 'eslint(max-lines)'],
  ['lib/tokens/long-file.test.ts', lines(301, '// a line'), 'eslint(max-lines)'],
  ['lib/tokens/long-function.ts', longFunction(61), 'eslint(max-lines-per-function)'],
  ['app/long-function.ts', longFunction(61), 'eslint(max-lines-per-function)'],
  ['app/long/page.tsx', longFunction(121), 'eslint(max-lines-per-function)'],
  ['components/token/long-function.tsx', longFunction(121), 'eslint(max-lines-per-function)'],
]

/** Every rule of the house with at least one file that must fail. */
export const MUST_FAIL: readonly LintCase[] = [...ZONES, ...BANS, ...TYPED, ...SIZES]

/** Files that keep the rules, each close to one that does not. */
export const MUST_PASS: readonly (readonly [path: string, code: string])[] = [
  ['lib/tokens/good.ts', uses('#lib/errors/errors.ts')],
  ['lib/tokens/schema.ts', uses('zod')],
  ['lib/api/app.ts', uses('@hono/zod-openapi')],
  ['lib/api/routes.ts', uses('hono')],
  ['lib/config/env.ts', 'export const f = () => process.env.PORT\n'],
  ['lib/portal.ts', uses('#lib/api/app.ts')],
  [
    'lib/tokens/token-limits.ts',
    "import { x } from '#lib/policy/limits.ts'\nimport type { A } from './a.ts'\n\nexport const y: A = x\n",
  ],
  ['lib/tokens/long.test.ts', longFunction(250)],
  ['lib/tokens/store.test.ts', uses('#db/open-sqlite.ts')],
  ['components/token/types.tsx', "import type { A } from '#lib/tokens/issue-token.ts'\n\nexport type B = A\n"],
  ['components/token/snippets.test.ts', uses('node:child_process')],
  ['components/token/limits.tsx', uses('#lib/tokens/token-limits.ts')],
  ['components/token/format.tsx', uses('#lib/time/duration.ts')],
  ['components/token/long.tsx', longFunction(120)],
  ['app/portal.ts', uses('#server/adapters/clock.ts')],
  ['app/a/page.tsx', 'export default 1\n'],
  ['app/a/actions.ts', uses('#app/portal.ts')],
  ['app/guard.ts', "import 'server-only'\n\nexport const a = 1\n"],
  ['db/store.ts', uses('drizzle-orm')],
  ['db/contract/store.test.ts', uses('#lib/tokens/token-store.ts')],
  ['server/serve.ts', "import { x } from '@hono/node-server'\n\nconsole.log(x)\n"],
  ['e2e/fixtures.ts', uses('#server/serve.ts')],
  ['some.config.ts', 'export default 1\n'],
]
