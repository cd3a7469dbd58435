import { proveJwts } from '#server/attack/prove-jwts.fixture.ts'
import { type Figure, proveRace } from '#server/attack/prove-race.fixture.ts'
import { REFRESH_RACES } from '#server/attack/refresh-races.fixture.ts'
import { RIGHTS_RACES } from '#server/attack/rights-races.fixture.ts'
import { twoServers } from '#server/attack/two-servers.fixture.ts'

// `npm run prove`: what the tests race in short, for long. `npm run prove -- <id> …` runs some alone.

const RACES = [...REFRESH_RACES, ...RIGHTS_RACES]
const JWTS = 'hostile-jwts'

const wanted = process.argv.slice(2)
const isWanted = (id: string): boolean => wanted.length === 0 || wanted.includes(id)

const tell = ({ id, metric, goal, passed }: Figure): boolean => {
  process.stdout.write(`${id}\t${metric}\t${goal}\t${passed ? 'PASS' : 'FAIL'}\n`)
  return passed
}

const proveRaces = async (): Promise<boolean> => {
  const races = RACES.filter(({ id }) => isWanted(id))
  if (races.length === 0) return true
  const world = await twoServers()
  let passed = true
  try {
    for (const race of races) passed = tell(await proveRace(world, race)) && passed
  } finally {
    await world.remove()
  }
  return passed
}

const unknown = wanted.filter((id) => id !== JWTS && RACES.every((race) => race.id !== id))
const all = [JWTS, ...RACES.map(({ id }) => id)]
if (unknown.length > 0) throw new Error(`the proofs are ${all.join(', ')}; not ${unknown.join(', ')}`)
const jwts = isWanted(JWTS) ? (await proveJwts(JWTS)).map(tell) : []
const races = await proveRaces()
process.exitCode = races && jwts.every(Boolean) ? 0 : 1
