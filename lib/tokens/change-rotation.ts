import { type Acting, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { AuditEventType } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type ChangeTokenPorts, requireLive } from '#lib/tokens/change-token.ts'
import { type Overlap, overlapOf, type Replaced } from '#lib/tokens/overlap.ts'
import type { MovedEnd, RotationStore } from '#lib/tokens/rotation-store.ts'
import type { Token } from '#lib/tokens/token.ts'
import { tokenEvent } from '#lib/tokens/token-event.ts'
import { openToken, requireTouch } from '#lib/tokens/token-view.ts'

/** What changing a rotation under way needs of the world. */
export type ChangeRotationPorts = ChangeTokenPorts & { readonly rotationStore: RotationStore }

/** A rotation under way: the token, its two good credentials, and what the rotation replaced. */
export type RotationView = {
  readonly token: Token
  readonly overlap: Overlap
  readonly replaced: Replaced | undefined
}

/** A decided step of a rotation and what to record; undefined changes nothing. */
export type DecidedStep =
  | {
      readonly token: Token
      readonly ends: readonly MovedEnd[]
      readonly type: AuditEventType
      readonly details: Readonly<Record<string, unknown>>
    }
  | undefined

/** Which rotation is meant: the id of the credential it made. Without it, the one that is under way. */
export type Meant = { readonly rotationId?: string | undefined }

const readRotation = async (
  { tokenStore, rotationStore }: ChangeRotationPorts,
  token: Token,
  rotationId: string | undefined,
  now: number,
): Promise<RotationView> => {
  const overlap = overlapOf(await tokenStore.credentials(token.tenantId, token.id), now)
  if (!overlap || (rotationId !== undefined && overlap.current.id !== rotationId))
    throw new PortalError('token.no_rotation')
  return { token, overlap, replaced: await rotationStore.replaced(token.tenantId, overlap.current.id) }
}

/**
 * Opens a token in the middle of a rotation, asks whether the principal may touch it, decides, and moves the ends of its
 * credentials; reruns when something changed meanwhile, but never carries a step over to another rotation. Answers the
 * token as it is afterwards.
 */
export const changeRotation = async (
  ports: ChangeRotationPorts,
  principal: Principal,
  tokenId: string,
  { rotationId }: Meant,
  decide: (view: RotationView, acting: Acting, now: number) => DecidedStep,
): Promise<Token> => {
  let meant = rotationId
  return rerunWhenStale(async () => {
    const now = ports.clock.now()
    const acting = await readActing(ports, principal)
    const view = await openToken(ports, acting, tokenId)
    requireTouch(acting, view)
    requireLive(view.token, now)
    const rotation = await readRotation(ports, view.token, meant, now)
    // What a rerun meets may be somebody else's new rotation, in which the former one is the one just made.
    meant = rotation.overlap.current.id
    const step = decide(rotation, acting, now)
    if (!step) return view.token
    const event = tokenEvent(ports, principal, step.type, step.token, { rotationId: meant, ...step.details })
    await ports.rotationStore.move(step, { versions: acting.versions, event })
    return { ...step.token, version: step.token.version + 1 }
  })
}
