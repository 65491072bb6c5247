/** How our programs speak to whoever sits at a terminal. */
export { addExamples, wordsOf } from './examples.ts'
export type { Examples } from './examples.ts'
export { print, printJson } from './print.ts'
export { run, STATUS, tellError, UsageError } from './run.ts'
export { visible } from './visible.ts'
