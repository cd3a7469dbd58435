import { PROOF_ERRORS } from '#lib/errors/proof-errors.ts'
import { RESTORE_ERRORS } from '#lib/errors/restore-errors.ts'

type ErrorEntry = {
  /** HTTP status of the problem document (RFC 9457). */
  readonly status: number
  /** The `error` of an OAuth answer, where it is not the default of its status (RFC 6749 §5.2, RFC 6750 §3.1). */
  readonly oauth?: string
  readonly title: string
  /** A full sentence for the person or program that asked; a PortalError's detail takes its place. */
  readonly message: string
}

/** Every refusal Latchkey can give: one table, rendered as problem JSON, OAuth error and form state. */
export const ERRORS = {
  'request.malformed': {
    status: 400,
    oauth: 'invalid_request',
    title: 'Malformed request',
    message: 'The request could not be read.',
  },
  'request.invalid': {
    status: 422,
    oauth: 'invalid_request',
    title: 'Some values are not acceptable',
    message: 'Check the marked fields.',
  },
  'request.too_large': {
    status: 413,
    oauth: 'invalid_request',
    title: 'Request too large',
    message: 'The body may hold at most 64 KB.',
  },
  'request.method': {
    status: 405,
    oauth: 'invalid_request',
    title: 'Method not allowed',
    message: 'This address does not answer that method.',
  },
  'request.media_type': {
    status: 415,
    oauth: 'invalid_request',
    title: 'Unsupported media type',
    message: 'The body is not of a type this address reads.',
  },
  'request.origin': {
    status: 403,
    title: 'Request from elsewhere',
    message: 'The request did not come from this portal.',
  },
  'request.stale': {
    status: 409,
    title: 'Changed meanwhile',
    message: 'Somebody changed this at the same moment. Look again and retry.',
  },
  'request.rate_limited': {
    status: 429,
    oauth: 'temporarily_unavailable',
    title: 'Too many requests',
    message: 'Wait a moment and try again.',
  },
  'resource.not_found': { status: 404, title: 'Not found', message: 'There is nothing here, or nothing you may see.' },
  'session.required': {
    status: 401,
    title: 'Sign in first',
    message: 'You are not signed in, or your session has ended.',
  },
  'session.stale': {
    status: 403,
    title: 'Confirm that it is you',
    message: 'This needs a sign-in of the last 10 minutes. Enter your password again.',
  },
  'access.denied': {
    status: 403,
    oauth: 'access_denied',
    title: 'Not allowed',
    message: 'Your role does not allow this.',
  },
  'access.exceeds_own': {
    status: 403,
    title: 'More than you hold',
    message: 'You cannot grant what you do not hold yourself.',
  },
  'access.too_strong': {
    status: 403,
    title: 'Made by a stronger role',
    message: 'This was granted by someone with a stronger role than yours.',
  },
  'token.already_issued': {
    status: 409,
    title: 'Already issued',
    message: 'This request has made its token: its secret was in the first answer. Revoke it and make another.',
  },
  'token.not_active': {
    status: 409,
    title: 'Token has ended',
    message: 'A revoked or expired token cannot be changed.',
  },
  'token.no_rotation': {
    status: 409,
    title: 'No rotation under way',
    message: 'This rotation is over: the former credential has ended, or somebody cancelled it or rotated again.',
  },
  'token.limit': {
    status: 409,
    title: 'Too many tokens',
    message: 'The limit of active tokens is reached. Revoke some that are no longer used.',
  },
  'token.policy': {
    status: 403,
    title: 'Not allowed by policy',
    message: 'The policy of this account does not allow such a token.',
  },
  'credential.missing': {
    status: 401,
    oauth: 'invalid_request',
    title: 'No credential',
    message: 'Send a token in X-API-KEY or in Authorization: Bearer.',
  },
  'credential.ambiguous': {
    status: 400,
    oauth: 'invalid_request',
    title: 'Two credentials',
    message: 'Send one credential, in one header.',
  },
  'credential.wrong_header': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Wrong header',
    message: 'An access token belongs in X-API-KEY, a bearer JWT in Authorization: Bearer.',
  },
  'credential.invalid': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Invalid credential',
    message: 'The credential is not one of ours.',
  },
  'credential.expired': { status: 401, oauth: 'invalid_token', title: 'Expired', message: 'The token has expired.' },
  'token.revoked': { status: 401, oauth: 'invalid_token', title: 'Revoked', message: 'The token was revoked.' },
  'token.paused': { status: 401, oauth: 'invalid_token', title: 'Paused', message: 'The token is paused.' },
  'token.owner_gone': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Owner gone',
    message: 'The person this token acts for is no longer a member.',
  },
  'token.switched_off': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Tokens switched off',
    message: 'The account does not allow machine-to-machine tokens at present.',
  },
  'token.address': {
    status: 403,
    oauth: 'access_denied',
    title: 'Address not allowed',
    message: 'The token may not be used from this address.',
  },
  'token.audience': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Wrong audience',
    message: 'The token is not meant for this audience.',
  },
  'token.permission': {
    status: 403,
    oauth: 'insufficient_scope',
    title: 'Permission missing',
    message: 'The token does not hold a required permission.',
  },
  'oauth.invalid_client': {
    status: 401,
    oauth: 'invalid_client',
    title: 'Client authentication failed',
    message: 'The client id is unknown, or its secret or assertion is wrong.',
  },
  'oauth.invalid_grant': {
    status: 400,
    oauth: 'invalid_grant',
    title: 'Invalid grant',
    message: 'The refresh token is not valid.',
  },
  'oauth.unsupported_grant_type': {
    status: 400,
    oauth: 'unsupported_grant_type',
    title: 'Unsupported grant type',
    message: 'The grant_type is client_credentials or refresh_token.',
  },
  'oauth.invalid_scope': {
    status: 400,
    oauth: 'invalid_scope',
    title: 'Invalid scope',
    message: 'The scope names something the credential may not do.',
  },
  'oauth.invalid_target': {
    status: 400,
    oauth: 'invalid_target',
    title: 'Unknown resource',
    message: 'The resource is not an audience of this environment.',
  },
  'leak_report.signature': {
    status: 403,
    title: 'Signature not accepted',
    message: 'The report is not signed by a key of GitHub.',
  },
  'leak_report.keys': {
    status: 503,
    title: 'Signature not checked',
    message: 'The keys of GitHub could not be read, so nothing was done. Try again in a moment.',
  },
  ...PROOF_ERRORS,
  'member.exists': {
    status: 409,
    title: 'Already a member',
    message: 'This person is already a member of the account.',
  },
  'member.last_owner': {
    status: 409,
    title: 'Last owner',
    message: 'An account keeps at least one member of its strongest role. Give it to somebody else first.',
  },
  'role.exists': { status: 409, title: 'Role exists', message: 'There is a role with this key already.' },
  'role.in_use': {
    status: 409,
    title: 'Role in use',
    message: 'Members hold this role. Give them another first.',
  },
  'permission.exists': {
    status: 409,
    title: 'Permission exists',
    message: 'The catalog has a permission with this key already.',
  },
  'setup.closed': {
    status: 409,
    title: 'Setup is done',
    message: 'This environment is already set up. Sign in instead.',
  },
  'setup.link_invalid': {
    status: 403,
    title: 'Setup link not valid',
    message: 'This setup link is not valid. The terminal prints the right one at start.',
  },
  'sign_in.refused': {
    status: 401,
    title: 'Could not sign in',
    message: 'The e-mail address or the password is wrong.',
  },
  'sign_in.code': {
    status: 401,
    title: 'Code not accepted',
    message: 'This code is wrong, used or too old. Ask for a new one.',
  },
  'sign_in.slow_down': {
    status: 429,
    title: 'Too many attempts',
    message: 'There were too many attempts. Wait a little and try again.',
  },
  'sign_in.not_invited': { status: 403, title: 'Not invited yet', message: 'Ask an administrator to invite you.' },
  'sign_in.unavailable': {
    status: 404,
    title: 'Sign-in method not set up',
    message: 'This way of signing in is not set up here.',
  },
  'store.unavailable': {
    status: 503,
    oauth: 'temporarily_unavailable',
    title: 'Temporarily unavailable',
    message:
      'The data could not be read or written. If you asked for a change, look whether it was made before you ask again.',
  },
  ...RESTORE_ERRORS,
  'mail.unavailable': {
    status: 503,
    title: 'Mail not sent',
    message: 'The mail could not be sent. Try again in a moment.',
  },
  'server.overloaded': {
    status: 503,
    oauth: 'temporarily_unavailable',
    title: 'Too busy',
    message: 'There is too much to do at present. Nothing was done. Try again in a moment.',
  },
  'server.internal': {
    status: 500,
    oauth: 'server_error',
    title: 'Something went wrong',
    message: 'An unexpected error happened. Quote the request id when you report it.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>

/** A code of the error table: `noun.what_went_wrong`. */
export type ErrorCode = keyof typeof ERRORS

/** The table's entry of a code, in the one shape all renderers read. */
export const errorEntry = (code: ErrorCode): ErrorEntry => ERRORS[code]

/** Whether a text is a code of the table; `/errors/<code>` asks it. */
export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERRORS, text)
