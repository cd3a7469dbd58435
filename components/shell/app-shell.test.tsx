import type { ReactElement } from 'react'
import { expect, it } from 'vitest'
import { AppShell } from '#components/shell/app-shell.tsx'
import { ShellHeader, type ShellHeaderProps } from '#components/shell/shell-header.tsx'

const isHeader = (child: unknown): child is ReactElement<ShellHeaderProps> =>
  typeof child === 'object' && child !== null && 'type' in child && child.type === ShellHeader

it('hands the browser of who looks on only what the header shows', () => {
  const person = { name: 'Ada', email: 'ada@example.com', userId: 'u-1', sessionId: 's-1' }
  const account = { id: 'tenant-1', slug: 'acme', name: 'Acme' }
  const shell = AppShell({
    user: person,
    account,
    accounts: [account],
    theme: 'dark',
    signOut: '/out',
    children: null,
  }) as ReactElement<{ readonly children: readonly unknown[] }>
  expect(shell.props.children.find(isHeader)?.props).toEqual({
    user: { name: 'Ada', email: 'ada@example.com' },
    account: { slug: 'acme', name: 'Acme' },
    accounts: [{ slug: 'acme', name: 'Acme' }],
    theme: 'dark',
    signOut: '/out',
  })
})
