import { commandLine, EXAMPLES } from '@route-server/renet/command-line'
import { referenceOf } from './command-reference.ts'

const INTRODUCTION = `# renet: the command line

<!-- Made from apps/renet by \`npm run docs\`; a test holds them together. -->

\`renet\` runs on the machine, in a repository's folder. It needs Node 20.19 or newer, Docker Compose v2 for \`compose\`, docker for \`docker\`, bash for a
Rediaccfile. [services.md](services.md) tells what it makes of a compose file, [rediaccfile.md](rediaccfile.md) how a Rediaccfile is run.

| exit status | meaning |
|---|---|
| 0 | done |
| 1 | failed; the last lines on standard error say why, and what to do |
| 2 | wrong usage: a flag or a value that can't be; nothing was done |
| another | that of the program that was run: Docker Compose, docker, a function of a Rediaccfile (124: it ran longer than \`--timeout\`) |

Answers go to standard output, notes and errors to standard error, with \`renet:\` in front. \`DEBUG=1\` adds where in the program an error came from.

| variable | meaning |
|---|---|
| \`REDIACC_NETWORK_ID\` | the network, where no \`--network-id\` says it |
| \`REDIACC_REPO\` | what the repository is called; else its folder's name |
| \`REDIACC_SOCKETS\` | the folder of the daemons' sockets, \`docker-{networkID}.sock\`; else \`/var/run/rediacc\` |
| \`REDIACC_ROUTER\` | where the route server answers; else its private socket, where this user may open it, and \`http://127.0.0.1:7111\`, which wants the token where there is one |
| \`REDIACC_HTTPS\`, \`REDIACC_HTTP\` | where \`--wait-routed\` asks Traefik, \`203.0.113.50:443\`; else who listens on port 443 and 80 of this machine |
`

/** docs/renet.md: every command of `renet` with every flag. */
export const renetReference = (): string => referenceOf(INTRODUCTION, { commandLine, EXAMPLES })
