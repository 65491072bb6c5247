import { hexId, type State } from './container.ts'
import type { Containers } from './containers.ts'

/** The version that the simulator calls itself; what it answers was compared with this dockerd. */
export const DOCKER_VERSION = '20.10.24'

/** The answer to `GET /version`. */
export function versionAnswer(apiVersion: string, minApiVersion: string) {
  return {
    Platform: { Name: '' },
    Components: [
      { Name: 'Engine', Version: DOCKER_VERSION, Details: { ApiVersion: apiVersion, MinAPIVersion: minApiVersion } },
    ],
    Version: DOCKER_VERSION,
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    GitCommit: 'simulated',
    GoVersion: 'go1.19.8',
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: '6.1.0',
    BuildTime: '2023-01-01T00:00:00.000000000+00:00',
  }
}

/** The answer to `GET /info`. */
export function infoAnswer(containers: Containers, liveRestore: boolean, seed: string, now: number) {
  const count = (...states: State[]) => containers.all().filter(({ state }) => states.includes(state)).length
  return {
    ID: daemonId(seed),
    Containers: containers.all().length,
    ContainersRunning: count('running'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('created', 'exited'),
    Images: 1,
    Driver: 'overlay2',
    SystemTime: new Date(now).toISOString(),
    LoggingDriver: 'json-file',
    KernelVersion: '6.1.0',
    OperatingSystem: 'Docker simulator',
    OSType: 'linux',
    Architecture: 'x86_64',
    NCPU: 2,
    MemTotal: 8589934592,
    DockerRootDir: '/var/lib/docker',
    Name: 'simulator',
    Labels: [],
    ServerVersion: DOCKER_VERSION,
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: liveRestore,
    SecurityOptions: [],
    Warnings: null,
  }
}

/** Twelve groups of four letters and digits. */
function daemonId(seed: string): string {
  return (hexId(`daemon ${seed}`).slice(0, 48).toUpperCase().match(/.{4}/g) ?? []).join(':')
}
