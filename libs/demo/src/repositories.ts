import type { ContainerSpec } from '@route-server/docker-simulator'

/** A service of the demo: a container, and what really listens on its address. */
export interface DemoService {
  readonly name: string
  readonly image: string
  /** Slot in the network: its address is the network's base + 2 + slot. */
  readonly slot: number
  readonly http?: number
  readonly tcp?: number
  readonly udp?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly health?: ContainerSpec['health']
}

export interface Repository {
  readonly network: number
  readonly about: string
  readonly services: readonly DemoService[]
  /** What is deployed later instead of what has its name, by turns. */
  readonly deploys?: readonly DemoService[]
}

/** `.localhost` names lead to this machine without any DNS. */
export const BASE_DOMAIN = 'localhost'

const blog = {
  name: 'blog',
  image: 'ghost:5',
  slot: 1,
  http: 2368,
  labels: {
    'traefik.enable': 'true',
    'traefik.http.routers.blog.rule': 'Host(`blog.localhost`)',
    'traefik.http.routers.blog.middlewares': 'blog-gzip',
    'traefik.http.middlewares.blog-gzip.compress': 'true',
    'traefik.http.services.blog.loadbalancer.server.port': '2368',
  },
} satisfies DemoService

const { 'traefik.http.routers.blog.middlewares': middlewares, ...others } = blog.labels
const mistyped: DemoService = { ...blog, labels: { ...others, 'traefik.http.routers.blog.middelwares': middlewares } }

/** Three repositories of the kinds that people have, and one mistake that people make. */
export const repositories: readonly Repository[] = [
  {
    network: 2816,
    about: 'a shop',
    services: [
      {
        name: 'web',
        image: 'shop/web:4',
        slot: 0,
        http: 8080,
        labels: {
          'traefik.enable': 'true',
          'traefik.http.routers.web.rule': 'Host(`shop.localhost`)',
          'traefik.http.routers.web.entrypoints': 'websecure,websecure-v6',
          'traefik.http.routers.web.tls': 'true',
          'traefik.http.routers.web.middlewares': 'web-hsts',
          'traefik.http.middlewares.web-hsts.headers.stsSeconds': '15768000',
          'traefik.http.services.web.loadbalancer.server.port': '8080',
        },
      },
      { name: 'api', image: 'shop/api:12', slot: 1, http: 3000, health: 'healthy' },
      { name: 'postgres', image: 'postgres:17', slot: 2, tcp: 5432 },
    ],
  },
  {
    network: 2880,
    about: 'a mail server',
    services: [
      {
        name: 'mail',
        image: 'mailserver:14',
        slot: 0,
        tcp: 25,
        labels: {
          'traefik.enable': 'true',
          'traefik.tcp.routers.smtp.entrypoints': 'tcp-25',
          'traefik.tcp.routers.smtp.rule': 'HostSNI(`*`)',
          'traefik.tcp.routers.smtp.service': 'smtp',
          'traefik.tcp.services.smtp.loadbalancer.server.port': '25',
        },
      },
      { name: 'webmail', image: 'roundcube:1.6', slot: 1, http: 8000 },
    ],
  },
  {
    network: 2944,
    about: 'a name server and a blog with a typing mistake',
    services: [
      {
        name: 'dns',
        image: 'coredns:1',
        slot: 0,
        udp: 53,
        labels: {
          'traefik.enable': 'true',
          'traefik.udp.routers.dns.entrypoints': 'udp-53',
          'traefik.udp.services.dns.loadbalancer.server.port': '53',
        },
      },
      mistyped,
    ],
    deploys: [blog, mistyped],
  },
]
