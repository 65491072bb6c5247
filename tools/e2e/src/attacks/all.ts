import type { Attack } from './attack.ts'
import { ENTRY_POINT_ATTACKS } from './entry-points.ts'
import { HOST_ATTACKS } from './hosts.ts'
import { IDENTITY_ATTACKS } from './identities.ts'
import { LOOPBACK_ATTACKS } from './loopback.ts'
import { NAME_ATTACKS } from './names.ts'
import { REACH_ATTACKS } from './reaches.ts'
import { SHARE_ATTACKS } from './shares.ts'

/** Every attack that bites, by what it is on. */
export const ATTACKS: Readonly<Record<string, readonly Attack[]>> = {
  identity: IDENTITY_ATTACKS,
  names: NAME_ATTACKS,
  hosts: HOST_ATTACKS,
  'entry points': ENTRY_POINT_ATTACKS,
  upstreams: REACH_ATTACKS,
  loopback: LOOPBACK_ATTACKS,
  shares: SHARE_ATTACKS,
}
