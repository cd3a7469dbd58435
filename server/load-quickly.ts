import {
  enableCompileCache,
  flushCompileCache,
  type ResolveFnOutput,
  type ResolveHookSync,
  registerHooks,
} from 'node:module'
import { join } from 'node:path'

const PACKAGES = '/node_modules/'
// 179 kB of package.json, which Node parses again for each of its files: half of the work of a start.
const LARGE = `${PACKAGES}drizzle-orm/`

const isRelative = (specifier: string): boolean => specifier.startsWith('./') || specifier.startsWith('../')

/**
 * Finds modules where Node does, with less reading: what one file of ours was answered, all of them are, as they share a
 * package; and a file of drizzle-orm that names another by its path needs no look at any package.json.
 */
export const createQuickResolve = (): ResolveHookSync => {
  const known = new Map<string, ResolveFnOutput>()
  return (specifier, context, next) => {
    const { parentURL = '', conditions } = context
    const imports = !conditions.includes('require')
    if (isRelative(specifier) && imports && parentURL.includes(LARGE))
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
    if (isRelative(specifier) || !imports || parentURL.includes(PACKAGES)) return next(specifier, context)
    const found = known.get(specifier) ?? { ...next(specifier, context), shortCircuit: true }
    known.set(specifier, found)
    return found
  }
}

/**
 * Loads what comes next as quickly as it can be: found by `createQuickResolve`, and stripped and compiled before, by an
 * earlier start. What it answers ends the former and stores what the next start will find compiled.
 */
export const loadQuickly = (): (() => void) => {
  // Where the folder cannot be written it does nothing.
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/latchkey-compile'))
  const hooks = registerHooks({ resolve: createQuickResolve() })
  return () => {
    hooks.deregister()
    flushCompileCache()
  }
}

/** Loads one module, and what it imports, as quickly as it can be. */
export const quickly = async <Module>(load: () => Promise<Module>): Promise<Module> => {
  const loaded = loadQuickly()
  try {
    return await load()
  } finally {
    loaded()
  }
}
