import type { Kit } from '#db/kit.ts'
import { environmentTables } from '#db/schema/environment.ts'
import { noticeTables } from '#db/schema/notices.ts'
import { oauthTables } from '#db/schema/oauth.ts'
import { peopleTables } from '#db/schema/people.ts'
import { recordTables } from '#db/schema/record.ts'
import { tenancyTables } from '#db/schema/tenancy.ts'
import { tokenTables } from '#db/schema/tokens.ts'
import { usageTables } from '#db/schema/usage.ts'

/** Every table of Latchkey, in the words both dialects know. */
export const defineSchema = (kit: Kit) => {
  const environment = environmentTables(kit)
  const people = peopleTables(kit)
  const tenancy = tenancyTables(kit, { ...environment, ...people })
  const tokens = tokenTables(kit, tenancy)
  return {
    ...environment,
    ...people,
    ...tenancy,
    ...tokens,
    ...usageTables(kit, tokens),
    ...oauthTables(kit, tokens),
    ...recordTables(kit),
    ...noticeTables(kit, people),
  }
}

/** The tables as the stores see them, whichever the dialect. */
export type Schema = ReturnType<typeof defineSchema>
