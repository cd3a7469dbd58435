import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'
import type { IssueRequest } from '#lib/tokens/token-request.ts'
import type { TokenStory } from '#server/demo/token-story.ts'

const after = (days: number): IssueRequest['expiry'] => ({ kind: 'after', seconds: days * DAY_SECONDS })
const OWNER = { mode: 'owner' } as const

/** Tokens that act for a person, one for each state and more. */
export const PERSONAL_TOKENS: readonly TokenStory[] = [
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 38,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Laptop',
      description: 'The command line on my own machine.',
      grant: OWNER,
      expiry: after(90),
    },
    use: { perDay: 46, address: '198.51.100.7', agent: 'acme-cli/3.2', lastSecondsAgo: 12 * MINUTE_SECONDS },
  },
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 21,
    request: {
      context: 'user',
      type: 'client_credentials',
      name: 'Spreadsheet import',
      description: 'Fills the planning sheet every morning.',
      grant: { mode: 'permissions', permissions: ['records:read', 'exports:create', 'exports:read'] },
      expiry: after(365),
    },
    use: { perDay: 9, address: '198.51.100.7', agent: 'python-requests/2.34', lastSecondsAgo: 5 * HOUR_SECONDS },
  },
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 4,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Conference talk',
      description: '',
      grant: { mode: 'permissions', permissions: ['reports:read'] },
      expiry: after(7),
    },
    use: { perDay: 3, address: '192.0.2.180', agent: 'curl/8.17.0', lastSecondsAgo: 26 * HOUR_SECONDS },
  },
  {
    account: 'acme',
    by: 'ada',
    daysAgo: 42,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Old notebook',
      description: 'Lent to the workshop.',
      grant: OWNER,
      expiry: after(30),
    },
    use: { perDay: 12, address: '198.51.100.9', agent: 'acme-cli/3.1', lastSecondsAgo: 13 * DAY_SECONDS },
  },
  {
    account: 'acme',
    by: 'grace',
    daysAgo: 33,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Release script',
      description: 'Starts and watches deployments.',
      grant: { mode: 'permissions', permissions: ['deployments:read', 'deployments:create', 'projects:read'] },
      expiry: after(60),
    },
    use: { perDay: 18, address: '198.51.100.21', agent: 'undici', lastSecondsAgo: 3 * HOUR_SECONDS },
  },
  {
    account: 'acme',
    by: 'grace',
    daysAgo: 25,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Phone shortcuts',
      description: '',
      grant: { mode: 'permissions', permissions: ['reports:read', 'events:read'] },
      expiry: { kind: 'never' },
    },
    turns: [{ turn: 'pause', daysAgo: 6, by: 'grace', reason: 'The phone is being repaired.' }],
    use: { perDay: 5, address: '203.0.113.201', agent: 'Shortcuts/3607', lastSecondsAgo: 6 * DAY_SECONDS },
  },
  {
    // Its owner was an admin when it was issued: since the demotion some of this is missing.
    account: 'acme',
    by: 'alan',
    daysAgo: 30,
    request: {
      context: 'user',
      type: 'client_credentials',
      name: 'Cleanup job',
      description: 'Removes test records at night.',
      grant: {
        mode: 'permissions',
        permissions: ['projects:read', 'records:read', 'records:delete', 'exports:read', 'invoices:read'],
      },
      expiry: after(365),
    },
    use: {
      perDay: 24,
      refusedPerDay: 2,
      address: '198.51.100.34',
      agent: 'Go-http-client/2.0',
      lastSecondsAgo: 40 * MINUTE_SECONDS,
    },
  },
  {
    account: 'acme',
    by: 'radia',
    daysAgo: 27,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Home office',
      description: 'Only from my own line.',
      grant: OWNER,
      expiry: after(90),
      ipAllowlist: ['203.0.113.15', '2001:db8:7::/48'],
    },
    use: {
      perDay: 31,
      refusedPerDay: 1,
      address: '203.0.113.15',
      agent: 'acme-cli/3.2',
      lastSecondsAgo: 2 * HOUR_SECONDS,
    },
  },
  {
    account: 'acme',
    by: 'edsger',
    daysAgo: 16,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Weekly report',
      description: 'Prints the numbers on Monday.',
      grant: OWNER,
      expiry: after(365),
    },
    use: { perDay: 2, address: '198.51.100.52', agent: 'curl/8.14.1', lastSecondsAgo: 3 * DAY_SECONDS },
  },
  {
    account: 'acme',
    by: 'kathleen',
    daysAgo: 35,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Assembler experiments',
      description: '',
      grant: OWNER,
      expiry: { kind: 'never' },
    },
    use: { perDay: 7, address: '203.0.113.90', agent: 'curl/8.17.0', lastSecondsAgo: 10 * DAY_SECONDS },
  },
  {
    account: 'birch-vale',
    by: 'ada',
    daysAgo: 12,
    request: {
      context: 'user',
      type: 'access_token',
      name: 'Consulting',
      description: 'Looks at their projects, now and then.',
      grant: OWNER,
      expiry: after(30),
    },
    use: { perDay: 4, address: '198.51.100.7', agent: 'acme-cli/3.2', lastSecondsAgo: 30 * HOUR_SECONDS },
  },
]
