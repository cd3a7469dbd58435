import type { AccessStore } from '#lib/access/access-store.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'

/** The use-cases of access, over their ports. */
export const accessUseCases = (ports: { readonly accessStore: AccessStore }) => ({
  findPrincipal: findPrincipal(ports),
  /** The environment's catalog and roles, as forms show them. */
  environment: () => ports.accessStore.environment(),
})
