import { describe, expect, it } from 'vitest'
import { createGithubKeyRing } from '#lib/leaks/github-key-ring.ts'
import { githubReporter, keyDocument } from '#lib/leaks/github-reporter.fixture.ts'
import { DAY_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

const [one, two] = [githubReporter('one'), githubReporter('two')]

const scene = () => {
  const world = { now: 1_800_000_000, text: one.document, reads: 0, fails: false }
  const source = {
    read: async () => {
      world.reads += 1
      if (world.fails) throw new Error('no way there')
      return world.text
    },
  }
  const ring = createGithubKeyRing(source, { now: () => world.now })
  return { world, ring }
}

describe('GitHub’s keys', () => {
  it('are read when the first is asked for, and then remembered', async () => {
    const { world, ring } = scene()
    expect(world.reads).toBe(0)
    for (let time = 0; time < 3; time += 1) expect(await ring.find('one')).toBeDefined()
    expect(world.reads).toBe(1)
  })

  it('are read again for an unknown identifier, once a minute at most', async () => {
    const { world, ring } = scene()
    await ring.find('one')
    world.text = keyDocument({ one: one.publicKey, two: two.publicKey })
    world.now += MINUTE_SECONDS - 1
    for (let time = 0; time < 5; time += 1) expect(await ring.find('two')).toBeUndefined()
    expect(world.reads).toBe(1)
    world.now += 1
    expect(await ring.find('two')).toBeDefined()
    expect(await ring.find('three')).toBeUndefined()
    expect(world.reads).toBe(2)
  })

  it('are read once for many who ask at the same moment', async () => {
    const { world, ring } = scene()
    const found = await Promise.all(Array.from({ length: 20 }, () => ring.find('one')))
    expect(found.every((key) => key !== undefined)).toBe(true)
    expect(world.reads).toBe(1)
  })

  it('that were withdrawn are forgotten within a day', async () => {
    const { world, ring } = scene()
    await ring.find('one')
    world.text = two.document
    world.now += DAY_SECONDS - 1
    expect(await ring.find('one')).toBeDefined()
    world.now += 1
    expect(await ring.find('one')).toBeUndefined()
    expect(await ring.find('two')).toBeDefined()
  })

  it('that cannot be had are no answer, and are tried again after a minute', async () => {
    const { world, ring } = scene()
    world.fails = true
    await expect(ring.find('one')).rejects.toMatchObject({ code: 'leak_report.keys', retryAfterSeconds: 60 })
    world.fails = false
    world.now += 20
    await expect(ring.find('one')).rejects.toMatchObject({ code: 'leak_report.keys', retryAfterSeconds: 40 })
    expect(world.reads).toBe(1)
    world.now += 40
    expect(await ring.find('one')).toBeDefined()
  })

  it('stay good while the document cannot be read, for the known ones, until the day is over', async () => {
    const { world, ring } = scene()
    await ring.find('one')
    world.fails = true
    world.now += MINUTE_SECONDS
    await expect(ring.find('two')).rejects.toMatchObject({ code: 'leak_report.keys' })
    expect(await ring.find('one')).toBeDefined()
    world.now += DAY_SECONDS
    await expect(ring.find('one')).rejects.toMatchObject({ code: 'leak_report.keys' })
  })

  it('in a document that is none are keys that cannot be had', async () => {
    const { world, ring } = scene()
    world.text = '<html>rate limited</html>'
    await expect(ring.find('one')).rejects.toMatchObject({ code: 'leak_report.keys' })
  })
})
