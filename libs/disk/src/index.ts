/** Files that programs replace, one at a time. */
export { codeOf } from './error-code.ts'
export { REAL, type FileSystem } from './file-system.ts'
export { LockError, withLock } from './lock.ts'
export { reasonOf, type Reason } from './reasons.ts'
export { isLeftover, leftovers, removeFile, replaceFile, syncFile, syncFolder, writeBeside } from './replace-file.ts'
