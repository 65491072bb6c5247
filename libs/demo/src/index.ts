export { startDemo } from './start-demo.ts'
export type { Demo } from './start-demo.ts'
