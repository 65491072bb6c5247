/** The repositories of a machine: their networks, folders, volumes and daemons. */
export { daemonOf, type Daemon, type DaemonPlaces } from './daemon.ts'
export { copyRepository } from './fork.ts'
export { inTurn, type Turn } from './in-turn.ts'
export { storeFolder } from './paths.ts'
export { runCommand, type Run } from './run.ts'
export { StoreError } from './store-error.ts'
export { openStore, type Repository, type Store } from './store.ts'
export { volumeOf, type Volume } from './volume.ts'
