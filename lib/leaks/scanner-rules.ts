import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { KeyStore } from '#lib/keys/key-store.ts'
import { type CredentialPattern, credentialPatterns } from '#lib/leaks/credential-pattern.ts'

/** What printing rules needs of the world. */
export type ScannerRulesPorts = {
  readonly environmentStore: Pick<EnvironmentStore, 'settings'>
  readonly keyStore: Pick<KeyStore, 'list'>
}

/** The scanners there are rules for. */
export const SCANNERS = ['gitleaks', 'trufflehog', 'github'] as const

/** A scanner that looks for credentials in repositories. */
export type Scanner = (typeof SCANNERS)[number]

// The secret itself is the one group, as both scanners take it; neither a letter nor a digit stands before it.
const bounded = ({ regex }: CredentialPattern): string => `\\b(${regex})`

const gitleaks = (patterns: readonly CredentialPattern[], url: string): string => {
  const rule = (pattern: CredentialPattern) => `
[[rules]]
id = ${JSON.stringify(pattern.id)}
description = ${JSON.stringify(`${pattern.name}: report it at ${url}/leaked`)}
regex = '''${bounded(pattern)}'''
keywords = [${JSON.stringify(pattern.keyword)}]
`
  return `# .gitleaks.toml: what gitleaks looks for anyway, and the credentials of ${url}.
title = ${JSON.stringify(`Latchkey at ${url}`)}

[extend]
useDefault = true
${patterns.map(rule).join('')}`
}

const trufflehog = (patterns: readonly CredentialPattern[], url: string): string => {
  const detector = (pattern: CredentialPattern) => `
  - name: ${JSON.stringify(pattern.id)}
    description: ${JSON.stringify(`${pattern.name}: report it at ${url}/leaked`)}
    keywords:
      - ${JSON.stringify(pattern.keyword)}
    regex:
      credential: '${bounded(pattern)}'
`
  return `# trufflehog --config=latchkey.yaml: the credentials of ${url}. Nothing is verified: no found credential is sent anywhere.
detectors:${patterns.map(detector).join('')}`
}

// As the form "New custom pattern" of GitHub names its fields.
const github = (patterns: readonly CredentialPattern[]): string =>
  patterns
    .map(({ name, regex, example }) =>
      [
        `Pattern name:  ${name}`,
        `Secret format: ${regex}`,
        'Before secret: \\A|[^0-9A-Za-z_-]',
        'After secret:  \\z|[^0-9A-Za-z_-]',
        `Test string:   TOKEN=${example}`,
        '',
      ].join('\n'),
    )
    .join('\n')

const PRINTERS: Readonly<Record<Scanner, (patterns: readonly CredentialPattern[], url: string) => string>> = {
  gitleaks,
  trufflehog,
  github,
}

/** The rules by which a scanner finds the credentials of this deployment, as it reads them. */
export const scannerRules =
  ({ environmentStore, keyStore }: ScannerRulesPorts) =>
  async (scanner: Scanner): Promise<string> => {
    const settings = await environmentStore.settings()
    const key = (await keyStore.list()).findLast(({ purpose }) => purpose === 'access')
    if (!key) throw new PortalError('server.internal', { internal: 'there is no access key yet' })
    return PRINTERS[scanner](credentialPatterns(settings, key.kid.length), settings.issuer)
  }
