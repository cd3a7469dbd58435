import { sqliteKit } from '#db/kit.ts'
import { defineSchema } from '#db/schema.ts'

/** The tables on SQLite, exported one by one because drizzle-kit reads them so. */
export const {
  environment,
  formerIssuers,
  permissions,
  signingKeys,
  roles,
  users,
  sessions,
  mailChallenges,
  signInGuesses,
  rolePermissions,
  tenants,
  tenantCeiling,
  memberships,
  memberRoles,
  tokens,
  tokenGrants,
  credentials,
  credentialUse,
  tokenUse,
  refreshTokens,
  endedFamilies,
  tokenDirectory,
  auditEvents,
  changes,
  issueRequests,
} = defineSchema(sqliteKit)
