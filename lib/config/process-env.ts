/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** This process' variables: the one place that reads them. */
export const processEnvironment = (): Environment => process.env

/** Tells next-auth this portal's URL: it reads that variable and nothing else. */
export const tellNextAuth = (url: string): void => {
  process.env.NEXTAUTH_URL = url
}

type NextSurroundings = {
  readonly dev: boolean
  /** The port this process listens on. */
  readonly port: number
}

/**
 * Tells Next what it reads from the environment only: which build to run, to send no telemetry, and where it finds
 * itself (it fetches its own pages after a redirecting action; behind a TLS proxy it would guess https on this port).
 */
export const prepareNextEnvironment = ({ dev, port }: NextSurroundings): void => {
  Object.assign(process.env, {
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    __NEXT_PRIVATE_ORIGIN: `http://localhost:${port}`,
  })
}
