/** What programs outside jest use of the test bed: folders, ports, processes, and where Traefik is. */
export { makeTestDirectory, type TestDirectory } from './directory.ts'
export { eventually, type Patience } from './eventually.ts'
export { isExecutable, TRAEFIK_VERSION, traefikPath } from './executables.ts'
export { freePorts } from './ports.ts'
export { lastLines, startProcess, untilReady, type ProcessOptions, type RunningProcess } from './process.ts'
