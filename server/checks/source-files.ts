import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/** A file of the repository, by its path from the root. */
export type TextFile = { readonly path: string; readonly text: string; readonly lines: number }

const NOT_OURS = new Set(['.git', '.next', '.prepare', 'node_modules', 'data', 'test-results', 'playwright-report'])
const BINARY = /\.(png|jpe?g|ico|gif|webp|woff2?|db|gz|tsbuildinfo)$/
const CODE = /\.(ts|tsx|mjs)$/
const TEST = /\.(test|fixture)\.tsx?$|^db\/contract\/|^e2e\/|^server\/(attack|checks)\//

const walk = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (NOT_OURS.has(entry.name)) return []
    return entry.isDirectory() ? walk(path) : [path]
  })

const countLines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** Every text file that is kept in the repository (or would be, once added). */
export const textFiles: readonly TextFile[] = walk('.')
  .filter((path) => !BINARY.test(path) && path !== 'next-env.d.ts')
  .map((path) => {
    const text = readFileSync(path, 'utf8')
    return { path, text, lines: countLines(text) }
  })

/** The code among them. */
export const codeFiles = textFiles.filter(({ path }) => CODE.test(path) && !path.startsWith('db/migrations/'))

/** Whether a file exists for tests alone. */
export const isTest = ({ path }: TextFile): boolean => TEST.test(path)

/** The product's own code in the named top folders. */
export const productFiles = (...folders: readonly string[]): readonly TextFile[] =>
  codeFiles.filter((file) => !isTest(file) && folders.includes(file.path.split('/')[0] ?? ''))

/** The code that tries the named top folders. */
export const testFiles = (...folders: readonly string[]): readonly TextFile[] =>
  codeFiles.filter((file) => isTest(file) && folders.includes(file.path.split('/')[0] ?? ''))

const parsed = new Map<string, ReturnType<typeof parseSync>>()

/** A file's syntax tree, comments and module record; parsed once. */
export const parse = ({ path, text }: TextFile) => {
  const known = parsed.get(path) ?? parseSync(path, text)
  parsed.set(path, known)
  return known
}

type Span = { readonly start: number; readonly end: number }

/** How many lines each function with a name of its own covers; inline callbacks belong to their owner. */
export const functionLengths = (file: TextFile): readonly number[] => {
  const spans: Span[] = []
  const isFunction = (node: { readonly type: string } | null | undefined) =>
    node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression'
  new Visitor({
    FunctionDeclaration: (node) => void spans.push(node),
    VariableDeclarator: ({ init }) => void (isFunction(init) && init && spans.push(init)),
    MethodDefinition: ({ value }) => void spans.push(value),
    Property: ({ value }) => void (isFunction(value) && spans.push(value)),
  }).visit(parse(file).program)
  return spans.map(({ start, end }) => file.text.slice(start, end).split('\n').length)
}

/** Exported names of a file that stand there without a docstring. */
export const undocumentedExports = (file: TextFile): readonly string[] => {
  const { comments, module, program } = parse(file)
  const documented = ({ start }: Span) =>
    comments.some(
      ({ type, value, end }) =>
        type === 'Block' && /^\*\s*\S+\s+\S/.test(value) && /^\s*$/.test(file.text.slice(end, start)),
    )
  return program.body
    .filter((node) => node.type === 'ExportNamedDeclaration' && node.source === null && !documented(node))
    .flatMap((node) =>
      module.staticExports
        .filter(({ start }) => start === node.start)
        .flatMap(({ entries }) => entries.map(({ exportName }) => `${file.path}: ${exportName.name ?? 'default'}`)),
    )
}

type Import = { readonly from: string; readonly typeOnly: boolean }

/** What a file imports or passes on, and whether only types of it. */
export const importsOf = (file: TextFile): readonly Import[] => {
  const { module } = parse(file)
  const imports = module.staticImports.map(({ moduleRequest, entries }) => ({
    from: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
  }))
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest === null ? [] : [{ from: moduleRequest.value, typeOnly: isType }],
    ),
  )
  return [...imports, ...passedOn]
}

/** The specifiers of a file's `import()`, as written. */
export const dynamicImportsOf = (file: TextFile): readonly string[] =>
  parse(file).module.dynamicImports.map(({ moduleRequest: { start, end } }) => file.text.slice(start, end))

/** The middle of the numbers; the lower one of an even count. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0
