/** Files on their way to a machine. */
export { archiveOf } from './archive.ts'
