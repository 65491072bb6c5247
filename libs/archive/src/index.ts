/** Files on their way to a machine. */
export { archiveOf, type Archive } from './archive.ts'
