import { setupLink } from '#lib/sign-in/setup-link.ts'

/** Lines for the terminal at each start: the setup link, while nobody has used it. */
export const startupNotices = (ports: Parameters<typeof setupLink>[0]) => async (): Promise<readonly string[]> => {
  const link = await setupLink(ports)()
  return link === undefined
    ? []
    : ['Nobody can sign in yet. Set it up with this link, which works once:', '', `  ${link}`, '']
}
