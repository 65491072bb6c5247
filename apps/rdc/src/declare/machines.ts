import { Option, type Command } from 'commander'
import { lazily } from '../commands/lazily.ts'
import { JSON_FLAG } from './json-flag.ts'
import { machineArgument } from './machine-argument.ts'

/** Given twice, both count. */
const more = (value: string, before?: string): string => (before === undefined ? value : `${before},${value}`)

const ports = (flags: string, about: string): Option => new Option(flags, about).argParser(more)

/** The commands that change and show what is known on this computer; none of them connects to a server. */
export function declareMachines(context: Command): void {
  context
    .command('add-machine')
    .summary('make a server known, or change how it is reached')
    .description(
      'Makes a server known under a name, with how ssh reaches it. Called again for the same name, it changes what is named and leaves the rest. What is left out is up to ~/.ssh/config.',
    )
    .addArgument(machineArgument('a name for it: lower-case letters, digits and dashes'))
    .option('--ip <address>', 'its address, or a host of ~/.ssh/config; needed the first time')
    .option('--user <name>', 'the user to log in as: root, or one with passwordless sudo')
    .option('--no-user', 'leave the user to ~/.ssh/config again')
    .option('--port <port>', 'the port where its sshd listens')
    .option('--no-port', 'leave the port to ~/.ssh/config again')
    .option('--identity <file>', 'a file with the private key to use, instead of those of the agent and ~/.ssh')
    .option('--no-identity', 'leave the key to the agent and ~/.ssh/config again')
    .option('--jump <host>', 'a host to go through: bastion.example.com, or user@host:port')
    .option('--no-jump', 'go there directly again')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/add-machine.ts')))

  context
    .command('set-infra')
    .summary("set a machine's addresses, domain, certificates and ports")
    .description(
      'Sets what shall stand on a machine. What is not named stays as it was, so it may be called several times. Nothing changes on the server before push-infra.',
    )
    .addArgument(machineArgument())
    .option(
      '--public-ipv4 <address>',
      'the IPv4 address that the world reaches the machine at; every entry point listens there',
    )
    .option('--public-ipv6 <address>', 'the same for IPv6; adds the entry points web-v6 and websecure-v6')
    .option('--no-public-ipv6', 'listen on IPv4 alone again')
    .option(
      '--base-domain <domain>',
      'automatic routes are served at {service}-{networkID}.DOMAIN, under one certificate for *.DOMAIN; its zone has to be at Cloudflare',
    )
    .option(
      '--cert-email <address>',
      'where the certificate authority writes to if something is wrong with a certificate',
    )
    .option(
      '--cf-dns-token <token>',
      "Cloudflare API token that has Zone:DNS:Edit for the domain's zone; - reads it from standard input. Kept in a private file. A token on the command line stays in the shell's history, and others see it while the shell starts rdc; a file, - and the variable CF_DNS_API_TOKEN avoid that",
    )
    .option('--cf-dns-token-file <file>', 'a file with that token; - reads it from standard input')
    .option(
      '--acme-server <url>',
      "the certificate authority: its ACME directory, or letsencrypt-staging (certificates that browsers don't believe, for trying things out), or letsencrypt, which is the default",
    )
    .option(
      '--acme-root <file>',
      "PEM file with the certificate that the ACME server's own one is issued by, where that is not a public one",
    )
    .option('--no-acme-root', 'believe the public certificate authorities alone again')
    .addOption(
      ports('--tcp-ports <ports>', 'open these TCP ports, too, as the entry points tcp-{port}: 25,143,10000-10010'),
    )
    .addOption(ports('--remove-tcp-ports <ports>', 'close these TCP ports, preconfigured ones among them'))
    .addOption(
      ports('--set-tcp-ports <ports>', 'open these TCP ports instead of those that --tcp-ports added; "" for none'),
    )
    .addOption(ports('--udp-ports <ports>', 'open these UDP ports, too, as the entry points udp-{port}'))
    .addOption(ports('--remove-udp-ports <ports>', 'close these UDP ports, preconfigured ones among them'))
    .addOption(
      ports('--set-udp-ports <ports>', 'open these UDP ports instead of those that --udp-ports added; "" for none'),
    )
    .option(
      '--default-ports',
      'have the preconfigured ports: TCP 3306, 5432, 5672, 6379, 9092, 10000-10010, 11211, 27017, UDP 53 (this is the default)',
    )
    .option(
      '--no-default-ports',
      'have none of the preconfigured ports but those that --tcp-ports and --udp-ports name',
    )
    .option('--http3', 'offer HTTP/3, on UDP port 443')
    .option('--no-http3', 'offer no HTTP/3 (this is the default)')
    .option('--access-log', 'have Traefik log every request')
    .option('--no-access-log', 'log no requests (this is the default)')
    .option('--live', 'have changes in Traefik at once, by a file that it watches')
    .option('--no-live', 'have Traefik ask for changes every 5 seconds (this is the default)')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/set-infra.ts')))

  context
    .command('show')
    .summary('print everything that is set for a machine')
    .description(
      'Prints everything that is set for a machine, its entry points, and whether a Cloudflare token is kept for it (never the token).',
    )
    .addArgument(machineArgument())
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/show.ts')))

  context
    .command('machines')
    .summary('list the machines that are known')
    .description('Lists the machines that are known on this computer.')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/machines.ts')))

  context
    .command('remove-machine')
    .summary('forget a machine')
    .description(
      'Forgets a machine and its Cloudflare token on this computer. The server itself is not touched; remove-infra does that, before.',
    )
    .addArgument(machineArgument())
    .option('-y, --yes', 'do not ask')
    .option(...JSON_FLAG)
    .action(lazily(() => import('../commands/remove-machine.ts')))
}
