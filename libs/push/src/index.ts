/** Puts onto a machine what its description says, and looks after it: over one connection, all or nothing. */
export { restartsInWords } from './plan.ts'
export { findPropagation, type FoundPropagation } from './propagation.ts'
export { applyPush, planPush, type Plan } from './push.ts'
export { removeInstallation } from './remove.ts'
export { routedHosts } from './routed-hosts.ts'
export { rollBack } from './rollback.ts'
export { statusOf, type Status } from './status.ts'
