import { commandLine, EXAMPLES } from '@route-server/rdc/command-line'
import { referenceOf } from './command-reference.ts'

/** What a file of machines may look like; a test reads it. */
export const MACHINES_EXAMPLE = `machines:
  server-1:
    ssh:                        # how it is reached; what is left out is up to ~/.ssh/config
      host: 203.0.113.50
      user: deploy
      port: 22
      identity: /home/me/.ssh/deploy
      jump: bastion.example.com
    infra:                      # what shall stand there; push-infra puts it there
      publicIpv4: 203.0.113.50
      publicIpv6: 2001:db8::1
      baseDomain: example.com
      certEmail: admin@example.com
      acmeServer: https://acme-staging-v02.api.letsencrypt.org/directory
      acmeRoot: /home/me/ca.pem
      tcpPorts: [25, 143, 465, 587, 993, 20000-20010]   # beside the preconfigured ones
      udpPorts: [5000]
      withoutTcpPorts: [6379]   # preconfigured ones that this machine shall not have
      withoutUdpPorts: [53]
      defaultPorts: true        # whether it has preconfigured ones at all
      http3: false
      accessLog: false
      live: false               # whether changes are in Traefik at once, or within 5 seconds
`

const INTRODUCTION = `# rdc: the command line

<!-- Made from apps/rdc by \`npm run docs\`; a test holds them together. -->

\`rdc\` runs on your own computer. It knows **machines** (servers), describes what shall stand on them, and pushes it there over ssh. It needs Node 20.19 or newer, and
OpenSSH for everything that connects to a server.

| exit status | meaning |
|---|---|
| 0 | done |
| 1 | failed; the last lines on standard error say why, and what to do |
| 2 | wrong usage: a flag or a value that can't be; nothing was done |
| 3 | \`push-infra --dry-run\` found something to change |

Answers go to standard output, everything else (progress, notes, errors, questions) to standard error. With \`--json\` the answer is JSON. On a terminal there are colours and a
spinner, elsewhere plain lines; \`NO_COLOR=1\` keeps colours away. Where a question would be asked and there is no terminal, the command fails, unless \`--yes\` answers it
beforehand. \`DEBUG=1\` adds where in the program an error came from.

Servers are reached by your own OpenSSH, with its agent, keys, jump hosts, \`known_hosts\` and \`~/.ssh/config\`; \`REDIACC_SSH_CONFIG\` names another file in place of that. A host key
that nobody has seen yet is shown and asked about; without a terminal the command fails and says what to run.

## What is kept, and where

The folder is \`$REDIACC_CONFIG_DIR\`, else \`$XDG_CONFIG_HOME/rediacc\`, else \`~/.config/rediacc\`; only you can read it. \`machines.yaml\` in it may be edited by hand: comments and order
stay, and a mistake is told with its line and column. No secret is in it. It is replaced whole, so that a crash leaves the old file or the new one, and
two \`rdc\` at once wait for each other.

\`\`\`yaml
${MACHINES_EXAMPLE}\`\`\`

A Cloudflare token is kept in a file of its own, \`secrets/{machine}.cf-dns-token\` (mode 600). It comes from \`--cf-dns-token\`, from a file (\`--cf-dns-token-file\`), from standard input
(\`-\`), or from the variable \`CF_DNS_API_TOKEN\`. \`rdc\` never prints it. A token on the command line is in your shell's history, and other users of your computer may see it in the list of
processes while the program starts, before it writes over it; the other ways avoid both.
`

/** docs/cli.md: every command of `rdc` with every flag. */
export const cliReference = (): string => referenceOf(INTRODUCTION, { commandLine, EXAMPLES })
