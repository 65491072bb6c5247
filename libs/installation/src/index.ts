/** What stands on a machine: files, units, users. Pure: a description in, texts out. */
export type {
  Circumstances,
  Effect,
  InstalledFile,
  Installation,
  Program,
  Propagation,
  SharedFolder,
  SystemUser,
} from './installation.ts'
export {
  API_USER,
  CONTAINERD,
  CURRENT,
  DOCKER,
  KEPT,
  LIVE,
  NETWORKS,
  PRIVATE_ADDRESS,
  ROOT,
  ROUTER,
  ROUTER_ADDRESS,
  ROUTER_CONTROL,
  TRAEFIK,
  TRAEFIK_STATE,
} from './paths.ts'
export { renderInstallation } from './render.ts'
export { socketsOf } from './sockets.ts'
