import { type Permission, portalPermissions } from '#lib/access/permission.ts'
import type { Role } from '#lib/access/role.ts'

const permission = (category: string, key: string, label: string, description: string): Permission => ({
  key,
  label,
  description,
  category,
})

/** The catalog a new environment starts with; an operator replaces it with the product's own. */
export const STARTING_PERMISSIONS: readonly Permission[] = [
  permission('Projects', 'projects:read', 'Read projects', 'See projects and their settings.'),
  permission('Projects', 'projects:write', 'Write projects', 'Create and change projects.'),
  permission('Projects', 'projects:delete', 'Delete projects', 'Delete projects with all they hold.'),
  permission('Projects', 'deployments:read', 'Read deployments', 'See deployments and their logs.'),
  permission('Projects', 'deployments:create', 'Create deployments', 'Start and roll back deployments.'),
  permission('Data', 'records:read', 'Read records', 'Read the records of every project.'),
  permission('Data', 'records:write', 'Write records', 'Create and change records.'),
  permission('Data', 'records:delete', 'Delete records', 'Delete records for good.'),
  permission('Data', 'exports:create', 'Create exports', 'Export records as files.'),
  permission('Data', 'exports:read', 'Read exports', 'Download finished exports.'),
  permission('Reports', 'reports:read', 'Read reports', 'See dashboards and reports.'),
  permission('Reports', 'reports:write', 'Write reports', 'Create and change reports.'),
  permission('Reports', 'events:read', 'Read events', 'Read the stream of product events.'),
  permission('Integrations', 'webhooks:read', 'Read webhooks', 'See webhooks and their deliveries.'),
  permission('Integrations', 'webhooks:write', 'Write webhooks', 'Create, change and delete webhooks.'),
  permission('Integrations', 'connectors:read', 'Read connectors', 'See connected services.'),
  permission('Integrations', 'connectors:write', 'Write connectors', 'Connect and disconnect services.'),
  permission('Billing', 'invoices:read', 'Read invoices', 'See and download invoices.'),
  permission('Billing', 'subscription:read', 'Read subscription', 'See plan and consumption.'),
  permission('Billing', 'subscription:write', 'Change subscription', 'Change plan and payment method.'),
]

const keys = (keep: (key: string) => boolean): readonly string[] =>
  STARTING_PERMISSIONS.map(({ key }) => key).filter(keep)

const isBilling = (key: string) => key.startsWith('invoices:') || key.startsWith('subscription:')

/** The roles a new environment starts with, strongest first. */
export const STARTING_ROLES: readonly Role[] = [
  {
    key: 'owner',
    name: 'Owner',
    description: 'Everything, billing included.',
    level: 0,
    permissions: [...keys(() => true), ...portalPermissions.map(({ key }) => key)],
  },
  {
    key: 'admin',
    name: 'Admin',
    description: 'Everything but changes to the subscription; manages members and account tokens.',
    level: 10,
    permissions: [...keys((key) => key !== 'subscription:write'), ...portalPermissions.map(({ key }) => key)],
  },
  {
    key: 'member',
    name: 'Member',
    description: 'Works with projects and data; deletes nothing, sees no billing.',
    level: 20,
    permissions: [...keys((key) => !key.endsWith(':delete') && !isBilling(key)), 'tenant.members:read'],
  },
  {
    key: 'read_only',
    name: 'Read-only',
    description: 'Looks, but changes nothing.',
    level: 30,
    permissions: [...keys((key) => key.endsWith(':read') && !isBilling(key)), 'tenant.members:read'],
  },
]
