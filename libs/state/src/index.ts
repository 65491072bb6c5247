export { CONTROL_SOCKET } from './hold.ts'
export { openState } from './state.ts'
export type { State, StateOptions } from './state.ts'
export { StateError } from './state-error.ts'
