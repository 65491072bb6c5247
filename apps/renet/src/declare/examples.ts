import type { Examples } from '@route-server/terminal'

/** What people type, by the command's words. Help and documentation show the same. */
export const EXAMPLES: Examples = {
  'renet compose': [
    'renet compose -- up -d',
    'renet compose --wait-routed -- up -d',
    'renet compose --dry-run -- up',
    'renet compose --network-id 2816 -- -f compose.yaml -f production.yaml up -d --wait',
  ],
  'renet up': ['renet prep && renet up', 'renet up --timeout 10m'],
  'renet check': [
    'renet check',
    'renet check compose.yaml --tcp-ports 25,993 --strict',
    'renet check --format sarif > renet.sarif',
  ],
  'renet docker': ['renet docker -- ps', 'renet docker -- stats --no-stream'],
  'renet env': ['eval "$(renet env)"', 'renet env --dotenv > .env.services'],
  'renet slots list': ['renet slots'],
  'renet ps': ['renet ps --all'],
  'renet explain': ['renet explain web', 'renet explain https://app.example.com/api'],
  'renet proxy routes': ['renet proxy routes', 'renet proxy routes --json | jq .diagnostics'],
  'renet repo exec': ['renet repo exec my-app -- docker ps'],
  'renet slots release': ['renet slots release old-api'],
}
