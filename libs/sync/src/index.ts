/** A folder here, brought to a folder there: what changed, and nothing that came into being there. */
export { apply, type Arrived } from './apply.ts'
export { collect } from './collect.ts'
export { type Entries, type Entry } from './entry.ts'
export { packed } from './packed.ts'
export { planFor, planSync, stillAgreed, type Conflict, type SyncPlan } from './plan.ts'
export { fateOf, readRecord, writeRecord, type Sent } from './record.ts'
export { SyncError } from './sync-error.ts'
