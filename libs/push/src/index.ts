/** Puts onto a machine what its description says, and looks after it: over one connection, all or nothing. */
export { type Change, type Restarts, restartsInWords } from './plan.ts'
export type { Progress } from './progress.ts'
export { PushError } from './push-error.ts'
export { applyPush, planPush, type Plan, type PushRequest } from './push.ts'
export { removeInstallation } from './remove.ts'
export { rollBack, type RolledBack } from './rollback.ts'
export { statusOf, type CertificateStatus, type EntryPointStatus, type ServiceStatus, type Status } from './status.ts'
export { survey, type Survey } from './survey.ts'
