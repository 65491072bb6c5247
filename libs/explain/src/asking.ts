/** What a program needs that asks a route server and looks around itself; it has nothing of what the server knows by. */
export type { Facts } from './facts.ts'
export { socketsOf } from './facts.ts'
export { judge } from './judge.ts'
export type { Explanation } from './judge.ts'
export { lookAround } from './look-around.ts'
export { pageOf } from './page.ts'
export { probesOnMachine } from './probes/on-machine.ts'
export { readQuestion } from './question.ts'
