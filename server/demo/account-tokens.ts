import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import type { TokenStory } from '#server/demo/token-story.ts'

const after = (days: number): IssueRequest['expiry'] => ({ kind: 'after', seconds: days * DAY_SECONDS })
const only = (...permissions: string[]): IssueRequest['grant'] => ({ mode: 'permissions', permissions })

/** Tokens that act for an account and outlive people, one for each state and more. */
export const ACCOUNT_TOKENS: readonly TokenStory[] = [
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 40,
    request: {
      context: 'tenant',
      type: 'access_token',
      name: 'CI deployments',
      description: 'Every merge to main.',
      grant: only('deployments:create', 'deployments:read', 'projects:read'),
      expiry: after(365),
      requestsPerMinute: 120,
    },
    use: { perDay: 180, address: '192.0.2.10', agent: 'github-actions', lastSecondsAgo: 4 * MINUTE_SECONDS },
  },
  {
    // Two credentials are good at once: the warehouse moves to the new one this week.
    account: 'acme',
    by: 'grace',
    daysAgo: 39,
    request: {
      context: 'tenant',
      type: 'client_credentials',
      name: 'Data warehouse',
      description: 'Copies records every ten minutes.',
      grant: only('records:read', 'exports:create', 'exports:read', 'events:read'),
      expiry: after(365),
      ipAllowlist: ['192.0.2.0/26', '2001:db8:a::/56'],
      metadata: { team: 'analytics', ticket: 'DATA-214' },
    },
    turns: [{ turn: 'rotate', daysAgo: 1, by: 'grace', overlapSeconds: 7 * DAY_SECONDS }],
    use: {
      perDay: 410,
      refusedPerDay: 3,
      address: '192.0.2.31',
      agent: 'warehouse-sync/1.9',
      lastSecondsAgo: MINUTE_SECONDS,
      // One machine has not moved yet.
      former: { address: '192.0.2.32', agent: 'warehouse-sync/1.8', lastSecondsAgo: 3 * HOUR_SECONDS },
    },
  },
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 36,
    request: {
      context: 'tenant',
      type: 'client_credentials',
      name: 'Auditors',
      description: 'Reads whatever the role Read-only may read.',
      grant: { mode: 'roles', roles: ['read_only'] },
      expiry: after(90),
    },
    use: { perDay: 14, address: '203.0.113.77', agent: 'okhttp/5.3.0', lastSecondsAgo: 20 * HOUR_SECONDS },
  },
  {
    account: 'acme',
    by: 'grace',
    daysAgo: 31,
    request: {
      context: 'tenant',
      type: 'access_token',
      name: 'Support dashboard',
      description: 'The screen in the support room.',
      grant: only('reports:read', 'events:read'),
      expiry: { kind: 'never' },
    },
    turns: [
      {
        turn: 'edit',
        daysAgo: 18,
        by: 'grace',
        change: { grant: only('reports:read', 'events:read', 'projects:read') },
      },
    ],
    use: { perDay: 288, address: '198.51.100.60', agent: 'node', lastSecondsAgo: 2 * MINUTE_SECONDS },
  },
  {
    // Granted by an owner: an admin sees it and may not touch it.
    account: 'acme',
    by: 'ada',
    daysAgo: 29,
    request: {
      context: 'tenant',
      type: 'client_credentials',
      name: 'Seat planner',
      description: 'Adds seats before a course begins.',
      grant: only('subscription:read', 'subscription:write', 'invoices:read'),
      expiry: after(365),
    },
    use: { perDay: 1, address: '192.0.2.33', agent: 'python-httpx/0.28', lastSecondsAgo: 4 * DAY_SECONDS },
  },
  {
    account: 'acme',
    by: 'grace',
    daysAgo: 26,
    request: {
      context: 'tenant',
      type: 'access_token',
      name: 'Staging deployments',
      description: '',
      grant: only('deployments:create', 'deployments:read'),
      expiry: after(30),
    },
    use: { perDay: 35, address: '192.0.2.11', agent: 'github-actions', lastSecondsAgo: 50 * MINUTE_SECONDS },
  },
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 23,
    request: {
      context: 'tenant',
      type: 'client_credentials',
      name: 'Partner integration',
      description: 'Webhooks for the reseller.',
      grant: only('webhooks:read', 'webhooks:write', 'connectors:read'),
      expiry: after(365),
    },
    turns: [{ turn: 'pause', daysAgo: 2, by: 'ada', reason: 'Until the partner confirms the new contract.' }],
    use: { perDay: 60, address: '203.0.113.140', agent: 'axios/1.13', lastSecondsAgo: 2 * DAY_SECONDS },
  },
  {
    account: 'acme',
    by: 'grace',
    daysAgo: 43,
    request: {
      context: 'tenant',
      type: 'access_token',
      name: 'Old build server',
      description: 'Replaced by CI deployments.',
      grant: only('deployments:create', 'deployments:read', 'projects:read', 'projects:write'),
      expiry: { kind: 'never' },
    },
    turns: [{ turn: 'revoke', daysAgo: 14, by: 'ada' }],
    use: { perDay: 75, address: '192.0.2.8', agent: 'jenkins/2.528', lastSecondsAgo: 14 * DAY_SECONDS },
  },
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 41,
    request: {
      context: 'tenant',
      type: 'client_credentials',
      name: 'Record migration',
      description: 'One long weekend.',
      grant: only('records:read', 'records:write', 'records:delete'),
      expiry: after(7),
    },
    use: { perDay: 520, address: '192.0.2.12', agent: 'migrate/0.4', lastSecondsAgo: 35 * DAY_SECONDS },
  },
  {
    // Somebody found its secret in a public repository.
    account: 'acme',
    by: 'ada',
    daysAgo: 29,
    request: {
      context: 'tenant',
      type: 'client_credentials',
      name: 'Sample app',
      description: 'Shows customers how to fetch their records.',
      grant: only('records:read', 'projects:read'),
      expiry: after(365),
    },
    turns: [
      {
        turn: 'found',
        daysAgo: 8,
        foundAt: 'https://git.example/acme/sample-app/blob/main/.env',
        address: '203.0.113.77',
      },
    ],
    use: { perDay: 14, address: '192.0.2.18', agent: 'python-httpx/0.28', lastSecondsAgo: 8 * DAY_SECONDS },
  },
  {
    account: 'acme',
    by: 'grace',
    daysAgo: 3,
    request: {
      context: 'tenant',
      type: 'access_token',
      name: 'Status page',
      description: 'Not switched on yet.',
      grant: only('events:read'),
      expiry: after(365),
    },
  },
  {
    account: 'birch-vale',
    by: 'hedy',
    daysAgo: 34,
    request: {
      context: 'tenant',
      type: 'access_token',
      name: 'Till system',
      description: 'Both shops.',
      grant: only('records:read', 'records:write'),
      expiry: after(365),
    },
    use: { perDay: 95, address: '192.0.2.201', agent: 'till/7', lastSecondsAgo: 9 * MINUTE_SECONDS },
  },
  {
    account: 'birch-vale',
    by: 'annie',
    daysAgo: 20,
    request: {
      context: 'tenant',
      type: 'client_credentials',
      name: 'Bookkeeping',
      description: '',
      grant: only('invoices:read', 'exports:read'),
      expiry: after(90),
    },
    use: { perDay: 6, address: '192.0.2.202', agent: 'Java-http-client/25', lastSecondsAgo: 7 * HOUR_SECONDS },
  },
]
