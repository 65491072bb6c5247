/** A repository as its folder has it: which network, and which service has which slot. */
export { addressOf, LAST_SLOT, oneOffAddressOf } from './addresses.ts'
export { findNetwork, type NetworkSources } from './find-network.ts'
export { parseRepository, type RepositoryContent } from './parse-file.ts'
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
