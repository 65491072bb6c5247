/** A compose file as Docker Compose resolves it, and what makes its services reachable. */
export {
  isDetached,
  makesContainers,
  needsDaemon,
  needsProject,
  readArguments,
  scalesOf,
  serviceOfRun,
  type ComposeArguments,
} from './arguments.ts'
export { askModel, askServices, type Answer, type Input } from './ask-model.ts'
export { ComposeError } from './compose-error.ts'
export { withFile, type WithFile } from './files.ts'
export { findCompose, type Environment } from './find-compose.ts'
export { HANDED_OVER, withText } from './hand-over.ts'
export type { ComposeModel, ComposeService } from './model.ts'
export { planFor, variablesFor, type Plan, type PlannedService } from './plan.ts'
export { endAs, runProgram, signalGroup, statusOf, type Exit } from './run-program.ts'
export { otherProtocolOf, type ContainerPort } from './service-port.ts'
