/** Files that programs replace, one at a time. */
export { codeOf } from './error-code.ts'
export { REAL, type FileSystem, type OpenFile } from './file-system.ts'
export { LockError, withLock, type LockOptions } from './lock.ts'
export { reasonOf, type Reason } from './reasons.ts'
export {
  isLeftover,
  leftovers,
  removeFile,
  replaceFile,
  syncFile,
  syncFolder,
  writeBeside,
  type ReplaceOptions,
} from './replace-file.ts'
