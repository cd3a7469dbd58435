/**
 * The order inside lib, lowest first: a folder may import what stands in lower layers, never its neighbours (but
 * config may use errors and time). Said here a second time on purpose: who moves a folder moves it in both places.
 */
export const LIB_LAYERS: readonly (readonly string[])[] = [
  ['time', 'errors', 'config'],
  ['access'],
  ['policy', 'audit', 'changes', 'chores'],
  ['keys'],
  ['users'],
  ['tenants'],
  ['sign-in'],
  ['tokens'],
  ['verdict'],
  ['oauth', 'usage'],
  ['notices', 'leaks'],
  ['api'],
]
