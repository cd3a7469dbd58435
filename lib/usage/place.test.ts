import { describe, expect, it } from 'vitest'
import { decidePlaces, PLACES_MAX } from '#lib/usage/decide-places.ts'
import { agentOf, networkOf, type Place } from '#lib/usage/place.ts'

describe('the network block', () => {
  it.each([
    ['192.0.2.1', '192.0.0.0/12'],
    ['192.15.255.255', '192.0.0.0/12'],
    ['192.16.0.0', '192.16.0.0/12'],
    ['::ffff:192.0.2.1', '192.0.0.0/12'],
    ['2001:db8:a::1', '2001:db0::/28'],
    ['2001:dbf:ffff::1', '2001:db0::/28'],
    ['2001:dc0::1', '2001:dc0::/28'],
    ['somewhere', undefined],
    ['', undefined],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('the agent', () => {
  it.each([
    ['curl/8.14.1', 'curl'],
    ['python-requests/2.32.5', 'python-requests'],
    ['Go-http-client/2.0', 'go-http-client'],
    ['Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0', 'mozilla'],
    ['  node', 'node'],
    ['(none of your business)', '-'],
    ['', '-'],
    [undefined, '-'],
    ['x'.repeat(300), 'x'.repeat(40)],
  ])('of %j is %j', (agent, product) => {
    expect(agentOf(agent)).toBe(product)
  })
})

describe('the decision', () => {
  const seen = (value: string, over: Partial<Place> = {}): Place => ({
    tenantId: 'acme',
    tokenId: 'one',
    kind: 'agent',
    value,
    ...over,
  })
  const known = (...values: readonly string[]): readonly Place[] => values.map((value) => seen(value))
  const decided = (sightings: readonly Place[], places: readonly Place[]) =>
    decidePlaces(sightings, places).map(({ sighting, isNews }) => `${sighting.value}${isNews ? '!' : ''}`)

  it('tells of a new place, but not of the first of its kind', () => {
    expect(decided([seen('curl')], known())).toEqual(['curl'])
    expect(decided([seen('curl')], known('node'))).toEqual(['curl!'])
    expect(decided([seen('192.0.0.0/12', { kind: 'network' })], known('node'))).toEqual(['192.0.0.0/12'])
    expect(decided([seen('node')], known('node'))).toEqual([])
  })

  it('looks at what came a moment before, too', () => {
    expect(decided([seen('curl'), seen('curl'), seen('node')], known())).toEqual(['curl', 'node!'])
  })

  it('knows the places of each token and of each tenant apart', () => {
    expect(decided([seen('curl', { tokenId: 'two' })], known('node'))).toEqual(['curl'])
    expect(decided([seen('node', { tenantId: 'globex' })], known('node'))).toEqual(['node'])
  })

  it('falls silent after a hundred', () => {
    const many = Array.from({ length: PLACES_MAX }, (_, index) => `agent-${index}`)
    expect(decided([seen('curl')], known(...many.slice(1)))).toEqual(['curl!'])
    expect(decided([seen('curl')], known(...many))).toEqual([])
  })
})
