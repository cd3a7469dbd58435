import type { Config } from '#lib/config/config.ts'
import { openAskingBrowser } from '#lib/sign-in/asking-browser.ts'
import { type ChangePasswordPorts, changePassword, setFirstPassword } from '#lib/sign-in/change-password.ts'
import { confirmPassword } from '#lib/sign-in/confirm-password.ts'
import { findPerson } from '#lib/sign-in/find-person.ts'
import { openMailLink } from '#lib/sign-in/open-mail-link.ts'
import { endAllSessions, endSession, listSessions, signOut } from '#lib/sign-in/own-sessions.ts'
import { purgeSignIn } from '#lib/sign-in/purge-sign-in.ts'
import { type RequestMailPorts, requestMail } from '#lib/sign-in/request-mail.ts'
import { resetPassword } from '#lib/sign-in/reset-password.ts'
import { type SessionCookieCodec, sessionCookieRules } from '#lib/sign-in/session-cookie.ts'
import { bootstrapOperator, type SetUpPorts, setUp } from '#lib/sign-in/set-up.ts'
import { checkSetupKey, isSetUp, setupLink } from '#lib/sign-in/setup-link.ts'
import { signInByMail } from '#lib/sign-in/sign-in-by-mail.ts'
import { signInWithOidc } from '#lib/sign-in/sign-in-with-oidc.ts'
import { signInWithPassword } from '#lib/sign-in/sign-in-with-password.ts'
import { createPasswordVerifier } from '#lib/sign-in/verify-password.ts'

type Ports = SetUpPorts &
  Omit<ChangePasswordPorts, 'verifyPassword'> &
  RequestMailPorts & {
    readonly settings: Pick<Config, 'url' | 'productName'>
    readonly sessionCookieCodec: SessionCookieCodec
  }

/** The use-cases of signing in and out, over their ports. */
export const signInUseCases = (given: Ports) => {
  const ports = { ...given, verifyPassword: createPasswordVerifier(given.passwordHasher) }
  return {
    findPerson: findPerson(ports),
    sessionCookie: ports.sessionCookieCodec,
    cookies: sessionCookieRules(ports.settings.url, ports.secretRing),
    isSetUp: isSetUp(ports),
    setupLink: setupLink(ports),
    checkSetupKey: checkSetupKey(ports),
    setUp: setUp(ports),
    bootstrapOperator: bootstrapOperator(ports),
    signInWithPassword: signInWithPassword(ports),
    confirmPassword: confirmPassword(ports),
    changePassword: changePassword(ports),
    setFirstPassword: setFirstPassword(ports),
    requestMail: requestMail(ports),
    openMailLink: openMailLink(ports),
    signInByMail: signInByMail(ports),
    resetPassword: resetPassword(ports),
    signInWithOidc: signInWithOidc(ports),
    /** What this browser asked to have mailed, from its cookie. */
    askingBrowser: (cookie: string | undefined) => openAskingBrowser(ports.secretRing, cookie),
    purge: purgeSignIn(ports),
    listSessions: listSessions(ports),
    endSession: endSession(ports),
    endAllSessions: endAllSessions(ports),
    signOut: signOut(ports),
  }
}
