/** A repository as its folder has it: which network, and which service has which slot. */
export { addressOf, oneOffAddressOf } from './addresses.ts'
export { findNetwork } from './find-network.ts'
export { RepositoryError } from './repository-error.ts'
export {
  adopt,
  findRepositoryFile,
  keepSlots,
  readRepository,
  releaseSlot,
  REPOSITORY_FILE,
} from './repository-file.ts'
export { allocate, type Slots } from './slots.ts'
export { isNameable, variableOf, variablesOf } from './variables.ts'
