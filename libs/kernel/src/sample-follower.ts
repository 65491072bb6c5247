import type { NetworkId } from '@route-server/plugin-api'
import type { Kernel } from './kernel.ts'
import { residentsOf } from './life/presence.ts'
import type { LifeChange, Resident, Residents } from './life/roster.ts'
import { render } from './render.ts'
import type { Rendering } from './render.ts'
import type { Listing } from './snapshot.ts'

const NOBODY: Residents = new Map()

const isSame = (a: Resident | undefined, b: Resident | undefined): boolean =>
  a === b || (a?.container === b?.container && a?.presence === b?.presence && a?.presence !== 'held')

/** Who is other in one than in the other. */
export function changeBetween(
  before: ReadonlyMap<NetworkId, Residents>,
  after: ReadonlyMap<NetworkId, Residents>,
): LifeChange {
  const change = new Map<NetworkId, Map<string, Resident | undefined>>()
  for (const network of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(network) ?? NOBODY, after.get(network) ?? NOBODY]
    const ids = [...new Set([...was.keys(), ...is.keys()])].filter((id) => !isSame(was.get(id), is.get(id)))
    if (ids.length > 0) change.set(network, new Map(ids.map((id) => [id, is.get(id)])))
  }
  return change
}

/** Leads a kernel from listings to listings, for tests that have them whole. */
export function follow(kernel: Kernel): (listings: Iterable<Listing>, now?: number) => Rendering {
  let known: ReadonlyMap<NetworkId, Residents> = new Map()
  return (listings, now = 0) => {
    const before = known
    known = residentsOf(listings)
    return render(kernel, changeBetween(before, known), now)
  }
}
