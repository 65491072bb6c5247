import type { Waiting } from './claims/arbitrate.ts'
import type { Kernel, NetworkRoutes } from './kernel.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { LifeChange } from './life/roster.ts'

/** What the document looks like, and why. */
export interface Rendering {
  /** The document, canonical YAML in UTF-8. */
  readonly bytes: Uint8Array
  /** By ascending network ID. */
  readonly networks: readonly NetworkRoutes[]
  readonly ledger: Ledger
  /** Who waits for a port; the oldest first. */
  readonly waiting: readonly Waiting[]
}

/** What everybody comes to once these changes are taken in. `now` stands in new claims; milliseconds since 1970. */
export function render(kernel: Kernel, change: LifeChange, now = 0): Rendering {
  kernel.apply(change, now)
  return {
    bytes: kernel.document().bytes(),
    networks: kernel.networks(),
    ledger: kernel.ledger,
    waiting: kernel.waiting(),
  }
}
