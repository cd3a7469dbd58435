/** The part of the error table that concerns proofs of possession (RFC 9449). */
export const PROOF_ERRORS = {
  'credential.bound': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Bound to a key',
    message: 'This JWT is bound to a key. Send it as Authorization: DPoP, with a proof in DPoP.',
  },
  'credential.unbound': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Not bound to a key',
    message: 'This JWT is bound to no key. Send it as Authorization: Bearer.',
  },
  'credential.dpop_proof': {
    status: 401,
    oauth: 'invalid_dpop_proof',
    title: 'Proof of possession not accepted',
    message: 'The DPoP proof is not good for this request.',
  },
  'credential.dpop_nonce': {
    status: 401,
    oauth: 'use_dpop_nonce',
    title: 'Nonce needed',
    message: 'The DPoP proof needs the nonce of the header DPoP-Nonce.',
  },
  'credential.dpop_request': {
    status: 400,
    oauth: 'invalid_request',
    title: 'Which request is it for?',
    message: 'A JWT that is bound to a key is only good with the method and the URL of the request it came with.',
  },
  'token.dpop_required': {
    status: 401,
    oauth: 'invalid_token',
    title: 'Bound JWT needed',
    message: 'This token only works with JWTs that are bound to a key. Exchange it again, with a DPoP proof.',
  },
  'oauth.invalid_dpop_proof': {
    status: 400,
    oauth: 'invalid_dpop_proof',
    title: 'Proof of possession not accepted',
    message: 'The DPoP proof is not good for this request.',
  },
  'oauth.use_dpop_nonce': {
    status: 400,
    oauth: 'use_dpop_nonce',
    title: 'Nonce needed',
    message: 'The DPoP proof needs the nonce of the header DPoP-Nonce.',
  },
} as const
