import { sql } from 'drizzle-orm'
import type { Kit } from '#db/kit.ts'
import type { LeakReaction } from '#lib/access/environment-store.ts'
import type { KeyPurpose, SigningAlgorithm } from '#lib/keys/signing-key.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

const KEY_ROTATION_SECONDS = 90 * DAY_SECONDS

/** This deployment: settings, catalog, keys. One row in `environment`, whose id is always `environment`. */
export const environmentTables = ({ table, text, integer, numericDate, primaryKey, index, uniqueIndex }: Kit) => ({
  environment: table('environment', {
    id: text('id').primaryKey(),
    rightsVersion: integer('rights_version').notNull().default(0),
    issuer: text('issuer').notNull(),
    // JSON array of absolute URIs; the first is the default audience.
    audiences: text('audiences').notNull(),
    bearerLifetimeSeconds: integer('bearer_lifetime_seconds').notNull(),
    m2mOffAt: numericDate('m2m_off_at'),
    // Null: client credentials get refresh tokens unless one says otherwise of itself.
    refreshTokensOffAt: numericDate('refresh_tokens_off_at'),
    // What the next key of each purpose signs with, and how long a key signs; 0: until somebody rotates it.
    bearerAlgorithm: text('bearer_algorithm').$type<SigningAlgorithm>().notNull().default('ES256'),
    accessAlgorithm: text('access_algorithm').$type<SigningAlgorithm>().notNull().default('ES256'),
    keyRotationSeconds: integer('key_rotation_seconds').notNull().default(KEY_ROTATION_SECONDS),
    // What happens to a token whose credential somebody found.
    leakReaction: text('leak_reaction').$type<LeakReaction>().notNull().default('revoke'),
    // Null: nobody can sign in yet, and the setup link works.
    setupDoneAt: numericDate('setup_done_at'),
    // Which life of this database it is: another one from each accepted restore on. Null: no witness knows of it yet.
    incarnation: text('incarnation'),
    createdAt: numericDate('created_at').notNull(),
  }),
  // Former values of environment.issuer; they verify until an operator removes them.
  formerIssuers: table('former_issuers', {
    url: text('url').primaryKey(),
    replacedAt: numericDate('replaced_at').notNull(),
  }),
  permissions: table('permissions', {
    key: text('key').primaryKey(),
    label: text('label').notNull(),
    description: text('description').notNull(),
    category: text('category').notNull(),
    position: integer('position').notNull(),
    withdrawnAt: numericDate('withdrawn_at'),
  }),
  signingKeys: table(
    'signing_keys',
    {
      kid: text('kid').primaryKey(),
      purpose: text('purpose').$type<KeyPurpose>().notNull(),
      algorithm: text('algorithm').$type<SigningAlgorithm>().notNull(),
      // JSON Web Keys (RFC 7517): public in clear, private sealed with AES-256-GCM.
      publicJwk: text('public_jwk').notNull(),
      privateJwkSealed: text('private_jwk_sealed').notNull(),
      secretId: text('secret_id').notNull(),
      createdAt: numericDate('created_at').notNull(),
      activeAt: numericDate('active_at'),
      retiringAt: numericDate('retiring_at'),
      removedAt: numericDate('removed_at'),
      // Removed because its private half may be known to others.
      compromisedAt: numericDate('compromised_at'),
    },
    (t) => [
      index('signing_keys_by_purpose').on(t.purpose, t.createdAt),
      // One key signs for a purpose: a second process that makes the first key at the same moment meets this.
      uniqueIndex('signing_keys_active')
        .on(t.purpose)
        .where(sql`${t.activeAt} is not null and ${t.retiringAt} is null`),
    ],
  ),
  // Roles of the environment carry tenant_id '*', so that the key still leads with the tenant.
  roles: table(
    'roles',
    {
      tenantId: text('tenant_id').notNull(),
      key: text('key').notNull(),
      name: text('name').notNull(),
      description: text('description').notNull(),
      level: integer('level').notNull(),
    },
    (t) => [primaryKey({ columns: [t.tenantId, t.key] })],
  ),
})
