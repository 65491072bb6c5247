/** Real parts for end-to-end tests: dockerd, Traefik, the built route server, and clients that see what a person would. */
export { startBrowser } from './browser.ts'
export { httpGet, tcpExchange, udpExchange, type Endpoint, type HttpAnswer, type HttpQuestion } from './clients.ts'
export { startAuthority, type Authority } from './cloudflare/authority.ts'
export { startCloudflare, type Cloudflare } from './cloudflare/cloudflare.ts'
export { echoCheck, type ContainerOptions } from './containers.ts'
export { countingProxy, type CountingProxy, type ProxyMode } from './counting-proxy.ts'
export { makeTestDirectory, type TestDirectory } from './directory.ts'
export { startDockerd, type RealDaemon } from './dockerd.ts'
export { loadEchoImage } from './echo-image.ts'
export { eventually } from './eventually.ts'
export { composePath, promtoolPath, TRAEFIK_VERSION, workspaceFile } from './executables.ts'
export { movableClock, type MovableClock } from './movable-clock.ts'
export { addressOf, freshNetworkId, injectedLabels } from './network.ts'
export { missingForServer } from './missing.ts'
export {
  describeBrowser,
  describeCompose,
  describeMetrics,
  describeReal,
  describeRealCompose,
  describeRepository,
  describeServer,
} from './real.ts'
export { startRegistry, type Registry } from './registry/registry.ts'
export { startRouteServer, type RunningRouteServer } from './route-server.ts'
export { type Outcome } from './server/outcome.ts'
export { startServer, type ServerOptions, type TestServer } from './server/server.ts'
export { GREETING } from './server/tree.ts'
export { ADDRESSES } from './server/wiring.ts'
export { mountSmallDisk, type SmallDisk } from './small-disk.ts'
export { type RawPorts } from './traefik-config.ts'
export { startTraefik, type RealTraefik, type TraefikElement, type TraefikSection } from './traefik.ts'
