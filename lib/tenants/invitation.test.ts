import { describe, expect, it } from 'vitest'
import { invitationMail } from '#lib/tenants/invitation.ts'

const invitation = {
  email: 'new@example.com',
  tenantName: 'Acme',
  invitedBy: 'Olga',
  portalUrl: 'https://tokens.example',
}

describe('invitationMail', () => {
  it('says who, where and how', () => {
    const { to, subject, text } = invitationMail(invitation)
    expect(to).toBe('new@example.com')
    expect(subject).toBe('You have been added to Acme')
    expect(text.split('\n').slice(0, 5)).toEqual([
      'Olga has added you to the account Acme.',
      '',
      'Sign in with this address, new@example.com:',
      '',
      '  https://tokens.example/sign-in',
    ])
  })

  it('keeps names on their line, so that none can pass for a header or a paragraph of ours', () => {
    const { subject, text } = invitationMail({
      ...invitation,
      tenantName: 'Acme\r\nBcc: everybody@example.com',
      invitedBy: 'Olga\n\nYour password has expired: https://evil.example',
    })
    expect(subject).toBe('You have been added to Acme Bcc: everybody@example.com')
    expect(text.split('\n')[0]).toBe(
      'Olga Your password has expired: https://evil.example has added you to the account Acme Bcc: everybody@example.com.',
    )
  })
})
