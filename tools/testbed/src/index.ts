/** Real parts for end-to-end tests: dockerd, Traefik, the built route server, and clients that see what a person would. */
export {
  httpGet,
  tcpExchange,
  udpExchange,
  type EchoAnswer,
  type Endpoint,
  type HttpAnswer,
  type HttpQuestion,
  type TcpAnswer,
  type TcpQuestion,
  type UdpQuestion,
} from './clients.ts'
export { type ApiCall, type ApiFaults, type TokenRights } from './cloudflare/api.ts'
export { PROXY_ADDRESSES } from './cloudflare/answers.ts'
export { startAuthority, type Authority } from './cloudflare/authority.ts'
export { CLOUDFLARE_URL, startCloudflare, type Cloudflare, type CloudflareOptions } from './cloudflare/cloudflare.ts'
export { type DnsFault } from './cloudflare/dns-server.ts'
export { type DnsRecord, type NewRecord } from './cloudflare/zones.ts'
export {
  echoCheck,
  type ContainerOptions,
  type Containers,
  type HealthCheck,
  type InspectedContainer,
} from './containers.ts'
export { countingProxy, type CountingProxy, type ProxyMode, type ProxyOptions } from './counting-proxy.ts'
export { makeTestDirectory, type TestDirectory } from './directory.ts'
export { startDockerd, type DockerdOptions, type RealDaemon } from './dockerd.ts'
export { ECHO_IMAGE, loadEchoImage } from './echo-image.ts'
export { eventually, type Patience } from './eventually.ts'
export { composePath, TRAEFIK_VERSION } from './executables.ts'
export { movableClock, type MovableClock } from './movable-clock.ts'
export { addressOf, freshNetworkId, injectedLabels } from './network.ts'
export { missingForServer, missingParts } from './missing.ts'
export { describeCompose, describeReal, describeRealCompose, describeRepository, describeServer } from './real.ts'
export { startRegistry, type Registry } from './registry/registry.ts'
export { startRouteServer, type RouteServerOptions, type RunningRouteServer } from './route-server.ts'
export { type Client, type FetchOptions, type FetchOutcome, type Listener } from './server/client.ts'
export { type Outcome, type RunSettings } from './server/outcome.ts'
export { startServer, type ServerOptions, type TestServer } from './server/server.ts'
export { type SshMaterial } from './server/ssh-material.ts'
export { GREETING, SUDO_PASSWORD, type TreeOptions } from './server/tree.ts'
export { ADDRESSES } from './server/wiring.ts'
export { mountSmallDisk, type SmallDisk } from './small-disk.ts'
export { type PollOptions, type RawPorts } from './traefik-config.ts'
export {
  startTraefik,
  type RealTraefik,
  type TraefikElement,
  type TraefikOptions,
  type TraefikRawData,
  type TraefikSection,
} from './traefik.ts'
