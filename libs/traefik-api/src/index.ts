/** What Traefik says of itself: the one client of its API. */
export { askApi, readApi } from './api.ts'
export type { Api, Reply } from './api.ts'
export { readMachine } from './machine.ts'
export type { TraefikMachine } from './machine.ts'
export { listRouters, lookUpRouters } from './routers.ts'
export type { NamedStatus, Provider } from './routers.ts'
export { statusIn } from './status.ts'
export type { RouterKey, RouterStatus, Statuses } from './status.ts'
