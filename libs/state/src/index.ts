export { openState } from './state.ts'
export type { State } from './state.ts'
