import { expect, it } from 'vitest'
import { mergeClaims } from '#lib/sign-in/oidc-claims.ts'

const ada = { email: 'ada@acme.example', email_verified: true }
const eve = { email: 'eve@acme.example', email_verified: true }

it('an address is as verified as whoever names it says, never as the other does', () => {
  expect(mergeClaims({ sub: '1', ...ada }, eve)).toMatchObject(ada)
  expect(mergeClaims({ sub: '1' }, eve)).toMatchObject(eve)
  expect(mergeClaims({ sub: '1', email: ada.email }, eve)).toMatchObject(eve)
  expect(mergeClaims({ sub: '1', email: ada.email }, { email_verified: true }).email).toBeUndefined()
  expect(mergeClaims({ sub: '1', email: ada.email }, { email: eve.email, email_verified: false })).toMatchObject({
    email: eve.email,
    email_verified: false,
  })
})

it('whatever else both say is the ID token’s', () => {
  expect(mergeClaims({ sub: '1', auth_time: 5 }, { sub: '2', auth_time: 6, locale: 'en' })).toMatchObject({
    sub: '1',
    auth_time: 5,
    locale: 'en',
  })
})
