/** Who plays in the demo: pioneers of computing, with addresses that no mail can reach (RFC 2606 §2). */
export const PEOPLE = {
  ada: { name: 'Ada Lovelace', email: 'ada@acme.example', address: '198.51.100.7' },
  grace: { name: 'Grace Hopper', email: 'grace@acme.example', address: '198.51.100.21' },
  alan: { name: 'Alan Turing', email: 'alan@acme.example', address: '198.51.100.34' },
  radia: { name: 'Radia Perlman', email: 'radia@acme.example', address: '203.0.113.15' },
  edsger: { name: 'Edsger Dijkstra', email: 'edsger@acme.example', address: '198.51.100.52' },
  kathleen: { name: 'Kathleen Booth', email: 'kathleen@acme.example', address: '203.0.113.90' },
  hedy: { name: 'Hedy Lamarr', email: 'hedy@birchvale.example', address: '192.0.2.44' },
  annie: { name: 'Annie Easley', email: 'annie@birchvale.example', address: '192.0.2.45' },
} as const

/** Names a person of the demo. */
export type PersonKey = keyof typeof PEOPLE

/** The demo's accounts, by the slug their names get. */
export const ACCOUNTS = { acme: 'Acme', 'birch-vale': 'Birch & Vale' } as const

/** Names an account of the demo, as its URLs do. */
export type AccountSlug = keyof typeof ACCOUNTS
