import { sqliteKit } from '#db/kit.ts'
import { defineSchema } from '#db/schema.ts'

// drizzle-kit reads tables that are exported one by one.
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
