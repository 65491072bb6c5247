import type { RuleMiddleware } from '../rules/modifiers.ts'

/** Why Traefik couldn't build something. */
export interface Fault {
  /** Completes a sentence that begins with the field's name. */
  readonly reason: string
  /** The value as it was probably meant. */
  readonly hint?: string
  /** The middlewares without which the hint would be another route. */
  readonly needs?: readonly RuleMiddleware[]
  /** Traefik would build it, and it wouldn't be what is meant. */
  readonly built?: true
}
