import type { Server } from 'node:http'
import type { Config, LogConfig } from '#lib/config/config.ts'
import type { Environment } from '#lib/config/process-env.ts'
import type { Readiness } from '#lib/verdict/check-readiness.ts'
import type { Api } from '#server/api-listener.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import type { ServerLog } from '#server/logging/log.ts'
import type { Around } from '#server/metrics/around.ts'
import type { PortalFigures } from '#server/metrics/figures.ts'
import type { SharedLimits } from '#server/share-limits.ts'

/** What the server needs of a portal. */
export type ServedPortal = {
  readonly api: Api
  /** Lines for the terminal: the setup link of an empty environment, and the like. */
  startupNotices(): Promise<readonly string[]>
  /** Writes what use was counted and is not yet stored. */
  flushUsage(): Promise<void>
  readonly figures: PortalFigures
  readonly requestLimits: SharedLimits
  /** Whether it can answer validations now, or why not; never rejects. */
  readiness(): Promise<Readiness>
  close(): Promise<void>
}

/** The pages, ready to answer. */
export type Pages = { readonly handle: PagesHandler; close(): Promise<void> }

/** What a process gives the portal it composes. */
export type Means = {
  readonly log: ServerLog
  /** Stands around what leaves the process or may wait; undefined: nobody watches. */
  readonly around: Around | undefined
  /** Whether chores run in this process by themselves; where pages have a process of their own, they run there. */
  readonly choring: boolean
}

/** What a start is told. */
export type StartOptions = {
  readonly env: Environment
  /** Pages built as they are asked for, and rebuilt when their sources change. */
  readonly dev: boolean
  readonly openLog: (settings: LogConfig) => ServerLog
  /** Opens the database (migrating it), makes what is missing, and puts the portal together. */
  readonly compose: (config: Config, means: Means) => Promise<ServedPortal>
  readonly openPages: (surroundings: PagesSurroundings) => Promise<Pages>
  /** Pages open in a process of their own, one for this machine; else in each that answers. */
  readonly pagesApart?: boolean
  /** Nothing makes it send mail, as a demo: SMTP_URL is not read. */
  readonly neverSends?: boolean
}

/** Where pages run: the address people open, the port and the server they hang on. */
export type PagesSurroundings = {
  readonly url: string
  readonly port: number
  readonly dev: boolean
  readonly server: Server
  readonly log: ServerLog
}
