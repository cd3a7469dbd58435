/** One thing that may be allowed, as the environment's catalog or the portal itself lists it. */
export type Permission = {
  /** `resource:action`. */
  readonly key: string
  readonly label: string
  readonly description: string
  readonly category: string
}

const PERMISSION_KEY = /^[a-z][a-z0-9_.-]{0,39}:[a-z][a-z0-9_.-]{0,39}$/

/** Whether a text has the form of a permission key: `resource:action`, lower case, at most 40 characters a side. */
export const isPermissionKey = (text: string): boolean => PERMISSION_KEY.test(text)

const PORTAL_PERMISSIONS = [
  {
    key: 'tenant.tokens:manage',
    label: 'Manage account tokens',
    description: 'Issue, change and revoke tokens that act for the account, and see every token in it.',
    category: 'Portal',
  },
  {
    key: 'tenant.members:manage',
    label: 'Manage members',
    description: 'Add and remove people and change their roles.',
    category: 'Portal',
  },
  {
    key: 'tenant.members:read',
    label: 'See members',
    description: 'See who belongs to the account.',
    category: 'Portal',
  },
] as const satisfies readonly Permission[]

/** A permission over the portal itself; never part of an `owner` grant. */
export type PortalPermissionKey = (typeof PORTAL_PERMISSIONS)[number]['key']

/** The permissions over the portal itself. */
export const portalPermissions: readonly Permission[] = PORTAL_PERMISSIONS

/** Whether a key is a permission over the portal itself. */
export const isPortalPermission = (key: string): boolean => key.startsWith('tenant.')
