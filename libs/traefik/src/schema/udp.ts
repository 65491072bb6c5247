import { integer, list, map, string, strings, struct } from './nodes.ts'

export const udp = struct({
  routers: map(struct({ entryPoints: strings(), service: string({ refers: 'udp.services', required: true }) })),
  services: map(
    struct(
      {
        loadBalancer: struct({
          servers: list(
            struct({
              address: string({ label: 'ignored', reaches: 'address' }),
              port: string({ document: 'ignored' }),
            }),
            {
              labelName: 'server',
            },
          ),
        }),
        weighted: struct(
          {
            services: list(
              struct({
                name: string({ refers: 'udp.services', required: true }),
                weight: integer({ optional: true, default: 1, min: 0 }),
              }),
            ),
          },
          { label: 'ignored' },
        ),
      },
      { whole: 'one-kind' },
    ),
  ),
})
