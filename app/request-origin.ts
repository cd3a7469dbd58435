import 'server-only'
import { headers } from 'next/headers'
import { type RequestOrigin, readRequestOrigin } from '#lib/api/request-origin.ts'

/** Where the present request came from: its id, the client's address and agent, as the edge saw them. */
export const requestOrigin = async (): Promise<RequestOrigin> => readRequestOrigin(await headers())
