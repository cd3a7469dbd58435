import { swapped, symmetric, unsigned } from '#lib/verdict/hostile-algorithms.fixture.ts'
import { mistaken, shapeless, untimely } from '#lib/verdict/hostile-claims.fixture.ts'
import { misshapen, misspelt, nested } from '#lib/verdict/hostile-forms.fixture.ts'
import { addressed, confused, doubled, embedded, extended, misnamed } from '#lib/verdict/hostile-headers.fixture.ts'
import type { Attack, Loot } from '#lib/verdict/hostile-jwts.fixture.ts'
import { odd, unfounded } from '#lib/verdict/hostile-signatures.fixture.ts'

const MAKERS = [
  unsigned,
  symmetric,
  swapped,
  unfounded,
  odd,
  embedded,
  addressed,
  misnamed,
  doubled,
  extended,
  confused,
  untimely,
  mistaken,
  shapeless,
  misspelt,
  misshapen,
  nested,
]

/** Every attack on JWTs of a kind (RFC 8725): none of them may be taken for good, by whichever door it comes. */
export const hostileJwts = async (loot: Loot): Promise<readonly Attack[]> =>
  (await Promise.all(MAKERS.map((make) => make(loot)))).flat()
