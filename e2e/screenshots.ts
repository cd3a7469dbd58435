import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { findBrowser } from '#server/checks/find-browser.ts'
import { BIN } from '#server/checks/processes.ts'
import { composeDemo, type Demo } from '#server/demo/compose-demo.ts'
import { demoEnvironment } from '#server/demo/demo-environment.ts'
import { PEOPLE } from '#server/demo/demo-people.ts'
import { createLog } from '#server/logging/log.ts'
import { openNextPages } from '#server/next-pages.ts'
import { runServer } from '#server/running.ts'

// `npm run screenshots`: the pictures of the README, taken from the demo. Its clock stands still and its address is
// made up, so that a picture changes only when the page does.
const IMAGES = join(import.meta.dirname, '..', 'docs', 'images')
const NOON = Date.UTC(2026, 5, 17, 12) / 1000
const URL_SHOWN = 'http://tokens.acme.example'

const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const
const SCHEMES = ['light', 'dark'] as const

type Look = { readonly size: keyof typeof SIZES; readonly colorScheme: (typeof SCHEMES)[number] }

const LOOKS: readonly Look[] = SCHEMES.flatMap((colorScheme) => [
  { size: 'wide' as const, colorScheme },
  { size: 'phone' as const, colorScheme },
])

const adaIn = async (demo: Demo) => {
  const { email } = PEOPLE.ada
  const browser = { sid: undefined, known: undefined }
  const trace = { requestId: 'screenshots', address: PEOPLE.ada.address, agent: 'screenshots' }
  const { sid } = await demo.signIn.signInWithPassword({ email, password: demo.demoPassword, browser, trace })
  const person = await demo.signIn.findPerson(sid)
  if (!person) throw new Error('nobody was signed in')
  return demo.access.findPrincipal({ person, tenant: { slug: 'acme' }, trace })
}

const idOf = async (demo: Demo, search: string): Promise<string> => {
  const { rows } = await demo.tokens.list(await adaIn(demo), { context: 'tenant', search })
  const [row] = rows
  if (!row) throw new Error(`the demo has no token ${search}`)
  return row.token.id
}

const pathsOf = async (demo: Demo): Promise<Readonly<Record<string, string>>> => ({
  tokens: '/a/acme/tokens/account',
  'new-token': '/a/acme/tokens/new',
  token: `/a/acme/tokens/${await idOf(demo, 'Data warehouse')}`,
  members: '/a/acme/members',
})

const signIn = async (page: Page, password: string): Promise<void> => {
  await page.goto(`${URL_SHOWN}/sign-in`)
  await page.getByLabel('E-mail').fill(PEOPLE.ada.email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${URL_SHOWN}/a/**`)
}

const takeAll = async (browser: Browser, demo: Demo, { size, colorScheme }: Look): Promise<void> => {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.clock.setFixedTime(NOON * 1000)
  await signIn(page, demo.demoPassword)
  for (const [name, path] of Object.entries(await pathsOf(demo))) {
    await page.goto(`${URL_SHOWN}${path}`, { waitUntil: 'networkidle' })
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    await page.screenshot({
      path: join(IMAGES, `${name}-${size}-${colorScheme}.png`),
      caret: 'hide',
      animations: 'disabled',
    })
  }
  await context.close()
}

const serveDemo = async (folder: string) => {
  const made: { demo?: Demo } = {}
  const env = demoEnvironment({
    PORT: '0',
    LATCHKEY_URL: URL_SHOWN,
    DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
  })
  const running = await runServer({
    env,
    dev: false,
    openLog: createLog,
    compose: async (config, means) => {
      made.demo = await composeDemo(config, { clock: { now: () => NOON }, ...means })
      return made.demo
    },
    openPages: openNextPages,
  })
  if (!made.demo) throw new Error('the server runs without a portal')
  return { running, demo: made.demo, port: running.config.port }
}

const launch = (port: number): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser(process.env['LATCHKEY_CHROMIUM'], BIN),
    args: [
      `--host-resolver-rules=MAP tokens.acme.example:80 127.0.0.1:${port}`,
      `--unsafely-treat-insecure-origin-as-secure=${URL_SHOWN}`,
      '--font-render-hinting=none',
      '--no-sandbox',
      '--no-proxy-server',
    ],
  })

const main = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-screenshots-'))
  await mkdir(IMAGES, { recursive: true })
  const { running, demo, port } = await serveDemo(folder)
  const browser = await launch(port)
  try {
    for (const look of LOOKS) await takeAll(browser, demo, look)
    process.stdout.write(`Pictures are in ${IMAGES}\n`)
  } finally {
    await browser.close()
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

// Next keeps a process alive that ends by a thrown error.
try {
  await main()
  process.exit(0)
} catch (thrown) {
  console.error(thrown)
  process.exit(1)
}
