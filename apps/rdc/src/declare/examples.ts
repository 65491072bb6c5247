import type { Examples } from '@route-server/terminal'

/** What people type, by the command's words. Help and documentation show the same. */
export const EXAMPLES: Examples = {
  'rdc context add-machine': [
    'rdc context add-machine server-1 --ip 203.0.113.50 --user deploy',
    'rdc context add-machine server-1 --identity ~/.ssh/deploy --jump bastion.example.com',
  ],
  'rdc context set-infra': [
    'rdc context set-infra server-1 --public-ipv4 203.0.113.50 --base-domain example.com --cert-email admin@example.com --cf-dns-token-file token.txt',
    'rdc context set-infra server-1 --tcp-ports 25,143,465,587,993 --udp-ports 53',
    'rdc context set-infra server-1 --remove-tcp-ports 6379',
  ],
  'rdc context push-infra': ['rdc context push-infra server-1 --dry-run', 'rdc context push-infra server-1'],
  'rdc context logs': ['rdc context logs server-1 -f', 'rdc context logs server-1 --traefik -n 1000'],
  'rdc dns check': ['rdc dns check server-1', 'rdc dns check server-1 app.example.com --resolver 9.9.9.9'],
  'rdc repo up': [
    'rdc repo up my-app -m server-1 --mount',
    'rdc repo up my-app -m server-1 --wait-routed --dir ~/my-app',
  ],
  'rdc repo create': ['rdc repo create my-app -m server-1', 'rdc repo create safe -m server-1 --encrypted --size 10G'],
  'rdc repo logs': ['rdc repo logs my-app -m server-1 webapp -f'],
  'rdc repo exec': [
    'rdc repo exec my-app -m server-1 -- docker ps',
    'rdc repo exec my-app -m server-1 -- renet compose -- exec -T postgres pg_dump -U app webapp > dump.sql',
  ],
  'rdc repo fork': ['rdc repo fork my-app my-app-test -m server-1'],
  'rdc context remove-machine': ['rdc context remove-machine server-1 --yes'],
}
