/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** This process' variables: the one place that reads them. */
export const processEnvironment = (): Environment => process.env
