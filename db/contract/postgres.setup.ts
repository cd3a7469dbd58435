import type { TestProject } from 'vitest/node'
import { makeBaseTemplate } from '#db/contract/postgres-database.ts'
import { startPostgres } from '#db/contract/postgres-server.ts'

/** Starts one PostgreSQL server for a whole run of tests, however many workers it has; answers how to stop it. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startPostgres()
  try {
    await makeBaseTemplate(server.url('postgres'))
  } catch (thrown) {
    await server.remove()
    throw thrown
  }
  project.provide('postgres' as never, server.url('postgres') as never)
  return () => server.remove()
}
