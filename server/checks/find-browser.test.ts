import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBrowser, type Machine } from '#server/checks/find-browser.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-browser-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

const put = (name: string, says = 'Chromium 140.0.7339.80'): void => {
  writeFileSync(at(name), `#!/bin/sh\necho "${says}"\n`)
  chmodSync(at(name), 0o755)
}

/** A machine whose commands do what `brings` says of them, by the last word of each: a browser they put in place. */
const machine = (brings: Readonly<Record<string, () => boolean>>, mayInstall = true) => {
  const tried: string[] = []
  const made: Machine = {
    places: [at('system'), at('own')],
    mayInstall: () => mayInstall,
    attempt: (command, ...args) => {
      const words = [command.split('/').at(-1), ...args].join(' ')
      tried.push(words)
      return brings[words]?.() ?? false
    },
  }
  return { tried, find: (named?: string) => findBrowser(named, '/bin', made) }
}

const PLAYWRIGHT = 'playwright install chromium'
const APT = 'apt-get install -y --no-install-recommends chromium'
const putting = (name: string) => () => {
  put(name)
  return true
}

describe('the browser of the tests', () => {
  it('is the one that is named, whatever else there is', () => {
    put('system')
    put('named')
    const { find, tried } = machine({})
    expect(find(at('named'))).toBe(at('named'))
    expect(tried).toEqual([])
  })

  it('is an installed one before Playwright’s own, and nothing is fetched', () => {
    put('system')
    put('own')
    const { find, tried } = machine({})
    expect(find()).toBe(at('system'))
    expect(find('')).toBe(at('system'))
    expect(tried).toEqual([])
  })

  it('is no script that only says how to install one', () => {
    put('system', 'install me first')
    put('own')
    expect(machine({}).find()).toBe(at('own'))
  })

  it('is downloaded by Playwright where there is none', () => {
    const { find, tried } = machine({ [PLAYWRIGHT]: putting('own') })
    expect(find()).toBe(at('own'))
    expect(tried).toEqual([PLAYWRIGHT])
  })

  it('is Debian’s where the download fails, or brings one that does not start', () => {
    for (const download of [() => false, () => true]) {
      const { find, tried } = machine({ [PLAYWRIGHT]: download, [APT]: putting('system') })
      expect(find()).toBe(at('system'))
      expect(tried).toEqual([PLAYWRIGHT, APT])
      rmSync(at('system'))
    }
  })

  it('is asked of Debian again once its lists are new', () => {
    const known = { lists: false }
    const { find, tried } = machine({
      'apt-get update': () => {
        known.lists = true
        return true
      },
      [APT]: () => known.lists && putting('system')(),
    })
    expect(find()).toBe(at('system'))
    expect(tried).toEqual([PLAYWRIGHT, APT, 'apt-get update', APT])
  })

  it('is not installed by who may not; then one line says what to do', () => {
    const { find, tried } = machine({ [APT]: putting('system') }, false)
    expect(() => find()).toThrow(
      /^no browser for the tests: install Chromium \("apt-get install chromium" on Debian\), or name one in LATCHKEY_CHROMIUM$/,
    )
    expect(tried).toEqual([PLAYWRIGHT])
  })
})
