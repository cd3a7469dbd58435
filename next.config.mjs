/** @type {import('next').NextConfig} */
const config = {
  agentRules: false,
  devIndicators: false,
  poweredByHeader: false,
  // The optimiser fetches and decodes what it is told to; nothing here needs it.
  images: { unoptimized: true },
  // Native modules and packages that read files beside themselves stay outside the bundle.
  serverExternalPackages: ['better-sqlite3', '@node-rs/argon2', 'nodemailer', '@zxcvbn-ts/language-common'],
  // The title and the robots tag stand in <head> for everyone, not streamed in later by a script.
  htmlLimitedBots: /.*/,
  // Development would print what forms held and what mailed links say: passwords, keys, codes.
  logging: { serverFunctions: false, incomingRequests: false },
  turbopack: { root: import.meta.dirname },
  // Types are checked once, by the static phase of `npm test`; `npm start` on a fresh clone need not wait for them.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    agentUpgrade: false,
    // A page that somebody's role does not allow answers 403.
    authInterrupts: true,
    serverActions: { bodySizeLimit: '64kb' },
  },
}

export default config
