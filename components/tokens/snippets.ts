import type { TokenType } from '#lib/tokens/token.ts'

/** A piece of code to copy. It reads the secret from the environment and never holds it. */
export type Snippet = { readonly id: SnippetId; readonly label: string; readonly code: string }

export type SnippetId = 'curl' | 'node' | 'python' | 'actions' | 'openid'

/** What snippets are filled with: the API to call, who issues and where it is asked to, and the client id (no secret). */
export type SnippetFacts = {
  readonly apiUrl: string
  readonly issuer: string
  readonly exchangeUrl: string
  readonly clientId: string
}

const PLAIN = /^[\w.:/@%+,=-]+$/

/** A text as one word of a POSIX shell. */
export const shellWord = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** The name of the variable that snippets read the secret from. */
export const secretVariable = (type: TokenType): string =>
  type === 'access_token' ? 'LATCHKEY_TOKEN' : 'LATCHKEY_CLIENT_SECRET'

const exchangeCommand = ({ exchangeUrl, clientId }: SnippetFacts): string =>
  `curl -fsS -u "${clientId}:$LATCHKEY_CLIENT_SECRET" -d grant_type=client_credentials ${shellWord(exchangeUrl)}`

const bearerCommands = (facts: SnippetFacts): readonly string[] => [
  `LATCHKEY_TOKEN=$(${exchangeCommand(facts)} |`,
  `  sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')`,
  `curl -fsS -H "Authorization: Bearer $LATCHKEY_TOKEN" ${shellWord(facts.apiUrl)}`,
]

const keyCommand = ({ apiUrl }: SnippetFacts): string =>
  `curl -fsS -H "X-API-KEY: $LATCHKEY_TOKEN" ${shellWord(apiUrl)}`

const commands = (type: TokenType, facts: SnippetFacts): readonly string[] =>
  type === 'access_token' ? [keyCommand(facts)] : bearerCommands(facts)

const nodeCall = (type: TokenType, { apiUrl, exchangeUrl, clientId }: SnippetFacts): readonly string[] =>
  type === 'access_token'
    ? [
        `const response = await fetch(${JSON.stringify(apiUrl)}, {`,
        `  headers: { 'X-API-KEY': process.env.LATCHKEY_TOKEN },`,
        `})`,
        `console.log(response.status, await response.text())`,
      ]
    : [
        `const client = \`${clientId}:\${process.env.LATCHKEY_CLIENT_SECRET}\``,
        `const exchange = await fetch(${JSON.stringify(exchangeUrl)}, {`,
        `  method: 'POST',`,
        `  headers: { Authorization: \`Basic \${btoa(client)}\` },`,
        `  body: new URLSearchParams({ grant_type: 'client_credentials' }),`,
        `})`,
        `const { access_token } = await exchange.json()`,
        ``,
        `const response = await fetch(${JSON.stringify(apiUrl)}, {`,
        `  headers: { Authorization: \`Bearer \${access_token}\` },`,
        `})`,
        `console.log(response.status, await response.text())`,
      ]

const pythonCall = (type: TokenType, { apiUrl, exchangeUrl, clientId }: SnippetFacts): readonly string[] =>
  type === 'access_token'
    ? [
        `import os, urllib.request`,
        ``,
        `request = urllib.request.Request(`,
        `    ${JSON.stringify(apiUrl)},`,
        `    headers={"X-API-KEY": os.environ["LATCHKEY_TOKEN"]},`,
        `)`,
        `with urllib.request.urlopen(request) as response:`,
        `    print(response.status, response.read().decode())`,
      ]
    : [
        `import base64, json, os, urllib.request`,
        ``,
        `client = "${clientId}:" + os.environ["LATCHKEY_CLIENT_SECRET"]`,
        `exchange = urllib.request.Request(`,
        `    ${JSON.stringify(exchangeUrl)},`,
        `    data=b"grant_type=client_credentials",`,
        `    headers={"Authorization": "Basic " + base64.b64encode(client.encode()).decode()},`,
        `)`,
        `with urllib.request.urlopen(exchange) as answer:`,
        `    token = json.load(answer)["access_token"]`,
        ``,
        `request = urllib.request.Request(`,
        `    ${JSON.stringify(apiUrl)},`,
        `    headers={"Authorization": "Bearer " + token},`,
        `)`,
        `with urllib.request.urlopen(request) as response:`,
        `    print(response.status, response.read().decode())`,
      ]

const actionsStep = (type: TokenType, facts: SnippetFacts): readonly string[] => [
  `# gh secret set ${secretVariable(type)}`,
  `on: workflow_dispatch`,
  `jobs:`,
  `  call:`,
  `    runs-on: ubuntu-latest`,
  `    steps:`,
  // A block, since a plain scalar of YAML ends at ": ".
  `      - run: |`,
  ...commands(type, facts).map((line) => `          ${line}`),
  `        env:`,
  `          ${secretVariable(type)}: \${{ secrets.${secretVariable(type)} }}`,
]

/** Ready code for one token: curl, Node, Python and GitHub Actions, filled with this deployment's addresses. */
export const snippetsFor = (type: TokenType, facts: SnippetFacts): readonly Snippet[] =>
  (
    [
      ['curl', 'curl', commands(type, facts)],
      ['node', 'Node', nodeCall(type, facts)],
      ['python', 'Python', pythonCall(type, facts)],
      ['actions', 'GitHub Actions', actionsStep(type, facts)],
    ] as const
  ).map(([id, label, lines]) => ({ id, label, code: lines.join('\n') }))

/** One line for a terminal that asks for the secret, so that it stays out of the shell's history, and calls the API. */
export const tryCommand = (type: TokenType, facts: SnippetFacts): string => {
  const name = secretVariable(type)
  const what = type === 'access_token' ? 'token' : 'client secret'
  const call = type === 'access_token' ? keyCommand(facts) : exchangeCommand(facts)
  return `printf 'Paste the ${what}: ' && read -rs ${name} && echo && ${call}`
}

/** The content of a `.env` file: names of variables and their values, which are plain words. */
export const envFile = (values: readonly (readonly [name: string, value: string])[]): string =>
  values.map(([name, value]) => `${name}=${value}\n`).join('')
